package files

import (
	"archive/zip"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"frontdoor/internal/safefile"
)

// packed is a member of a zip archive.
type packed struct {
	path   string // of the archive
	method uint16
	offset int64
	size   int64 // in the archive
	whole  int64 // unpacked
	sum    uint32
}

// maxRatio bounds how much larger a member may become: no picture of some size
// can be packed so well.
const maxRatio, ratioFrom = 200, 16 << 20

func (p packed) open() (io.ReadCloser, int64, error) {
	if p.whole > ratioFrom && p.whole/maxRatio > p.size {
		return nil, 0, fmt.Errorf("it announces %d bytes in %d packed ones and is refused", p.whole, p.size)
	}
	r, _, err := section{p.path, p.offset, p.size}.open()
	if err != nil {
		return nil, 0, err
	}
	switch p.method {
	case zip.Store:
		return part{&summed{r: r, left: p.whole, sum: p.sum}, r}, p.whole, nil
	case zip.Deflate:
		return part{&summed{r: flate.NewReader(r), left: p.whole, sum: p.sum}, r}, p.whole, nil
	}
	r.Close()
	return nil, 0, fmt.Errorf("it is packed by method %d of zip, which is not read: unpack the archive, or pack it again with the usual method (deflate)", p.method)
}

// summed reads the announced number of bytes and compares their checksum.
type summed struct {
	r    io.Reader
	left int64
	have uint32
	sum  uint32
}

var errSum = errors.New("the checksum in the archive does not agree: it is damaged, fetch it again")

func (s *summed) Read(p []byte) (int, error) {
	if s.left == 0 {
		if s.have != s.sum {
			return 0, errSum
		}
		return 0, io.EOF
	}
	n, err := s.r.Read(p[:min(int64(len(p)), s.left)])
	s.have = crc32.Update(s.have, crc32.IEEETable, p[:n])
	if s.left -= int64(n); err == io.EOF && s.left > 0 {
		err = io.ErrUnexpectedEOF
	} else if err == io.EOF {
		err = nil // the next call compares
	}
	return n, err
}

// readZip lists a zip archive.
func readZip(ctx context.Context, file string) (*tree, error) {
	f, size, err := safefile.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := zip.NewReader(watched{f, ctx}, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("archive %s: it is cut off or damaged (%w): fetch it again", file, err)
	}
	b := newArchive(file)
	slashes := slices.ContainsFunc(z.File, func(m *zip.File) bool { return strings.Contains(m.Name, "/") })
	left := size // bytes of the file that are no member's
	for i, m := range z.File {
		if err := ended(ctx, i); err != nil {
			return nil, err
		}
		name := m.Name
		if !slashes { // written on Windows, against the format's rules
			name = strings.ReplaceAll(name, `\`, "/")
		}
		if m.NonUTF8 && !utf8.ValidString(name) {
			b.dosNames = true
			if name, err = charmap.CodePage437.NewDecoder().String(name); err != nil {
				return nil, fmt.Errorf("archive %s: the name %q: %w", file, m.Name, err)
			}
		}
		switch {
		case m.FileInfo().IsDir() || strings.HasSuffix(name, "/"):
			b.folder(name)
		case m.Flags&1 != 0:
			b.leave(name, errors.New("it is encrypted: unpack the archive with its password"))
		case !m.Mode().IsRegular():
			b.leave(name, errors.New("a link or special file of the archive"))
		default:
			offset, err := m.DataOffset()
			if err != nil {
				b.leave(name, fmt.Errorf("the archive is damaged at this place: %w", err))
				continue
			}
			if offset <= size && m.CompressedSize64 <= uint64(size-offset) { // what is longer fails by itself
				if left -= int64(m.CompressedSize64); left < 0 {
					return nil, fmt.Errorf("archive %s: its members lie on each other, as in one that is made to do harm: unpack it", file)
				}
			}
			b.file(name, packed{file, m.Method, offset, int64(m.CompressedSize64), int64(m.UncompressedSize64), m.CRC32})
		}
	}
	return b.finish(), nil
}

// archive makes the tree of an archive, member by member.
type archive struct {
	*tree
	seen     map[string]bool
	members  map[string]store
	dosNames bool
}

func newArchive(file string) *archive {
	return &archive{tree: &tree{root: file, archive: true}, seen: map[string]bool{}, members: map[string]store{}}
}

// maxPath bounds the path of a member, which takes work for each of its folders.
const maxPath = 4096

// clean is a member's path below the archive. Paths that lead out of it are
// refused; nothing is written, but they would be shown as what they are not.
func (a *archive) clean(name string) (string, bool) {
	if len(name) > maxPath {
		a.leave(name[:80]+"...", errors.New("its path is longer than any system takes"))
		return "", false
	}
	p := path.Clean(strings.TrimPrefix(name, "./"))
	if p == "." {
		return "", false
	}
	if path.IsAbs(p) || p == ".." || strings.HasPrefix(p, "../") || len(p) > 1 && p[1] == ':' || strings.ContainsRune(p, 0) {
		a.leave(name, errors.New("its path leads out of the archive"))
		return "", false
	}
	for dir, base := range pathParts(p) {
		if reason := ownFolder(base); reason != "" && dir != p {
			if !a.seen[dir] {
				a.seen[dir] = true
				a.left = append(a.left, Left{a.place(dir), reason, nil})
			}
			return "", false
		}
	}
	return p, true
}

// pathParts yields the folders that lead to a path, and the path itself, each
// with its last part.
func pathParts(p string) func(yield func(dir, base string) bool) {
	return func(yield func(dir, base string) bool) {
		for i := 0; i <= len(p); i++ {
			if i == len(p) || p[i] == '/' {
				if !yield(p[:i], path.Base(p[:i])) {
					return
				}
			}
		}
	}
}

// folder adds a folder.
func (a *archive) folder(name string) {
	name = strings.TrimRight(name, "/")
	if p, ok := a.clean(name + "/x"); ok && path.Dir(p) != "." && !a.seen[path.Dir(p)] {
		a.seen[path.Dir(p)] = true
		a.folders = append(a.folders, path.Dir(p))
	}
}

// file adds a file.
func (a *archive) file(name string, s store) {
	p, ok := a.clean(name)
	switch {
	case !ok || ownFile(path.Base(p)):
	case a.members[p] != nil:
		a.leave(name, errors.New("the archive has another file of this name; the first is taken"))
	default:
		a.members[p] = s
		a.files = append(a.files, entry{p, inside{a.place(p), s}})
	}
}

// leave notes a member that cannot be read.
func (a *archive) leave(name string, err error) {
	if !namedImage(name) {
		a.left = append(a.left, Left{a.place(name), err.Error(), nil})
		return
	}
	a.left = append(a.left, Left{a.place(name), "", err})
}

// finish sorts the tree.
func (a *archive) finish() *tree {
	slices.Sort(a.folders)
	slices.SortFunc(a.files, func(x, y entry) int { return strings.Compare(x.path, y.path) })
	if a.dosNames {
		a.notes = append(a.notes, fmt.Sprintf("%s: names that are not UTF-8 are read as code page 437, as DOS wrote them", a.root))
	}
	return a.tree
}
