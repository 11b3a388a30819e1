package weights

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
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
}

// parseZip reads the tensors of a zip file that PyTorch made.
func parseZip(data []byte) (*File, error) {
	a, err := openArchive(data)
	if err != nil {
		return nil, err
	}
	if order, err := a.optional("byteorder"); err != nil {
		return nil, err
	} else if strings.TrimSpace(string(order)) == "big" {
		return nil, errors.New("its numbers are big-endian, which is not read; save it on a common machine")
	}
	description, err := a.member("data.pkl")
	if err != nil {
		return nil, err
	}
	root, _, err := readPickle(description)
	if err != nil {
		return nil, fmt.Errorf("data.pkl: %w", err)
	}
	f := torchFile{storage: a.storage, budget: len(data)}
	return f.tensors(root)
}

// openArchive reads the directory of the archive.
func openArchive(data []byte) (*archive, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("it begins like a zip archive and has no readable directory at its end; it may be cut short: %w", err)
	}
	a := &archive{data: data, members: make(map[string]*zip.File, len(r.File)), read: make(map[string][]byte)}
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

// member returns the content of a member, which shares the file's memory.
func (a *archive) member(name string) ([]byte, error) {
	if content, ok := a.read[name]; ok {
		return content, nil
	}
	m, ok := a.members[a.root+name]
	if !ok {
		return nil, fmt.Errorf("the archive has no member %q", shorten(a.root+name))
	}
	if m.Method != zip.Store {
		return nil, fmt.Errorf("member %q of the archive is compressed, as PyTorch never does it; save the file with torch.save again", shorten(m.Name))
	}
	begin, err := m.DataOffset()
	if err != nil {
		return nil, fmt.Errorf("member %q of the archive: %w", shorten(m.Name), err)
	}
	size := m.UncompressedSize64
	if size != m.CompressedSize64 || begin > int64(len(a.data)) || size > uint64(int64(len(a.data))-begin) {
		return nil, fmt.Errorf("member %q of the archive announces %d bytes, which the file does not have", shorten(m.Name), size)
	}
	content := a.data[begin : begin+int64(size)]
	if crc32.ChecksumIEEE(content) != m.CRC32 {
		return nil, fmt.Errorf("the checksum of member %q of the archive is wrong: the file is damaged; get it again", shorten(m.Name))
	}
	a.read[name] = content
	return content, nil
}

// storage returns the bytes of a storage.
func (a *archive) storage(s pyStorage) ([]byte, error) {
	content, err := a.member("data/" + s.key)
	if err != nil {
		return nil, err
	}
	if size := s.dtype.Size(); len(content)/size < s.n {
		return nil, fmt.Errorf("its storage has %d bytes, %d elements of %s are announced", len(content), s.n, s.dtype)
	}
	return content, nil
}
