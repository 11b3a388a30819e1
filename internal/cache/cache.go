// Package cache knows the folders that published files are downloaded to.
package cache

import (
	"fmt"
	"os"
	"path/filepath"
)

// Dir returns the folder that downloads go to: "frontdoor" in the user's
// folder of caches ($XDG_CACHE_HOME or ~/.cache on Linux). It is an error if
// the system has no such folder.
func Dir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("there is no folder for downloads: %w", err)
	}
	return filepath.Join(dir, "frontdoor"), nil
}

// Dirs returns the folders that files are looked for in: Dir, and the one that
// OpenAI's own program downloads to, which is worth sharing.
func Dirs() []string {
	var dirs []string
	if dir, err := Dir(); err == nil {
		dirs = append(dirs, dir)
	}
	if home, err := os.UserHomeDir(); err == nil {
		dirs = append(dirs, filepath.Join(home, ".cache", "clip"))
	}
	return dirs
}

// Models are OpenAI's files by the names that fetch has for them.
var Models = map[string]string{
	"vit-b-16":     "ViT-B-16.pt",
	"vit-b-32":     "ViT-B-32.pt",
	"vit-l-14":     "ViT-L-14.pt",
	"vit-l-14-336": "ViT-L-14-336px.pt",
}

// Find returns the file of that name, or of that model, in one of the folders.
func Find(name string) (string, bool) {
	if file, ok := Models[name]; ok {
		name = file
	}
	for _, dir := range Dirs() {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, true
		}
	}
	return "", false
}
