package data

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Official is a dataset of the CoOp benchmark, in the folder layout that its
// instructions ask for: the eleven datasets and four variants of ImageNet.
type Official struct {
	// Name is what the command line calls it.
	Name string
	// Title is the name in tables, and in the name of the split file.
	Title string
	// Folder lies in the data root; Images in Folder holds the images, and the
	// paths of the split file start there.
	Folder, Images string
	// Classes, Train, Val and Test are the published counts.
	Classes, Train, Val, Test int

	// imagesFrom and listsFrom say where the images are published, and what the
	// split is made of where there is no split file.
	imagesFrom, listsFrom string
	// needs are the files and folders that it is made of, below Folder.
	needs []string
	// make makes it.
	make func(*layout) (splitLists, error)
	// bySplit is false for the datasets that never have a split file.
	bySplit bool
	// distinct is set where the published images are known to differ, all of
	// them: then equal files in two splits are a mistake.
	distinct bool
}

// OfficialNames lists the names of the official datasets.
func OfficialNames() []string {
	names := make([]string, len(officials))
	for i, o := range officials {
		names[i] = o.Name
	}
	return names
}

// OfficialByName returns the official dataset of that name, and whether there
// is one.
func OfficialByName(name string) (*Official, bool) {
	for i := range officials {
		if officials[i].Name == name {
			return &officials[i], true
		}
	}
	return nil, false
}

// SplitFile is the name of the split file, "" if the dataset has none.
func (o *Official) SplitFile() string {
	if !o.bySplit {
		return ""
	}
	return "split_zhou_" + o.Title + ".json"
}

//go:embed templates.json
var templatesJSON []byte

// template returns the hand-crafted caption.
func (o *Official) template() (string, error) {
	var all map[string]string
	if err := json.Unmarshal(templatesJSON, &all); err != nil {
		return "", fmt.Errorf("the embedded templates.json: %w", err)
	}
	if all[o.Title] == "" {
		return "", fmt.Errorf("the embedded templates.json has no template of %s", o.Title)
	}
	return all[o.Title], nil
}

// Open reads the dataset below root. The split file decides where there is one;
// else the split is made from the original annotations, see layout. Images are
// not opened here. Errors name the file that is missing or wrong and say where
// to fetch it and where it goes. Underscores in class names become spaces, as
// in every prompt.
func (o *Official) Open(root string) (*Dataset, error) {
	l := &layout{Official: o, dir: filepath.Join(root, o.Folder)}
	l.images = filepath.Join(l.dir, filepath.FromSlash(o.Images))
	if info, err := os.Stat(l.images); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("dataset %s: there is no folder %s: fetch the images from %s and unpack them there; -data is the folder that holds %s",
			o.Name, l.images, o.imagesFrom, o.Folder)
	}
	lists, drawn, err := l.read()
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", o.Name, err)
	}
	d, err := l.dataset(lists, drawn)
	if drawn && err == nil {
		d.Note = fmt.Sprintf("%s: there is no %s in %s: the split was drawn by CoOp's rule from %s", o.Name, o.SplitFile(), l.dir, all(o.needs))
	}
	return d, err
}

// read returns the lists of the split file, or those made for want of one, and
// whether they had to be made.
func (l *layout) read() (lists splitLists, drawn bool, err error) {
	if l.bySplit {
		lists, err = readSplit(filepath.Join(l.dir, l.SplitFile()))
		if !errors.Is(err, fs.ErrNotExist) {
			return lists, false, err
		}
	}
	lists, err = l.make(l)
	if errors.Is(err, fs.ErrNotExist) {
		err = l.missing(err)
	}
	return lists, l.bySplit, err
}

// missing says which files to fetch and where they go, given the error of
// opening the first of them.
func (l *layout) missing(err error) error {
	first := l.dir
	var p *fs.PathError
	if errors.As(err, &p) {
		first = p.Path
	}
	want := fmt.Sprintf("%s from %s into %s", all(l.needs), l.listsFrom, l.dir)
	if l.bySplit {
		want = fmt.Sprintf("%s from %s into %s, or for want of it %s", l.SplitFile(), instructions, l.dir, want)
	}
	return fmt.Errorf("%s does not exist: fetch %s", first, want)
}

// all joins a list in words.
func all(list []string) string {
	if n := len(list) - 1; n > 0 {
		return strings.Join(list[:n], ", ") + " and " + list[n]
	}
	return strings.Join(list, "")
}

// dataset gives the lists their paths and collects the class names.
func (l *layout) dataset(lists splitLists, drawn bool) (*Dataset, error) {
	if len(lists.Train)+len(lists.Test) == 0 {
		return nil, fmt.Errorf("dataset %s: there are no images in %s: fetch them from %s", l.Name, l.images, l.imagesFrom)
	}
	classes, err := lists.classes()
	if err != nil {
		from := filepath.Join(l.dir, l.SplitFile())
		if drawn || !l.bySplit {
			from = all(l.needs) + " of " + l.dir
		}
		return nil, fmt.Errorf("dataset %s: %s: %w: fetch the lists again", l.Name, from, err)
	}
	for i, name := range classes {
		classes[i] = strings.ReplaceAll(name, "_", " ")
	}
	template, err := l.template()
	if err != nil {
		return nil, err
	}
	return &Dataset{Name: l.Name, Classes: classes, Template: template,
		Train: l.items(lists.Train), Val: l.items(lists.Val), Test: l.items(lists.Test)}, nil
}

// items joins the paths to the image folder.
func (l *layout) items(entries []splitEntry) []Item {
	out := make([]Item, 0, len(entries))
	for _, e := range entries {
		out = append(out, Item{Source: File(filepath.Join(l.images, filepath.FromSlash(e.path))), Label: e.label})
	}
	return out
}
