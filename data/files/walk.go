package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
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

// folder is a folder on the way: where it is below the root, and where without
// links. The second follows from that of the folder around it, so that the depth
// of a tree costs nothing.
type folder struct{ rel, actual string }

// top lists the root and, one by one, its folders or those of its splits: a
// folder is entered once in each of them.
func (w *walker) top() error {
	folders, err := w.list(folder{"", w.actual})
	if err != nil {
		return fmt.Errorf("image folder: %w", err)
	}
	names := make([]string, len(folders))
	for i, f := range folders {
		names[i] = f.rel
	}
	splits, err := splitFolders(w.root, names)
	if err != nil {
		return err
	}
	for _, f := range folders {
		visited := map[string]bool{w.actual: true}
		inner := []folder{f}
		if s := splitOf(f.rel); splits != nil && s != Whole {
			if visited[f.actual] {
				continue
			}
			visited[f.actual] = true
			if inner, err = w.list(f); err != nil {
				return err
			}
		}
		for _, sub := range inner {
			if err := w.below(sub, maps.Clone(visited)); err != nil {
				return err
			}
		}
	}
	return nil
}

// below lists a folder and all in it, but for folders that were visited.
func (w *walker) below(f folder, visited map[string]bool) error {
	if visited[f.actual] {
		return nil
	}
	visited[f.actual] = true
	folders, err := w.list(f)
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
func (w *walker) list(in folder) ([]folder, error) {
	if err := w.ctx.Err(); err != nil {
		return nil, err
	}
	entries, err := w.readDir(w.path(in.rel)) // sorted by name
	if err != nil {
		if in.rel == "" {
			return nil, err
		}
		w.leave(in.rel, err)
		return nil, nil
	}
	var folders []folder
	for _, e := range entries {
		sub := folder{path.Join(in.rel, e.Name()), filepath.Join(in.actual, e.Name())}
		isDir := e.IsDir()
		if e.Type()&fs.ModeSymlink != 0 { // a dangling one counts as a file
			info, err := os.Stat(sub.actual)
			if isDir = err == nil && info.IsDir(); isDir {
				if err := w.follow(&sub); err != nil {
					return nil, err
				}
			}
		}
		switch {
		case isDir && ownFolder(e.Name()) != "":
			w.left = append(w.left, Left{w.path(sub.rel), ownFolder(e.Name()), nil})
		case isDir && sub.actual != "":
			folders = append(folders, sub)
			w.folders = append(w.folders, sub.rel)
		case !isDir && !ownFile(e.Name()):
			w.files = append(w.files, entry{sub.rel, Disk(w.path(sub.rel))})
		}
	}
	return folders, nil
}

// follow finds where a link to a folder leads; nowhere if it cannot be read.
func (w *walker) follow(link *folder) (err error) {
	if err := w.ctx.Err(); err != nil { // many links may lie deep
		return err
	}
	if link.actual, err = filepath.EvalSymlinks(link.actual); err != nil {
		w.leave(link.rel, err)
		link.actual = ""
	}
	return nil
}
