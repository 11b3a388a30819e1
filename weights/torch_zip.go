package weights

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"path"
	"slices"
	"strings"
)

// archive is PyTorch's zip file. All its members lie in one folder, whose name
// is anything; data.pkl describes the objects, and data/KEY is a storage. The
// members of a TorchScript archive that hold code are not looked at.
type archive struct {
	data    []byte // the whole file
	root    string // the folder with a slash, or nothing
	members map[string]*zip.File
	read    map[string][]byte // members that have been checked
	big     bool              // numbers are big-endian
	inflate int64             // bytes that compressed members may still take
}

// parseZip reads the tensors of a zip file that PyTorch made.
func parseZip(data []byte) (*File, error) {
	a, err := openArchive(data)
	if err != nil {
		return nil, err
	}
	if order, err := a.optional("byteorder"); err != nil {
		return nil, err
	} else {
		a.big = strings.TrimSpace(string(order)) == "big"
	}
	description, err := a.member("data.pkl")
	if err != nil {
		return nil, err
	}
	steps := pickleBudget(len(data))
	root, _, err := readPickle(description, steps)
	if err != nil {
		return nil, fmt.Errorf("data.pkl: %w", err)
	}
	f := torchFile{storage: a.storage, budget: len(data)}
	return f.tensors(root, steps)
}

// openArchive reads the directory of the archive.
func openArchive(data []byte) (*archive, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("it begins like a zip archive and has no readable directory at its end; it may be cut short: %w", err)
	}
	a := &archive{
		data: data, members: make(map[string]*zip.File, len(r.File)), read: make(map[string][]byte),
		inflate: inflateBase + inflateRatio*int64(len(data)),
	}
	found := false
	for _, m := range r.File {
		if _, ok := a.members[m.Name]; ok {
			return nil, fmt.Errorf("the archive has two members named %q", shorten(m.Name))
		}
		a.members[m.Name] = m
		if path.Base(m.Name) != "data.pkl" || strings.Count(m.Name, "/") > 1 {
			continue
		}
		if found {
			return nil, fmt.Errorf("the archive has both %s and %s", shorten(a.root+"data.pkl"), shorten(m.Name))
		}
		a.root, found = strings.TrimSuffix(m.Name, "data.pkl"), true
	}
	if !found {
		return nil, notTorch(r.File)
	}
	return a, checkOverlap(r.File)
}

// notTorch says what a zip archive holds that PyTorch did not make.
func notTorch(members []*zip.File) error {
	for _, m := range members {
		switch path.Ext(m.Name) {
		case ".npy":
			return errors.New("this is a NumPy archive (.npz), which is not read; save the model with torch.save or as safetensors")
		case ".safetensors", ".pt", ".pth", ".bin", ".ckpt":
			return fmt.Errorf("this is a zip archive with %s in it; unpack it and give that file", shorten(m.Name))
		}
	}
	return errors.New("this zip archive has no FOLDER/data.pkl, so PyTorch did not make it")
}

// checkOverlap returns an error if two members lie in the same bytes, which is
// how small archives pretend to be large.
func checkOverlap(members []*zip.File) error {
	spans := make([]span, 0, len(members))
	for _, m := range members {
		begin, err := m.DataOffset()
		if err != nil {
			return fmt.Errorf("member %q of the archive: %w", shorten(m.Name), err)
		}
		if m.CompressedSize64 > 1<<62 {
			return fmt.Errorf("member %q of the archive announces %d bytes", shorten(m.Name), m.CompressedSize64)
		}
		spans = append(spans, span{m.Name, int(begin), int(begin) + int(m.CompressedSize64)})
	}
	slices.SortFunc(spans, func(a, b span) int { return a.begin - b.begin })
	for i := 1; i < len(spans); i++ {
		if spans[i].begin < spans[i-1].end {
			return fmt.Errorf("members %q and %q of the archive overlap", shorten(spans[i-1].name), shorten(spans[i].name))
		}
	}
	return nil
}

// optional returns the content of a member, or nothing if it is not there.
func (a *archive) optional(name string) ([]byte, error) {
	if _, ok := a.members[a.root+name]; !ok {
		return nil, nil
	}
	return a.member(name)
}

// member returns the content of a member, which shares the file's memory
// unless it is compressed.
func (a *archive) member(name string) ([]byte, error) {
	if content, ok := a.read[name]; ok {
		return content, nil
	}
	m, ok := a.members[a.root+name]
	if !ok {
		return nil, fmt.Errorf("the archive has no member %q", shorten(a.root+name))
	}
	var content []byte
	var err error
	switch m.Method {
	case zip.Store:
		content, err = a.stored(m)
	case zip.Deflate:
		content, err = a.inflated(m)
	default:
		err = fmt.Errorf("it is compressed by method %d, which is not read; save the file with torch.save again", m.Method)
	}
	if err != nil {
		return nil, fmt.Errorf("member %q of the archive: %w", shorten(m.Name), err)
	}
	a.read[name] = content
	return content, nil
}

// stored returns the content of a member that is not compressed. A checksum of
// 0 was not computed: torch.serialization.set_crc32_options can leave it out.
func (a *archive) stored(m *zip.File) ([]byte, error) {
	begin, err := m.DataOffset()
	if err != nil {
		return nil, err
	}
	size := m.UncompressedSize64
	if size != m.CompressedSize64 || begin > int64(len(a.data)) || size > uint64(int64(len(a.data))-begin) {
		return nil, fmt.Errorf("it announces %d bytes, which the file does not have", size)
	}
	content := a.data[begin : begin+int64(size)]
	if m.CRC32 != 0 && crc32.ChecksumIEEE(content) != m.CRC32 {
		return nil, errors.New("the checksum is wrong: the file is damaged; get it again")
	}
	return content, nil
}

// Compressed members, which other programs than PyTorch make and PyTorch reads,
// may become this much in all: weights hardly shrink.
const (
	inflateBase  = 16 << 20
	inflateRatio = 16
)

// inflated returns the content of a compressed member, whose checksum
// archive/zip verifies.
func (a *archive) inflated(m *zip.File) ([]byte, error) {
	r, err := m.Open()
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(r, a.inflate+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("it cannot be unpacked: %w; the file may be damaged", err)
	case int64(len(content)) > a.inflate:
		return nil, fmt.Errorf("compressed members become more than %d times the file; save it with torch.save again", inflateRatio)
	}
	a.inflate -= int64(len(content))
	return content, r.Close()
}

// storage returns the bytes of a storage, little-endian.
func (a *archive) storage(s pyStorage) ([]byte, error) {
	name := "data/" + s.key
	_, again := a.read[name]
	content, err := a.member(name)
	if err != nil {
		return nil, err
	}
	size := s.dtype.Size()
	if a.big && !again {
		content = swapped(content, size)
		a.read[name] = content
	}
	if len(content)/size < s.n {
		return nil, fmt.Errorf("its storage has %d bytes, %d elements of %s are announced", len(content), s.n, s.dtype)
	}
	return content, nil
}

// swapped returns a copy with the bytes of each element in reverse.
func swapped(content []byte, size int) []byte {
	out := bytes.Clone(content)
	for element := range slices.Chunk(out, size) {
		slices.Reverse(element)
	}
	return out
}
