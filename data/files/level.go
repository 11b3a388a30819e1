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
// down: no folder holds images of its own, and either all that hold any have
// several folders of them, or two have the same ones, or one is divided into
// splits. A file of class names says that they are the classes after all.
func (l *layout) checkLevel(n *node) error {
	if l.NamesText != "" {
		return nil
	}
	var filled []*node
	several := 0           // folders that hold several folders of images
	in := map[string]int{} // how many folders hold a folder of that name
	for _, f := range n.folders {
		if len(f.files) > 0 {
			return nil
		}
		inner := 0
		for _, sub := range f.folders {
			if len(sub.all()) > 0 {
				in[sub.name]++
				inner++
			}
		}
		if inner > 0 {
			filled = append(filled, f)
		}
		if inner > 1 {
			several++
		}
	}
	var shared []string
	for name, count := range in {
		if count > 1 {
			shared = append(shared, name)
		}
	}
	slices.Sort(shared)
	why := ""
	switch {
	case len(filled) == 1 && len(in) > 1:
		why = fmt.Sprintf("of its folders only %s holds images, in folders of its own", filled[0].name)
	case len(shared) > 1:
		why = fmt.Sprintf("%s and others hold folders named %s, which look like the classes", filled[0].name, some(shared))
	case len(filled) > 1 && several == len(filled):
		why = "none of its folders holds images itself, and all hold several folders of them"
	default:
		for _, f := range filled {
			if splits, err := splitFolders(f.path, f.names()); err != nil || splits != nil {
				filled, why = []*node{f}, fmt.Sprintf("%s holds folders for training and testing", f.name)
			}
		}
	}
	if why == "" {
		return nil
	}
	return fmt.Errorf("image folder %s looks one level too high: %s: give one of them, such as %s, or, if %s are the classes after all, name them in %s",
		l.place(n.path), why, l.place(filled[0].path), some(n.names()), l.NamesPath)
}
