// Package mmap gives the content of a file as bytes without copying it, where
// the operating system can: the bytes are the file's pages. Writing to them
// changes a private copy of the page and never the file.
//
// Build tags are otherwise kept to package simd. Here they cannot be avoided:
// the call does not exist on every system that Go runs on, and code that names
// it would not compile there. mmap_other.go reads the file instead.
package mmap

import (
	"fmt"
	"math"
	"os"
	"unsafe"

	"frontdoor/internal/safefile"
)

// File is the content of a file.
type File struct {
	data   []byte
	mapped bool
}

// Open maps the regular file at path. Files that are replaced by renaming are
// safe; where one is cut short by another process while it is open, touching a
// page that is gone is a fault, see Guard.
func Open(path string) (*File, error) {
	file, _, err := safefile.Open(path)
	if err != nil {
		return nil, err
	}
	return Map(file)
}

// Map is Open for a regular file that is open already, which it closes.
func Map(file *os.File) (*File, error) {
	defer file.Close() // a mapping outlives the descriptor
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	size := info.Size()
	if size > math.MaxInt {
		return nil, fmt.Errorf("%s has %d bytes, more than this machine can address", file.Name(), size)
	}
	if size == 0 {
		return &File{}, nil // systems refuse to map nothing
	}
	f, err := open(file, int(size))
	if err == nil && f.mapped {
		note(f.data, file.Name())
	}
	return f, err
}

// Bytes returns the content. It must not be used after Close.
func (f *File) Bytes() []byte { return f.data }

// Forget says that b, a part of Bytes that was never written to, will not be
// read soon: the pages that lie in it whole no longer count as this process's
// memory, and are read again when they are touched after all. It does nothing
// if b is no part of a mapping.
func (f *File) Forget(b []byte) {
	if !f.mapped || len(b) == 0 || len(f.data) == 0 {
		return
	}
	base := uintptr(unsafe.Pointer(unsafe.SliceData(f.data)))
	at := uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	if at < base || at+uintptr(len(b)) > base+uintptr(len(f.data)) {
		return
	}
	page := os.Getpagesize()
	lo, hi := int(at-base), int(at-base)+len(b)
	lo, hi = (lo+page-1)/page*page, hi/page*page // a mapping begins at a page
	if lo < hi {
		forget(f.data[lo:hi])
	}
}

// Close ends the mapping. A second call does nothing.
func (f *File) Close() error {
	data, mapped := f.data, f.mapped
	f.data, f.mapped = nil, false
	if !mapped {
		return nil
	}
	drop(data)
	return unmap(data)
}
