package data

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/data/files"
	"frontdoor/imaging"
)

// scan walks the class folders of one dataset.
type scan struct {
	ctx    context.Context
	report *Report
}

// classFolder is a class and the paths of its readable images, sorted.
type classFolder struct {
	name   string
	label  int
	images []string
}

// plainLayout reads dir/class/image and splits each class into train and test.
func (s *scan) plainLayout(dir string, top files.Listing, seed uint64) (map[string][]classFolder, error) {
	s.strayFiles(dir, top.Files)
	all, err := s.classes(dir, top.Folders)
	if err != nil {
		return nil, err
	}
	if err := needImages(dir, all); err != nil {
		return nil, err
	}
	out := map[string][]classFolder{}
	for _, c := range all {
		train, test := c, c
		train.images, test.images = divide(c, seed)
		if len(test.images) == 0 {
			s.report.Add(filepath.Join(dir, c.name), "the class has one image, none is left for testing")
		}
		out["train"] = append(out["train"], train)
		out["test"] = append(out["test"], test)
	}
	return out, nil
}

// divide picks the test images of a class. Both parts keep the sorted order.
func divide(c classFolder, seed uint64) (train, test []string) {
	h := fnv.New64a()
	h.Write([]byte(c.name))
	order := rand.New(rand.NewPCG(seed, h.Sum64())).Perm(len(c.images))
	forTest := make([]bool, len(order))
	for _, i := range order[:testCount(len(order))] {
		forTest[i] = true
	}
	for i, path := range c.images {
		if forTest[i] {
			test = append(test, path)
		} else {
			train = append(train, path)
		}
	}
	return train, test
}

// splitLayout reads dir/split/class/image. The training split decides which
// classes there are; the others may lack some, but add none.
func (s *scan) splitLayout(dir string, top files.Listing) (map[string][]classFolder, error) {
	s.strayFiles(dir, top.Files)
	for _, name := range top.Folders {
		if name != "train" && name != "val" && name != "test" {
			s.report.Add(filepath.Join(dir, name), "folder beside train, val and test")
		}
	}
	out := map[string][]classFolder{}
	labels := map[string]int{}
	for _, split := range splitNames {
		if !slices.Contains(top.Folders, split) {
			continue
		}
		classes, err := s.oneSplit(filepath.Join(dir, split), labels)
		if err != nil {
			return nil, err
		}
		out[split] = classes
	}
	if _, ok := out["test"]; !ok {
		out["test"], out["val"] = out["val"], nil
	}
	return out, nil
}

// oneSplit reads the classes of one split. The first call fills labels.
func (s *scan) oneSplit(dir string, labels map[string]int) ([]classFolder, error) {
	l, err := files.List(dir)
	if err != nil {
		return nil, err
	}
	s.strayFiles(dir, l.Files)
	first := len(labels) == 0
	if first {
		if err := needTwo(dir, l.Folders); err != nil {
			return nil, err
		}
		for i, name := range l.Folders {
			labels[name] = i
		}
	}
	for _, name := range l.Folders {
		if _, ok := labels[name]; !ok {
			return nil, fmt.Errorf("image folder %s holds the class %s, which has no training images: add %s or remove it here",
				dir, name, filepath.Join(filepath.Dir(dir), "train", name))
		}
	}
	classes, err := s.classes(dir, l.Folders)
	if err != nil {
		return nil, err
	}
	for i, c := range classes {
		classes[i].label = labels[c.name]
		if len(c.images) == 0 && !first {
			s.report.Add(filepath.Join(dir, c.name), "no readable image")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if !slices.Contains(l.Folders, name) {
			s.report.Add(filepath.Join(dir, name), "the class has no folder in this split")
		}
	}
	if first {
		return classes, needImages(dir, classes)
	}
	return classes, nil
}

// needImages returns an error that names the classes without images.
func needImages(dir string, classes []classFolder) error {
	var empty []string
	for _, c := range classes {
		if len(c.images) == 0 {
			empty = append(empty, c.name)
		}
	}
	if len(empty) == 0 {
		return nil
	}
	return fmt.Errorf("image folder %s: no readable image (JPEG, PNG, GIF, WebP, HEIC or AVIF) in the class folder %s: add images or remove the folder",
		dir, strings.Join(empty, ", "))
}

// strayFiles reports the files that lie where only folders are expected.
func (s *scan) strayFiles(dir string, files []string) {
	for _, name := range files {
		if name != classesFile {
			s.report.Add(filepath.Join(dir, name), "file outside a class folder")
		}
	}
}

// classes reads the class folders of dir, labelled in order. A link from a
// class back to dir leads nowhere, else the class would swallow the others.
func (s *scan) classes(dir string, folders []string) ([]classFolder, error) {
	actual, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, fmt.Errorf("image folder: %w", err)
	}
	out := make([]classFolder, len(folders))
	for i, name := range folders {
		c := classFolder{name: name, label: i}
		visited := map[string]bool{actual: true}
		if err := s.images(filepath.Join(dir, name), visited, &c.images); err != nil {
			return nil, err
		}
		slices.Sort(c.images)
		out[i] = c
	}
	return out, nil
}

// images appends the readable images below dir to out. visited holds the real
// paths of the folders that were entered, which ends loops of symbolic links.
func (s *scan) images(dir string, visited map[string]bool, out *[]string) error {
	actual, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return fmt.Errorf("image folder: %w", err)
	}
	if visited[actual] {
		return nil
	}
	visited[actual] = true
	l, err := files.List(dir)
	if err != nil {
		if os.IsPermission(err) {
			s.report.Add(dir, "the folder may not be read")
			return nil
		}
		return err
	}
	for _, name := range l.Files {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		path := filepath.Join(dir, name)
		if _, _, err := imaging.Probe(path); err != nil {
			s.report.AddError(path, err)
			continue
		}
		*out = append(*out, path)
	}
	for _, name := range l.Folders {
		if err := s.images(filepath.Join(dir, name), visited, out); err != nil {
			return err
		}
	}
	return nil
}
