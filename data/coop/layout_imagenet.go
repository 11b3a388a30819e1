package coop

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"frontdoor/data/files"
)

// classNamesFile names the classes of ImageNet: "n01440764 tench" and so on.
const classNamesFile = "classnames.txt"

// synset is one line of classnames.txt.
type synset struct{ id, name string }

func (l *layout) synsets() ([]synset, error) {
	lines, err := l.lines(classNamesFile)
	if err != nil {
		return nil, err
	}
	out := make([]synset, len(lines))
	for i, line := range lines {
		id, name, found := strings.Cut(line, " ")
		if !found {
			return nil, l.bad(classNamesFile, line)
		}
		out[i] = synset{id, name}
	}
	return out, nil
}

// imageNet scans images/train and images/val; the latter is the test set.
func imageNet(l *layout) (splitLists, error) {
	var out splitLists
	var err error
	if out.Train, err = l.synsetFolders("train"); err == nil {
		out.Test, err = l.synsetFolders("val")
	}
	if err != nil {
		return out, err
	}
	return out, l.sameFolders("train", "val")
}

// sameFolders returns an error that names a class folder of one part that is
// not in the other: labels are ranks, so all of them would be wrong.
func (l *layout) sameFolders(parts ...string) error {
	var seen [2][]string
	for i, part := range parts {
		top, err := files.List(filepath.Join(l.images, part))
		if err != nil {
			return err
		}
		seen[i] = top.Folders
	}
	for i, part := range parts {
		for _, folder := range seen[1-i] {
			if !slices.Contains(seen[i], folder) {
				return fmt.Errorf("there is no folder %s, but there is %s: fetch what is missing from %s",
					filepath.Join(l.images, part, folder), filepath.Join(l.images, parts[1-i], folder), l.imagesFrom)
			}
		}
	}
	return nil
}

// imageNetVariant scans the class folders of a test-only variant. Only the
// classes that have a folder can be answered.
func imageNetVariant(l *layout) (splitLists, error) {
	test, err := l.synsetFolders("")
	return splitLists{Test: test}, err
}

// synsetFolders lists the images in the class folders below sub; the label of a
// folder is its rank.
func (l *layout) synsetFolders(sub string) ([]splitEntry, error) {
	synsets, err := l.synsets()
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, s := range synsets {
		names[s.id] = s.name
	}
	dir := filepath.Join(l.images, sub)
	top, err := files.List(dir)
	if err != nil {
		return nil, err
	}
	var out []splitEntry
	for label, folder := range top.Folders {
		name, ok := names[folder]
		if !ok {
			return nil, fmt.Errorf("folder %s is not in %s: remove it, or fetch the list again",
				filepath.Join(dir, folder), filepath.Join(l.dir, classNamesFile))
		}
		entries, err := l.folderEntries(sub+"/"+folder, strings.TrimPrefix(sub+"/"+folder, "/"), label, name)
		if err != nil {
			return nil, err
		}
		out = append(out, entries...)
	}
	return out, nil
}

// imageNetV2 lists the folders 0, 1, ..., which number classnames.txt.
func imageNetV2(l *layout) (splitLists, error) {
	var out splitLists
	synsets, err := l.synsets()
	if err != nil {
		return out, err
	}
	for label, s := range synsets {
		folder := strconv.Itoa(label)
		entries, err := l.folderEntries(folder, folder, label, s.name)
		if err != nil {
			return out, err
		}
		out.Test = append(out.Test, entries...)
	}
	return out, nil
}
