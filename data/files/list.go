package files

import (
	"io/fs"
	"os"
	"path/filepath"
)

// Listing is what a folder holds, by name and sorted byte by byte.
type Listing struct {
	Folders, Files []string
}

// List returns the folders and files of dir without those that systems and
// programs keep for themselves. Symbolic links count as what they point to;
// dangling ones count as files, and are reported when they are read.
func List(dir string) (Listing, error) {
	var l Listing
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return l, err
	}
	for _, e := range entries {
		isDir := e.IsDir()
		if e.Type()&fs.ModeSymlink != 0 {
			info, err := os.Stat(filepath.Join(dir, e.Name()))
			isDir = err == nil && info.IsDir()
		}
		switch {
		case isDir && ownFolder(e.Name()) == "":
			l.Folders = append(l.Folders, e.Name())
		case !isDir && !ownFile(e.Name()):
			l.Files = append(l.Files, e.Name())
		}
	}
	return l, nil
}
