package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Left is a file or folder that was left out, and why. Err is set if it should
// have been an image.
type Left struct {
	Path, Reason string
	Err          error
}

// tree is what lies below a folder or in an archive.
type tree struct {
	root    string   // as it was named
	archive bool     // root is a file
	folders []string // below root, with forward slashes, sorted
	files   []entry  // sorted by path
	others  []entry  // after probe: the files that are not images
	left    []Left
	notes   []string
}

// entry is a file of a tree.
type entry struct {
	path string // below root, with forward slashes
	Image
}

// walk lists a folder of the disk. Symbolic links are followed; a link to a
// folder whose images the class has already is passed over, which ends loops.
// A folder that cannot be read is noted and the rest goes on.
func walk(ctx context.Context, root string) (*tree, error) {
	w := &walker{ctx: ctx, tree: &tree{root: root}, readDir: os.ReadDir}
	actual, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, fmt.Errorf("image folder: %w", err)
	}
	w.actual = actual
	if err := w.top(); err != nil {
		return nil, err
	}
	slices.Sort(w.folders)
	slices.SortFunc(w.files, func(a, b entry) int { return strings.Compare(a.path, b.path) })
	return w.tree, nil
}

// walker makes the tree of a folder.
type walker struct {
	ctx context.Context
	*tree
	actual  string                              // root without links
	readDir func(string) ([]fs.DirEntry, error) // os.ReadDir, which tests replace
}

// top lists the root and, one by one, its folders or those of its splits: a
// folder is entered once in each of them.
func (w *walker) top() error {
	folders, err := w.list("")
	if err != nil {
		return fmt.Errorf("image folder: %w", err)
	}
	splits, err := splitFolders(w.root, folders)
	if err != nil {
		return err
	}
	for _, name := range folders {
		visited := map[string]bool{w.actual: true}
		inner := []string{name}
		if s := splitOf(name); splits != nil && s != Whole {
			if !w.enter(name, visited) {
				continue
			}
			if inner, err = w.list(name); err != nil {
				return err
			}
		}
		for _, sub := range inner {
			seen := map[string]bool{}
			for k := range visited {
				seen[k] = true
			}
			if err := w.below(sub, seen); err != nil {
				return err
			}
		}
	}
	return nil
}

// below lists a folder and all in it.
func (w *walker) below(rel string, visited map[string]bool) error {
	if !w.enter(rel, visited) {
		return nil
	}
	folders, err := w.list(rel)
	if err != nil {
		return err
	}
	for _, sub := range folders {
		if err := w.below(sub, visited); err != nil {
			return err
		}
	}
	return nil
}

// enter notes a folder as visited, and says whether it is new.
func (w *walker) enter(rel string, visited map[string]bool) bool {
	actual, err := filepath.EvalSymlinks(w.path(rel))
	if err != nil {
		w.leave(rel, err)
		return false
	}
	if visited[actual] {
		return false
	}
	visited[actual] = true
	return true
}

// leave notes a folder that cannot be read.
func (w *walker) leave(rel string, err error) {
	reason := "the folder cannot be read"
	if errors.Is(err, fs.ErrPermission) {
		reason = "the folder may not be read"
	}
	w.left = append(w.left, Left{w.path(rel), reason, nil})
}

// path is where a place in the tree is on the disk.
func (w *walker) path(rel string) string { return filepath.Join(w.root, filepath.FromSlash(rel)) }

// list adds what a folder holds to the tree, and returns the folders in it.
func (w *walker) list(rel string) ([]string, error) {
	if err := w.ctx.Err(); err != nil {
		return nil, err
	}
	entries, err := w.readDir(w.path(rel)) // sorted by name
	if err != nil {
		if rel == "" {
			return nil, err
		}
		w.leave(rel, err)
		return nil, nil
	}
	var folders []string
	for _, e := range entries {
		place := path.Join(rel, e.Name())
		isDir := e.IsDir()
		if e.Type()&fs.ModeSymlink != 0 { // a dangling one counts as a file
			info, err := os.Stat(w.path(place))
			isDir = err == nil && info.IsDir()
		}
		switch {
		case isDir && ownFolder(e.Name()) != "":
			w.left = append(w.left, Left{w.path(place), ownFolder(e.Name()), nil})
		case isDir:
			folders = append(folders, place)
			w.folders = append(w.folders, place)
		case !ownFile(e.Name()):
			w.files = append(w.files, entry{place, Disk(w.path(place))})
		}
	}
	return folders, nil
}
