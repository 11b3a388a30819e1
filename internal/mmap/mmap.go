// Package mmap gives the content of a file as bytes without copying it, where
// the operating system can: the bytes are the file's pages, read-only.
//
// Build tags are otherwise kept to package simd. Here they cannot be avoided:
// the call does not exist on every system that Go runs on, and code that names
// it would not compile there. mmap_other.go reads the file instead.
package mmap

import (
	"fmt"
	"math"
	"os"
)

// File is the content of a file. A write to it faults where it is mapped.
type File struct {
	data   []byte
	mapped bool
}

// Open maps the regular file at path. The file should not be cut short by
// another process while it is open: touching a page that is gone ends the
// program. Files that are replaced by renaming are safe.
func Open(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() // a mapping outlives the descriptor
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	size := info.Size()
	if size > math.MaxInt {
		return nil, fmt.Errorf("%s has %d bytes, more than this machine can address", path, size)
	}
	if size == 0 {
		return &File{}, nil // systems refuse to map nothing
	}
	return open(file, int(size))
}

// Bytes returns the content. It must not be written to, nor used after Close.
func (f *File) Bytes() []byte { return f.data }

// Close ends the mapping. A second call does nothing.
func (f *File) Close() error {
	data, mapped := f.data, f.mapped
	f.data, f.mapped = nil, false
	if !mapped {
		return nil
	}
	return unmap(data)
}
