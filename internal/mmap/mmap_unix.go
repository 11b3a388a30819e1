//go:build unix

package mmap

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// open maps the first size bytes of the file.
func open(file *os.File, size int) (*File, error) {
	data, err := unix.Mmap(int(file.Fd()), 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("mapping %s: %w", file.Name(), err)
	}
	// Advice only: pages are then read ahead rather than fault by fault.
	_ = unix.Madvise(data, unix.MADV_WILLNEED)
	return &File{data: data, mapped: true}, nil
}

func unmap(data []byte) error { return unix.Munmap(data) }

// forget is advice only, so that a failure does not matter.
func forget(data []byte) { _ = unix.Madvise(data, unix.MADV_DONTNEED) }
