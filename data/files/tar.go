package files

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"frontdoor/internal/safefile"
)

// readTar lists a tar archive: it reads the headers and passes over the
// contents, but for those that may be the label of a sample.
func readTar(ctx context.Context, file string, label func(path string, text []byte)) (*tree, error) {
	f, size, err := safefile.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := newArchive(file)
	t := tar.NewReader(watched{f, ctx})
	for n := 0; ; n++ {
		h, err := t.Next()
		if err == io.EOF {
			return b.finish(), b.checkEnd(f, size)
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return nil, fmt.Errorf("archive %s: it is cut off or damaged after %d members (%w): fetch it again", file, n, err)
		}
		at, err := f.Seek(0, io.SeekCurrent) // the reader is at the member's first byte
		if err != nil {
			return nil, err
		}
		stored := h.Typeflag == tar.TypeReg && !sparse(h)
		if stored && at+h.Size > size {
			return nil, fmt.Errorf("archive %s: it is cut off in %s: fetch it again", file, h.Name)
		}
		if stored && labelRank(h.Name) > 0 && h.Size <= maxLabel {
			text, err := io.ReadAll(t)
			if err != nil {
				return nil, fmt.Errorf("archive %s: %s: %w", file, h.Name, err)
			}
			label(h.Name, text)
		}
		b.tarMember(h, section{file, at, h.Size})
	}
}

// checkEnd returns an error if the archive ends in the middle of a block, and
// notes if it has not the blocks of zeros that mark the end.
func (a *archive) checkEnd(f io.ReaderAt, size int64) error {
	if size%512 != 0 {
		return fmt.Errorf("archive %s: it is cut off: fetch it again", a.root)
	}
	last := make([]byte, 512)
	if _, err := f.ReadAt(last, size-512); err != nil { // it became shorter meanwhile
		return fmt.Errorf("archive %s: it is cut off (%w): fetch it again", a.root, err)
	}
	if strings.Trim(string(last), "\x00") != "" {
		a.notes = append(a.notes, a.root+" has no mark at its end, and may be cut off")
	}
	return nil
}

// tarMember adds what a header says.
func (a *archive) tarMember(h *tar.Header, s section) {
	switch {
	case h.Typeflag == tar.TypeDir:
		a.folder(h.Name)
	case h.Typeflag == tar.TypeLink: // a second name of an earlier member
		first := a.members[path.Clean(strings.TrimPrefix(h.Linkname, "./"))]
		if first == nil {
			a.leave(h.Name, fmt.Errorf("a link to %s, which is not in the archive before it", h.Linkname))
			return
		}
		a.file(h.Name, first)
	case h.Typeflag == tar.TypeReg && !sparse(h):
		a.file(h.Name, s)
	case h.Typeflag == tar.TypeXGlobalHeader:
	default:
		a.leave(h.Name, errors.New("a link, sparse or special file of the archive: unpack it"))
	}
}

// sparse says whether a member's content has holes, which the archive leaves out.
func sparse(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return h.Typeflag == tar.TypeGNUSparse
}
