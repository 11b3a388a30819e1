package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"

	"frontdoor/data/files"
)

// FolderOptions are the choices that Folder leaves to the caller.
type FolderOptions struct {
	// Seed decides which images are for testing where the folder does not say.
	Seed uint64
}

// testShare is the part of a class that is kept for testing where the folder
// does not say.
const testShare = 0.2

// Folder makes a dataset of a folder of images:
//
//	dir/cat/1.jpg           one folder a class
//	dir/train/cat/1.jpg     or, with the split in the first level,
//	dir/test/cat/9.jpg      train and at least one of test and val
//	dir/classes.txt         optional: other names for the classes
//
// Without a split each class gives a fifth of its images, at least one, to the
// test set; the seed and the folder's name decide which, so that other classes
// may come and go. A class of one image is trained on only. With train and val
// but no test, val is the test set.
//
// Classes are numbered in the order of their folders' names, byte by byte. The
// name of a class is that of its folder, with _ and - read as spaces; see
// classNames for classes.txt. Images may lie in sub-folders of a class, and
// symbolic links are followed. Names that begin with a dot are skipped.
//
// Files that are not images, and images whose header cannot be read, are left
// out and noted in the report. It is an error, which says what to do, if dir
// does not hold at least two classes, if a class holds no readable image to
// train on, or if classes.txt does not fit.
func Folder(ctx context.Context, dir string, opt FolderOptions) (*Dataset, *Report, error) {
	top, err := listRoot(dir)
	if err != nil {
		return nil, nil, err
	}
	s := &scan{ctx: ctx, report: new(Report)}
	var splits map[string][]classFolder
	if hasSplit(top) {
		splits, err = s.splitLayout(dir, top)
	} else {
		splits, err = s.plainLayout(dir, top, opt.Seed)
	}
	if err != nil {
		return nil, nil, err
	}
	train := splits["train"]
	folders := make([]string, len(train))
	for i, c := range train {
		folders[i] = c.name
	}
	classes, err := classNames(dir, folders)
	if err != nil {
		return nil, nil, err
	}
	name := dir
	if abs, err := filepath.Abs(dir); err == nil { // "." says nothing in a table
		name = filepath.Base(abs)
	}
	d := &Dataset{Name: name, Classes: classes, Template: DefaultTemplate}
	d.Train, d.Val, d.Test = items(train), items(splits["val"]), items(splits["test"])
	return d, s.report, nil
}

// hasSplit says whether the first level of folders is the split. A lone train/
// is taken for a class: trains are photographed too.
func hasSplit(l files.Listing) bool {
	return slices.Contains(l.Folders, "train") && (slices.Contains(l.Folders, "test") || slices.Contains(l.Folders, "val"))
}

// listRoot lists the top folder, with errors for people who point at something
// else.
func listRoot(dir string) (files.Listing, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return files.Listing{}, fmt.Errorf("image folder %s does not exist: give a folder that holds one folder of images for each class", dir)
	case err != nil:
		return files.Listing{}, fmt.Errorf("image folder: %w", err)
	case !info.IsDir():
		return files.Listing{}, fmt.Errorf("image folder %s is a file: give the folder that holds one folder of images for each class", dir)
	}
	l, err := files.List(dir)
	if err != nil {
		return files.Listing{}, err
	}
	if len(l.Folders) == 0 && len(l.Files) > 0 {
		return files.Listing{}, fmt.Errorf("image folder %s holds files but no class folders: move the images of each class to a folder with the name of the class", dir)
	}
	return l, needTwo(dir, l.Folders)
}

// needTwo returns an error if there are fewer than two class folders.
func needTwo(dir string, folders []string) error {
	switch len(folders) {
	case 0:
		return fmt.Errorf("image folder %s is empty: put one folder of images for each class there", dir)
	case 1:
		return fmt.Errorf("image folder %s holds only one class folder, %s: a classifier needs at least two (or did you mean %s?)",
			dir, folders[0], filepath.Join(dir, folders[0]))
	}
	return nil
}

// items lists the images of the classes in turn.
func items(classes []classFolder) []Item {
	var out []Item
	for _, c := range classes {
		for _, path := range c.images {
			out = append(out, Item{Source: File(path), Label: c.label})
		}
	}
	return out
}

// testCount returns how many of n images are kept for testing.
func testCount(n int) int {
	if n < 2 {
		return 0
	}
	return max(1, int(math.RoundToEven(testShare*float64(n))))
}
