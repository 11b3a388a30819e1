package coop

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"frontdoor/internal/setting"
)

// Dataset is a published dataset, in the folder layout that CoOp's
// instructions (DATASETS.md) ask for.
type Dataset struct {
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

// Names lists the names of the published datasets, those that have training
// images first.
func Names() []string {
	names := make([]string, len(benchmark))
	for i, d := range benchmark {
		names[i] = d.Name
	}
	return names
}

// ByName returns the published dataset of that name, and whether there is one.
func ByName(name string) (*Dataset, bool) {
	for i := range benchmark {
		if benchmark[i].Name == name {
			return &benchmark[i], true
		}
	}
	return nil, false
}

// SplitFile is the name of the split file, "" if the dataset has none.
func (d *Dataset) SplitFile() string {
	if !d.bySplit {
		return ""
	}
	return "split_zhou_" + d.Title + ".json"
}

//go:embed templates.json
var templatesJSON []byte

// template returns the hand-crafted caption.
func (d *Dataset) template() (string, error) {
	var all map[string]string
	if err := json.Unmarshal(templatesJSON, &all); err != nil {
		return "", fmt.Errorf("the embedded templates.json: %w", err)
	}
	if all[d.Title] == "" {
		return "", fmt.Errorf("the embedded templates.json has no template of %s", d.Title)
	}
	return all[d.Title], nil
}

// Image is an image of a list: the path of its file, and its class, an index
// into Lists.Classes.
type Image struct {
	Path  string
	Label int
}

// Wants says in words which files the dataset is made of below the folder root,
// and where they are published.
func (d *Dataset) Wants(root string) string {
	dir := filepath.Join(root, d.Folder)
	want := fmt.Sprintf("the images from %s into %s", d.imagesFrom, filepath.Join(dir, filepath.FromSlash(d.Images)))
	switch {
	case d.bySplit:
		want += fmt.Sprintf(", and %s from %s into %s", d.SplitFile(), instructions, dir)
	case d.listsFrom != "":
		want += fmt.Sprintf(", and %s from %s into %s", all(d.needs), d.listsFrom, dir)
	}
	return want
}

// Lists are the classes and images of a dataset on disk.
type Lists struct {
	// Classes holds the names as they go into a caption, with spaces for
	// underscores, as in every prompt.
	Classes []string
	// Template is the hand-crafted caption; {} stands for the class name.
	Template string
	// Train, Val and Test are the lists of the split.
	Train, Val, Test []Image
	// Note says that the split was made here for want of a split file; else "".
	Note string
}

// Open reads the lists of the dataset below root. The split file decides where
// there is one; else the split is made from the original annotations, see
// layout. Images are not opened here. Errors name the file that is missing or
// wrong and say where to fetch it and where it goes.
func (d *Dataset) Open(root string) (*Lists, error) {
	l := &layout{Dataset: d, dir: filepath.Join(root, d.Folder)}
	l.images = filepath.Join(l.dir, filepath.FromSlash(d.Images))
	if info, err := os.Stat(l.images); err != nil || !info.IsDir() {
		return nil, setting.Errorf("dataset %s: there is no folder %s: fetch the images from %s and unpack them there (go run ./cmd/fetch -dir DATA %s does it, or says what is left to do); {data} is the folder that holds %s",
			d.Name, l.images, d.imagesFrom, d.Name, d.Folder)
	}
	entries, made, err := l.read()
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", d.Name, err)
	}
	lists, err := l.lists(entries, made)
	if made && err == nil {
		lists.Note = fmt.Sprintf("%s: there is no %s in %s: the split was drawn by CoOp's rule from %s", d.Name, d.SplitFile(), l.dir, all(d.needs))
	}
	return lists, err
}

// read returns the lists of the split file, or those made for want of one, and
// whether they had to be made.
func (l *layout) read() (lists splitLists, made bool, err error) {
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

// lists gives the entries their paths and collects the class names.
func (l *layout) lists(entries splitLists, made bool) (*Lists, error) {
	if len(entries.Train)+len(entries.Test) == 0 {
		return nil, fmt.Errorf("dataset %s: there are no images in %s: fetch them from %s", l.Name, l.images, l.imagesFrom)
	}
	classes, err := entries.classes()
	if err != nil {
		from := filepath.Join(l.dir, l.SplitFile())
		if made || !l.bySplit {
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
	return &Lists{Classes: classes, Template: template,
		Train: l.paths(entries.Train), Val: l.paths(entries.Val), Test: l.paths(entries.Test)}, nil
}

// paths joins the paths of the entries to the image folder.
func (l *layout) paths(entries []splitEntry) []Image {
	out := make([]Image, 0, len(entries))
	for _, e := range entries {
		out = append(out, Image{filepath.Join(l.images, filepath.FromSlash(e.path)), e.label})
	}
	return out
}
