package weights

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"frontdoor/internal/mmap"
)

// File is an open file of named tensors. Its methods other than Close may be
// called by several goroutines at once.
type File struct {
	name     string
	tensors  map[string]Tensor
	metadata map[string]string
	mapping  *mmap.File // nil if the bytes belong to the caller of Parse
}

// Open opens the file of tensors at path, whose format it tells by the
// content: safetensors. The tensors' bytes are the mapped file, so Open costs
// little whatever the size. Errors name the file and, where one is to blame,
// the tensor.
func Open(path string) (*File, error) {
	mapping, err := mmap.Open(path)
	if err != nil {
		return nil, fmt.Errorf("weights: %w", err)
	}
	f, err := Parse(mapping.Bytes(), path)
	if err != nil {
		mapping.Close()
		return nil, err
	}
	f.mapping = mapping
	return f, nil
}

// Parse reads the content of a file of tensors from memory; name stands for
// the file in errors. The tensors share data, which must not change.
func Parse(data []byte, name string) (*File, error) {
	parse := parseSafetensors
	// The other formats of the field begin with bytes that would be an absurd
	// length of a safetensors header.
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		parse = refuse("a zip archive, as PyTorch's .pt and .pth files are")
	case bytes.HasPrefix(data, []byte("\x80\x02")) && bytes.HasPrefix(data[2:], []byte("\x8a\nl")):
		parse = refuse("a pickle, as old PyTorch .pt and .pth files are")
	}
	f, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("weights: %s: %w", name, err)
	}
	f.name = name
	return f, nil
}

// refuse returns the parser of a format that is recognised and not read.
func refuse(what string) func([]byte) (*File, error) {
	return func([]byte) (*File, error) {
		return nil, fmt.Errorf("this is %s; convert it to safetensors", what)
	}
}

// Name returns the path or name that the file was opened by.
func (f *File) Name() string { return f.name }

// Names returns the names of all tensors, sorted.
func (f *File) Names() []string { return slices.Sorted(maps.Keys(f.tensors)) }

// Tensor returns the tensor of that name, and whether there is one. Its Data
// is the file's memory, which is read-only and gone after Close.
func (f *File) Tensor(name string) (Tensor, bool) {
	t, ok := f.tensors[name]
	t.Shape = slices.Clone(t.Shape)
	return t, ok
}

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
	mapping := f.mapping
	f.tensors, f.mapping = nil, nil
	if mapping == nil {
		return nil
	}
	if err := mapping.Close(); err != nil {
		return fmt.Errorf("weights: closing %s: %w", f.name, err)
	}
	return nil
}
