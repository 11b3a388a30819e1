package safefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"frontdoor/internal/atomicfile"
)

// Dir is a folder by its path. Its methods take names relative to it, with
// slashes of the system, and reach nothing outside of it: not by a name such as
// "../x", and not by a link that lies in the folder. The path itself may lead
// anywhere, since it is the user who names it. Errors name the file.
type Dir string

// path is where a file of the folder is, for messages.
func (d Dir) path(name string) string { return filepath.Join(string(d), name) }

// open opens the folder. Opening a pipe would wait for ever.
func (d Dir) open() (*os.Root, error) {
	info, err := os.Stat(string(d))
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, syscall.ENOTDIR
	}
	return os.OpenRoot(string(d))
}

// in calls use with the folder open.
func in[T any](d Dir, name string, use func(*os.Root) (T, error)) (T, error) {
	var none T
	root, err := d.open()
	if err != nil {
		return none, fmt.Errorf("%s: %w", d, cause(err))
	}
	defer root.Close()
	v, err := use(root)
	if err != nil {
		return none, fmt.Errorf("%s: %w", d.path(name), explain(err))
	}
	return v, nil
}

// explain takes the operation and the path off an error of package os, and says
// what to do about a link that leads out.
func explain(err error) error {
	err = cause(err)
	if err.Error() == "path escapes from parent" { // os has no name for it
		return errors.New("it leads out of the folder, by its name or a link: put the file itself there")
	}
	return err
}

// cause takes operations and paths off an error of package os, which may hold
// one in another.
func cause(err error) error {
	for {
		var p *fs.PathError
		var l *os.LinkError
		switch {
		case errors.As(err, &p):
			err = p.Err
		case errors.As(err, &l):
			err = l.Err
		default:
			return err
		}
	}
}

// Open opens a regular file of the folder for reading.
func (d Dir) Open(name string) (*os.File, error) {
	return in(d, name, func(root *os.Root) (*os.File, error) {
		info, err := root.Stat(name)
		if err == nil {
			err = regular(info)
		}
		if err != nil {
			return nil, err
		}
		file, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
		if err != nil {
			return nil, err
		}
		if info, err = file.Stat(); err == nil {
			err = regular(info)
		}
		if err != nil {
			file.Close()
			return nil, err
		}
		return file, nil
	})
}

// Read returns the content of a regular file of the folder, which may have
// limit bytes at most.
func (d Dir) Read(name string, limit int64) ([]byte, error) {
	file, err := d.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, err
	}
	return readAll(file, info.Size(), limit, d.path(name))
}

// Has says whether the folder has a regular file of that name.
func (d Dir) Has(name string) bool {
	ok, err := in(d, name, func(root *os.Root) (bool, error) {
		info, err := root.Stat(name)
		return err == nil && info.Mode().IsRegular(), nil
	})
	return ok && err == nil
}

// Write makes a file of the folder hold exactly what write writes, as
// atomicfile.Write does. A link at its place is replaced.
func (d Dir) Write(name string, write func(io.Writer) error) error {
	root, err := d.open()
	if err != nil {
		return fmt.Errorf("writing %s: %w", d.path(name), cause(err))
	}
	defer root.Close()
	if err := atomicfile.WriteIn(root, name, write); err != nil {
		return fmt.Errorf("writing %s: %w", d.path(name), explain(err))
	}
	return nil
}

// Make makes a folder in the folder, with those on the way to it.
func (d Dir) Make(name string) error {
	_, err := in(d, name, func(root *os.Root) (struct{}, error) { return struct{}{}, root.MkdirAll(name, 0o777) })
	return err
}

// Remove removes a file of the folder, or a link to one.
func (d Dir) Remove(name string) error {
	_, err := in(d, name, func(root *os.Root) (struct{}, error) { return struct{}{}, root.Remove(name) })
	return err
}
