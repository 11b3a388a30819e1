// Package safefile opens files that somebody else may have prepared: downloads,
// folders of images, run folders. It takes regular files only, since a pipe or a
// device can block for ever or never end, and reads no more than its caller
// expects. Dir keeps to the inside of a folder whatever links lie in it, and
// Name makes a file name of any words.
package safefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// Open opens the regular file at path for reading and returns its size in
// bytes. Links are followed. Errors name the path.
func Open(path string) (*os.File, int64, error) {
	info, err := os.Stat(path)
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return nil, 0, fmt.Errorf("%s: %w", path, p.Err) // which call failed is nothing to a user
	}
	if err != nil {
		return nil, 0, err
	}
	if err := regular(info); err != nil { // opening a device may do something
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	// Not blocking, in case a pipe has taken the file's place by now.
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, 0, err
	}
	return checked(file, path)
}

// checked returns an open file with its size, or closes it if it is not
// regular.
func checked(file *os.File, path string) (*os.File, int64, error) {
	info, err := file.Stat()
	if err == nil {
		err = regular(info)
	}
	if err != nil {
		file.Close()
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	return file, info.Size(), nil
}

// regular says what a file is if it is not a regular one.
func regular(info os.FileInfo) error {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return errors.New("this is a folder, not a regular file")
	default:
		return errors.New("not a regular file")
	}
}

// Read returns the content of the regular file at path, which may have limit
// bytes at most. Links are followed. Errors name the path.
func Read(path string, limit int64) ([]byte, error) {
	file, size, err := Open(path)
	if err != nil {
		return nil, err
	}
	return readAll(file, size, limit, path)
}

// readAll reads an open file and closes it.
func readAll(file *os.File, size, limit int64, path string) ([]byte, error) {
	defer file.Close()
	if size > limit {
		return nil, fmt.Errorf("%s: %d bytes, more than the limit of %d", path, size, limit)
	}
	data := make([]byte, size)
	n, err := io.ReadFull(file, data)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF { // cut off meanwhile
		return nil, err
	}
	return data[:n], nil
}
