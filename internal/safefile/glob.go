package safefile

import (
	"io/fs"
	"os"
	"path/filepath"
)

// Glob returns the paths of what lies below a folder and has the form of pattern,
// which is relative to it and has slashes, as of fs.Glob. The folder's own path is
// no pattern, as it is for filepath.Glob: "photos [2024]" is the folder of that
// name.
func Glob(dir, pattern string) ([]string, error) {
	names, err := fs.Glob(os.DirFS(dir), pattern)
	for i, name := range names {
		names[i] = filepath.Join(dir, filepath.FromSlash(name))
	}
	return names, err
}
