package files

import (
	"path"
	"slices"
	"strings"
)

// node is a folder of a tree.
type node struct {
	name    string
	path    string // below the root
	folders []*node
	files   []entry
}

// nodes makes the folders of a tree.
func (t *tree) nodes() *node {
	top := &node{}
	byPath := map[string]*node{"": top}
	var get func(p string) *node
	get = func(p string) *node {
		if p == "." {
			p = ""
		}
		if n := byPath[p]; n != nil {
			return n
		}
		n := &node{name: path.Base(p), path: p}
		byPath[p] = n
		parent := get(path.Dir(p))
		parent.folders = append(parent.folders, n)
		return n
	}
	for _, f := range t.folders {
		get(f)
	}
	for _, f := range t.files {
		n := get(path.Dir(f.path))
		n.files = append(n.files, f)
	}
	for _, n := range byPath {
		slices.SortFunc(n.folders, func(a, b *node) int { return strings.Compare(a.name, b.name) })
	}
	return top
}

// all returns the files of a folder and of those in it, sorted by path.
func (n *node) all() []entry {
	var out []entry
	var add func(n *node)
	add = func(n *node) {
		out = append(out, n.files...)
		for _, f := range n.folders {
			add(f)
		}
	}
	add(n)
	slices.SortFunc(out, func(a, b entry) int { return strings.Compare(a.path, b.path) })
	return out
}

// names are the names of the folders in a folder.
func (n *node) names() []string {
	out := make([]string, len(n.folders))
	for i, f := range n.folders {
		out[i] = f.name
	}
	return out
}

// folder returns the folder of that name in n, nil if there is none.
func (n *node) folder(name string) *node {
	for _, f := range n.folders {
		if f.name == name {
			return f
		}
	}
	return nil
}
