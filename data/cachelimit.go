package data

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"time"

	"frontdoor/internal/safefile"
)

// pixelsSuffix ends the names of files of prepared test images.
const pixelsSuffix = ".pixels"

// CachedTests lists the files that CacheTests has written to a folder.
func CachedTests(dir string) ([]string, error) {
	return safefile.Glob(dir, "*-????????"+pixelsSuffix)
}

// makeRoom marks the file of test images that is used now, and removes others of
// its folder, those used least recently first, until all take at most so many
// bytes. It is a cache: what cannot be removed stays, and is no error.
func makeRoom(used string, limit int64) {
	now := time.Now()
	os.Chtimes(used, now, now)
	paths, err := CachedTests(filepath.Dir(used))
	if err != nil {
		return
	}
	type file struct {
		path  string
		bytes int64
		used  time.Time
	}
	var files []file
	total := int64(0)
	for _, path := range paths {
		info, err := os.Lstat(path)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		total += info.Size()
		if path != used {
			files = append(files, file{path, info.Size(), info.ModTime()})
		}
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.path, b.path)) })
	for _, f := range files {
		if total <= limit {
			return
		}
		if os.Remove(f.path) == nil {
			total -= f.bytes
		}
	}
}
