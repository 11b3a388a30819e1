package weights

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"frontdoor/internal/filekind"
	"frontdoor/internal/mmap"
)

// File is an open file of named tensors. Its methods other than Close may be
// called by several goroutines at once.
type File struct {
	name     string
	tensors  map[string]Tensor
	metadata map[string]string
	notes    []string
	mappings []*mmap.File // none if the bytes belong to the caller of Parse
}

// Open opens the file of tensors at path, whose format it tells by the
// content: safetensors, the index of several such files, or a file of
// PyTorch's torch.save or torch.jit.save. The tensors' bytes are the mapped
// file, so Open costs little whatever the size; only of PyTorch's files the
// checksums are verified. Errors name the file and, where one is to blame, the
// tensor.
func Open(path string) (*File, error) {
	f, err := openOne(path, true)
	if err != nil {
		return nil, fmt.Errorf("weights: %w", err)
	}
	return f, nil
}

// OpenFile is Open for a regular file that is open already, which it closes. An
// index is refused. name stands for the file in errors.
func OpenFile(file *os.File, name string) (*File, error) {
	mapping, err := mmap.Map(file)
	if err != nil {
		return nil, fmt.Errorf("weights: %w", err)
	}
	f, err := parseMapping(mapping, name)
	if err != nil {
		return nil, fmt.Errorf("weights: %w", err)
	}
	return f, nil
}

// openOne opens a file, which may be an index if that is allowed.
func openOne(path string, index bool) (*File, error) {
	mapping, err := mmap.Open(path)
	if err != nil {
		return nil, err
	}
	if data := mapping.Bytes(); index && isIndex(data) {
		f, err := openIndex(data, path)
		mapping.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		f.name = path
		return f, nil
	}
	return parseMapping(mapping, path)
}

// parseMapping reads a mapped file, or ends the mapping.
func parseMapping(mapping *mmap.File, name string) (*File, error) {
	var f *File
	err := mmap.Guard(func() (err error) { f, err = parse(mapping.Bytes(), name); return err })
	if err != nil {
		mapping.Close()
		return nil, err
	}
	f.mappings = []*mmap.File{mapping}
	return f, nil
}

// Parse reads the content of a file of tensors, not of an index, from memory;
// name stands for the file in errors. The tensors share data, which must not
// change.
func Parse(data []byte, name string) (*File, error) {
	f, err := parse(data, name)
	if err != nil {
		return nil, fmt.Errorf("weights: %w", err)
	}
	return f, nil
}

// parse tells the format by its first bytes; those of the other formats would
// be an absurd length of a safetensors header.
func parse(data []byte, name string) (*File, error) {
	f, err := parserOf(data)(data)
	if err != nil && unrecognised(data) {
		if kind := filekind.Explain(data); kind != "" {
			err = errors.New(kind)
		}
		if len(data) > 2 && data[0] == 0x80 && data[1] <= 5 && data[2] != 0 {
			err = errors.New("this is a Python pickle that torch.save did not make; only files of torch.save, torch.jit.save and safetensors are read")
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f.name = name
	return f, nil
}

func parserOf(data []byte) func([]byte) (*File, error) {
	switch {
	case isZip(data):
		return parseZip
	case isLegacy(data):
		return parseLegacy
	}
	return parseSafetensors
}

func isZip(data []byte) bool { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }

// unrecognised says whether the content has no mark of the formats that are
// read. Of safetensors that is the brace of the header, behind its length.
func unrecognised(data []byte) bool {
	return !isZip(data) && !isLegacy(data) && (len(data) < 9 || data[8] != '{')
}

// Name returns the path or name that the file was opened by.
func (f *File) Name() string { return f.name }

// Names returns the names of all tensors, sorted.
func (f *File) Names() []string { return slices.Sorted(maps.Keys(f.tensors)) }

// Tensor returns the tensor of that name, and whether there is one. Its Data
// is the file's memory, which is gone after Close.
func (f *File) Tensor(name string) (Tensor, bool) {
	t, ok := f.tensors[name]
	t.Shape = slices.Clone(t.Shape)
	return t, ok
}

// Forget says that the tensor's bytes were converted and will not be read
// soon, so that large files do not count twice as memory. The tensor stays
// usable. Its bytes must never have been written to.
func (f *File) Forget(t Tensor) {
	for _, m := range f.mappings {
		m.Forget(t.Data)
	}
}

// Notes returns what was decided about a file that holds more than one model,
// a sentence each.
func (f *File) Notes() []string { return slices.Clone(f.notes) }

// Metadata returns a copy of the file's free text entries.
func (f *File) Metadata() map[string]string {
	if f.metadata == nil {
		return map[string]string{}
	}
	return maps.Clone(f.metadata)
}

// Close releases the file's memory: no tensor, and no slice that shares its
// memory, may be used afterwards. The File then has no tensors. A second call
// does nothing.
func (f *File) Close() error {
	mappings := f.mappings
	f.tensors, f.mappings = nil, nil
	var all error
	for _, m := range mappings {
		all = errors.Join(all, m.Close())
	}
	if all != nil {
		return fmt.Errorf("weights: closing %s: %w", f.name, all)
	}
	return nil
}
