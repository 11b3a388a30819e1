package coop

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"frontdoor/data/coop/matfile"
	"frontdoor/internal/exactjson"
	"frontdoor/internal/mt19937"
	"frontdoor/internal/textfile"
)

// variable reads one variable of a MATLAB file of the dataset folder.
func (l *layout) variable(file, name string) (matfile.Value, error) {
	return matfile.Read(filepath.Join(l.dir, filepath.FromSlash(file)), name)
}

// unlike is the error of a MATLAB file whose variable has another form.
func (l *layout) unlike(file, variable, what string) error {
	return fmt.Errorf("%s: %s in %s: fetch the file again", filepath.Join(l.dir, filepath.FromSlash(file)), what, variable)
}

// Files of StanfordCars. The labels of the test images came later than the
// devkit, and lie beside it.
const (
	carsMeta  = "devkit/cars_meta.mat"
	carsTrain = "devkit/cars_train_annos.mat"
	carsTest  = "cars_test_annos_withlabels.mat"
)

// cars reads structures of a file name and a label from 1. The year, which
// ends a name, is what CoOp puts first.
func cars(l *layout) (splitLists, error) {
	meta, err := l.variable(carsMeta, "class_names")
	if err != nil {
		return splitLists{}, err
	}
	names := make([]string, len(meta.Cells))
	for i, c := range meta.Cells {
		words := strings.Fields(c.Text)
		if len(words) < 2 {
			return splitLists{}, l.unlike(carsMeta, "class_names", fmt.Sprintf("a class called %q", c.Text))
		}
		last := len(words) - 1
		names[i] = words[last] + " " + strings.Join(words[:last], " ")
	}
	return trainTest(func(file string) ([]splitEntry, error) { return l.carList(file, names) }, carsTrain, carsTest)
}

// carList reads one list; its images lie in cars_train or cars_test.
func (l *layout) carList(file string, names []string) ([]splitEntry, error) {
	const variable = "annotations"
	v, err := l.variable(file, variable)
	if err != nil {
		return nil, err
	}
	images, labels := v.Fields["fname"], v.Fields["class"]
	if len(images) == 0 || len(images) != len(labels) {
		return nil, l.unlike(file, variable, fmt.Sprintf("%d file names and %d labels (fname and class)", len(images), len(labels)))
	}
	folder := "cars_train"
	if file == carsTest {
		folder = "cars_test"
	}
	out := make([]splitEntry, len(images))
	for i := range images {
		label, err := labels[i].Int()
		if err != nil || label < 1 || label > len(names) || images[i].Text == "" || !local(images[i].Text) {
			return nil, l.unlike(file, variable, fmt.Sprintf("file name %q with label %v", images[i].Text, labels[i].Numbers))
		}
		out[i] = splitEntry{path.Join(folder, images[i].Text), label - 1, names[label-1]}
	}
	return out, nil
}

// Files of OxfordFlowers.
const (
	flowerLabels = "imagelabels.mat"
	flowerNames  = "cat_to_name.json"
)

// flowers reads the labels of image_00001.jpg and so on, and draws a split of
// each class, in the order of first appearance.
func flowers(l *layout) (splitLists, error) {
	var out splitLists
	names, err := l.flowerNames()
	if err != nil {
		return out, err
	}
	labels, err := l.variable(flowerLabels, "labels")
	if err != nil {
		return out, err
	}
	var order []int
	byLabel := map[int][]splitEntry{}
	for i, x := range labels.Numbers {
		label := int(x)
		name, ok := names[strconv.Itoa(label)]
		if !ok {
			return out, l.unlike(flowerLabels, "labels", fmt.Sprintf("the label %v, which %s does not name,", x, flowerNames))
		}
		if byLabel[label] == nil {
			order = append(order, label)
		}
		byLabel[label] = append(byLabel[label], splitEntry{fmt.Sprintf("image_%05d.jpg", i+1), label - 1, name})
	}
	rng := mt19937.NewPython(drawSeed)
	for _, label := range order {
		out.divide(byLabel[label], rng)
	}
	return out, nil
}

// flowerNames reads the class names by label.
func (l *layout) flowerNames() (map[string]string, error) {
	full := filepath.Join(l.dir, flowerNames)
	text, err := textfile.Read(full)
	if err != nil {
		return nil, err
	}
	var names map[string]string
	err = exactjson.Unmarshal([]byte(text), &names)
	if err == nil && len(names) == 0 {
		err = errors.New("it is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("%s is no list of names by label, fetch it again: %w", full, err)
	}
	return names, nil
}
