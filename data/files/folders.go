package files

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/internal/textfile"
)

// namesFile may lie beside the class folders and give them other names.
const namesFile = "classes.txt"

// place is where a part of the tree is, for messages.
func (t *tree) place(p string) string { return filepath.Join(t.root, filepath.FromSlash(p)) }

// layout reads the classes and splits off the folders.
type layout struct {
	*tree
	*Collection
}

// collect makes a collection of the folders of a tree.
func (t *tree) collect() (*Collection, error) {
	l := &layout{t, &Collection{Root: t.root, Left: t.left, Notes: t.notes, NamesPath: t.place(namesFile)}}
	top := t.nodes()
	defer l.finish()
	for t.archive && len(top.folders) == 1 && splitOf(top.folders[0].name) == Whole {
		l.stray(top) // an archive may hold one folder with everything in it
		top = top.folders[0]
	}
	l.stray(top)
	if err := l.readNames(top); err != nil {
		return nil, err
	}
	splits, err := splitFolders(t.root, top.names())
	if err != nil {
		return nil, err
	}
	if splits == nil {
		if splits = insideClasses(top); splits != nil {
			return l.Collection, l.splitInside(top, splits)
		}
		return l.Collection, l.classes(top, Whole)
	}
	l.Splits, l.Tests = true, true
	for _, f := range top.folders {
		if splits[splitOf(f.name)] != f.name {
			l.leave(t.place(f.path), fmt.Sprintf("a folder beside %s", some(sortedValues(splits))))
		}
	}
	for _, s := range []Split{Train, Val, Test} {
		if n := top.folder(splits[s]); n != nil {
			l.stray(n)
			if err := l.classes(n, s); err != nil {
				return nil, err
			}
		}
	}
	return l.Collection, nil
}

// sortedValues are the values of a map, sorted.
func sortedValues(m map[Split]string) []string {
	var out []string
	for _, v := range m {
		out = append(out, v)
	}
	slices.Sort(out)
	return out
}

// stray notes the images that lie where only folders are expected.
func (l *layout) stray(n *node) {
	for _, f := range n.files {
		l.leave(l.place(f.path), "file outside a class folder")
	}
}

// readNames reads the file of class names beside the class folders, and notes
// the other files that are no images.
func (l *layout) readNames(top *node) error {
	l.NamesPath = l.place(path.Join(top.path, namesFile))
	for _, f := range l.others {
		if f.path != path.Join(top.path, namesFile) {
			l.leave(l.place(f.path), "not an image that can be read")
			continue
		}
		text, err := readText(f.Image)
		if err != nil {
			return err
		}
		l.NamesText = text
	}
	return nil
}

// classes adds the class folders of n, all of them for one split.
func (l *layout) classes(n *node, split Split) error {
	if err := l.checkFolders(n, split); err != nil {
		return err
	}
	first := len(l.Classes) == 0
	for _, f := range n.folders {
		place, before := l.place(f.path), len(l.Classes)
		class := l.class(f.name, place)
		switch fresh := len(l.Classes) > before; {
		case fresh && !first:
			return fmt.Errorf("image folder %s holds the class %s, which has no training images: add a folder of that name to those for training, or remove it here",
				l.place(n.path), f.name)
		case !fresh && l.sameClass(n, f, class):
			l.note("%s is taken for the class %s, whose name looks the same", place, l.Classes[class].Place)
		}
		l.add(class, split, f.all())
	}
	return nil
}

// sameClass says whether another folder of n is of the same class.
func (l *layout) sameClass(n, f *node, class int) bool {
	look, _ := textfile.Clean(l.Classes[class].Key)
	for _, other := range n.folders {
		if have, _ := textfile.Clean(other.name); other != f && have == look {
			return true
		}
	}
	return false
}

// insideClasses returns the splits if every class folder is divided into the
// same ones, as in cup/train/1.jpg and cup/test/2.jpg; else nil.
func insideClasses(top *node) map[Split]string {
	var common map[Split]string
	for _, f := range top.folders {
		splits, err := splitFolders(f.path, f.names())
		if err != nil || splits == nil || len(f.files) > 0 || len(splits) != len(f.folders) {
			return nil
		}
		if common == nil {
			common = splits
		}
	}
	if len(top.folders) < 2 {
		return nil
	}
	return common
}

// splitInside adds class folders that are divided into splits.
func (l *layout) splitInside(top *node, splits map[Split]string) error {
	l.Splits, l.Tests = true, true
	l.note("each class folder of %s holds %s, which are taken for the split", l.place(top.path), strings.Join(sortedValues(splits), " and "))
	for _, f := range top.folders {
		class := l.class(f.name, l.place(f.path))
		for _, sub := range f.folders {
			l.add(class, splitOf(sub.name), sub.all())
		}
	}
	return nil
}
