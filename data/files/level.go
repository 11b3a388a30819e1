package files

import (
	"fmt"
	"slices"
)

// checkFolders returns an error if n does not look like a folder of class
// folders, at least two of them.
func (l *layout) checkFolders(n *node, split Split) error {
	dir := l.place(n.path)
	switch {
	case len(n.folders) == 0 && (len(n.files) > 0 || n.path == "" && len(l.others)+len(l.left) > 0):
		return fmt.Errorf("image folder %s holds files but no class folders: move the images of each class to a folder with the name of the class", dir)
	case split == Val || split == Test:
		return nil
	case len(n.folders) == 0:
		return fmt.Errorf("image folder %s is empty: put one folder of images for each class there", dir)
	case len(n.folders) == 1:
		return fmt.Errorf("image folder %s holds only one class folder, %s: a classifier needs at least two (or did you mean %s?)",
			dir, n.folders[0].name, l.place(n.folders[0].path))
	}
	return l.checkLevel(n)
}

// checkLevel returns an error if the classes seem to be one level further
// down. A file of class names says that they are not.
func (l *layout) checkLevel(n *node) error {
	if l.NamesText != "" {
		return nil
	}
	var filled []*node
	in := map[string]int{} // how many folders hold a folder of that name
	for _, f := range n.folders {
		switch {
		case len(f.all()) == 0:
			continue
		case len(f.files) > 0:
			return nil
		}
		filled = append(filled, f)
		for _, sub := range f.folders {
			if len(sub.all()) > 0 {
				in[sub.name]++
			}
		}
	}
	if len(filled) == 1 && len(in) > 1 {
		return fmt.Errorf("image folder %s is one level too high: of its folders only %s holds images, in folders of its own: give %s",
			l.place(n.path), filled[0].name, l.place(filled[0].path))
	}
	var shared []string
	for name, count := range in {
		if count > 1 {
			shared = append(shared, name)
		}
	}
	if slices.Sort(shared); len(shared) < 2 {
		return nil
	}
	return fmt.Errorf("image folder %s looks one level too high: %s and %s both hold folders named %s, which look like the classes: give one of them, such as %s, or, if they are the classes after all, name them in %s",
		l.place(n.path), filled[0].name, filled[1].name, some(shared), l.place(filled[0].path), l.NamesPath)
}
