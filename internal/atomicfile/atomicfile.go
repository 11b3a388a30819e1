// Package atomicfile writes files that are either complete or not there.
//
// A run may be interrupted at any moment, and the machine may lose power. A
// reader must then find the old file or the new one, never half of one.
package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
)

// Write makes path hold exactly what write writes to its argument, replacing
// a file of that name if there is one. The bytes go to a temporary file in the
// same folder, which is synced and then renamed; the folder is synced last. If
// write or any step fails, the temporary file is removed, path is as it was,
// and the error names path. The folder must exist. A symbolic link at path is
// replaced by the file. Its permissions are those of any new file, as the umask
// has them.
//
// The writer is buffered, so small writes are cheap. A killed process can
// leave a file named like ".NAME.tmp-123"; it is safe to delete.
func Write(path string, write func(io.Writer) error) error {
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer root.Close()
	if err := WriteIn(root, base, write); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

// WriteIn is Write for a file below an open folder, whose name must not lead out
// of it, not by a link either. The error does not name the file.
func WriteIn(root *os.Root, name string, write func(io.Writer) error) error {
	dir, base := filepath.Split(name)
	temp, tempName, err := create(root, filepath.Join(dir, "."+base+".tmp-"))
	if err != nil {
		return err
	}
	renamed := false
	// Deferred, so that a panic in write leaves nothing behind either.
	defer func() {
		if !renamed {
			temp.Close() // a second close is harmless
			root.Remove(tempName)
		}
	}()
	if err := fill(temp, write); err != nil {
		return err
	}
	if err := root.Rename(tempName, name); err != nil {
		return err
	}
	renamed = true
	if err := syncDir(root, filepath.Clean(dir)); err != nil {
		return fmt.Errorf("syncing its folder: %w", err)
	}
	return nil
}

// create makes a new file whose name begins with prefix. (os.CreateTemp would
// give it permissions for its owner alone.)
func create(root *os.Root, prefix string) (*os.File, string, error) {
	for range 100 {
		name := prefix + strconv.FormatUint(rand.Uint64(), 36)
		f, err := root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, name, err
		}
	}
	return nil, "", fmt.Errorf("%s*: every name is taken", prefix)
}

// WriteBytes is Write for content that is already in memory.
func WriteBytes(path string, content []byte) error {
	return Write(path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// fill writes the content, makes it durable and closes the file.
func fill(temp *os.File, write func(io.Writer) error) error {
	buffered := bufio.NewWriterSize(temp, 64<<10)
	if err := write(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	if err := temp.Sync(); err != nil {
		return err
	}
	return temp.Close()
}

// syncDir makes the rename itself durable. Windows has no such call, and some
// network file systems answer EINVAL to it: there the rename is as durable as
// it can be.
func syncDir(root *os.Root, dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := root.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	return nil
}
