package files

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Listing is what a folder holds, by name and sorted byte by byte.
type Listing struct {
	Folders, Files []string
}

// List returns the folders and files of dir without the hidden ones. Symbolic
// links count as what they point to; dangling ones count as files, and are
// reported when they are read.
func List(dir string) (Listing, error) {
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return Listing{}, fmt.Errorf("image folder: %w", err)
	}
	var l Listing
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		isDir := e.IsDir()
		if e.Type()&fs.ModeSymlink != 0 {
			info, err := os.Stat(filepath.Join(dir, e.Name()))
			isDir = err == nil && info.IsDir()
		}
		if isDir {
			l.Folders = append(l.Folders, e.Name())
		} else {
			l.Files = append(l.Files, e.Name())
		}
	}
	return l, nil
}
