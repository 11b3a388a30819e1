package coop

import (
	"encoding/json"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"frontdoor/data/coop/matfile/mattest"
	"frontdoor/internal/testdata"
)

// carAnnotations is a list file of StanfordCars.
func carAnnotations(t *testing.T, entries []splitEntry) string {
	t.Helper()
	var list [][]mattest.Array
	for _, e := range entries {
		list = append(list, []mattest.Array{mattest.Bytes(1, 1, 7), mattest.Bytes(1, 1, byte(e.label+1)), mattest.Text(path.Base(e.path))})
	}
	return string(mattest.File(t, "annotations", mattest.Structs([]string{"bbox_x1", "class", "fname"}, list...)))
}

// carNames is the file of class names.
func carNames(t *testing.T, names ...string) string {
	t.Helper()
	var list []mattest.Array
	for _, n := range names {
		list = append(list, mattest.Text(n))
	}
	return string(mattest.File(t, "class_names", mattest.Cells(list...)))
}

func TestCarsFromTheDevkit(t *testing.T) {
	o := published(t, "stanford_cars")
	var train []splitEntry
	for i := range 10 {
		train = append(train, splitEntry{strconv.Itoa(i) + ".jpg", i / 5, ""})
	}
	root := lay(t, o, map[string]string{
		carsMeta:  carNames(t, "Audi A5 Coupe 2012", "AM General Hummer SUV 2000"),
		carsTrain: carAnnotations(t, train), carsTest: carAnnotations(t, []splitEntry{{"00001.jpg", 1, ""}}),
	})
	d, err := o.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"2012 Audi A5 Coupe", "2000 AM General Hummer SUV"}; !slices.Equal(d.Classes, want) {
		t.Errorf("classes %q", d.Classes)
	}
	if len(d.Train) != 8 || len(d.Val) != 2 || len(d.Test) != 1 || d.Test[0].Label != 1 || !strings.Contains(d.Note, "split_zhou_StanfordCars.json") {
		t.Errorf("%d/%d/%d images, note %q", len(d.Train), len(d.Val), len(d.Test), d.Note)
	}
	if want := filepath.Join(root, "stanford_cars", "cars_test", "00001.jpg"); d.Test[0].Path != want {
		t.Errorf("test image %s, want %s", d.Test[0].Path, want)
	}
}

func TestWrongMATFilesAreNamed(t *testing.T) {
	meta := carNames(t, "Audi A5 Coupe 2012")
	good := carAnnotations(t, []splitEntry{{"1.jpg", 0, ""}})
	for name, c := range map[string]struct {
		dataset string
		texts   map[string]string
		want    string
	}{
		"cut":      {"stanford_cars", map[string]string{carsMeta: meta[:150], carsTrain: good, carsTest: good}, "cars_meta.mat"},
		"variable": {"stanford_cars", map[string]string{carsMeta: good, carsTrain: good, carsTest: good}, "class_names"},
		"names":    {"stanford_cars", map[string]string{carsMeta: meta, carsTrain: meta, carsTest: good}, "cars_train_annos.mat"},
		"label":    {"stanford_cars", map[string]string{carsMeta: meta, carsTrain: good, carsTest: carAnnotations(t, []splitEntry{{"1.jpg", 9, ""}})}, "cars_test_annos"},
		"path":     {"stanford_cars", map[string]string{carsMeta: meta, carsTrain: carAnnotations(t, []splitEntry{{"..", 0, ""}}), carsTest: good}, `".."`},
		"unlisted": {"oxford_flowers", map[string]string{flowerLabels: string(mattest.Plain("labels", mattest.Bytes(1, 1, 4))), flowerNames: `{"1":"rose"}`}, "cat_to_name.json does not name"},
		"json":     {"oxford_flowers", map[string]string{flowerLabels: "x", flowerNames: "x"}, "cat_to_name.json is no list of names by label, fetch it again: invalid"},
		"empty":    {"oxford_flowers", map[string]string{flowerLabels: "x", flowerNames: "{}"}, "it is empty"},
	} {
		o := published(t, c.dataset)
		if _, err := o.Open(lay(t, o, c.texts, "x.png")); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

// originalLists reads a published split file, and its images in the order of the
// original lists: training and validation images together, then test images,
// each by key.
func originalLists(t *testing.T, o *Dataset, key func(e splitEntry) string) (lists splitLists, train, test []splitEntry) {
	t.Helper()
	lists, err := readSplit(testdata.Shared(t, "splits/"+o.SplitFile()))
	if err != nil {
		t.Fatal(err)
	}
	by := func(a, b splitEntry) int { return strings.Compare(key(a), key(b)) }
	train = slices.SortedFunc(slices.Values(slices.Concat(lists.Train, lists.Val)), by)
	return lists, train, slices.SortedFunc(slices.Values(lists.Test), by)
}

// The published split files of the datasets that list their images come from
// seed 1: drawn from the original annotations, the split is the published one.
func TestDrawnSplitsAreThePublishedOnes(t *testing.T) {
	byLabel := func(e splitEntry, p string) string { return strconv.Itoa(1000+e.label) + p }
	for name, annotate := range map[string]func(t *testing.T, o *Dataset) (splitLists, map[string]string){
		"stanford_cars": func(t *testing.T, o *Dataset) (splitLists, map[string]string) {
			lists, train, test := originalLists(t, o, func(e splitEntry) string { return e.path })
			names, err := lists.classes()
			if err != nil {
				t.Fatal(err)
			}
			for i, n := range names {
				year, rest, _ := strings.Cut(n, " ")
				names[i] = rest + " " + year
			}
			return lists, map[string]string{carsMeta: carNames(t, names...), carsTrain: carAnnotations(t, train), carsTest: carAnnotations(t, test)}
		},
		"oxford_flowers": func(t *testing.T, o *Dataset) (splitLists, map[string]string) {
			lists, train, test := originalLists(t, o, func(e splitEntry) string { return e.path })
			labels, names := make([]byte, len(train)+len(test)), map[string]string{}
			for _, e := range append(train, test...) {
				n, err := strconv.Atoi(e.path[len("image_"):len("image_00000")])
				if err != nil {
					t.Fatal(err)
				}
				labels[n-1] = byte(e.label + 1)
				names[strconv.Itoa(e.label+1)] = e.class
			}
			text, err := json.Marshal(names)
			if err != nil {
				t.Fatal(err)
			}
			return lists, map[string]string{flowerNames: string(text), flowerLabels: string(mattest.File(t, "labels", mattest.Bytes(1, len(labels), labels...)))}
		},
		"oxford_pets": func(t *testing.T, o *Dataset) (splitLists, map[string]string) {
			// The lists were sorted by a rule that passes over the full stop.
			lists, train, test := originalLists(t, o, func(e splitEntry) string { return byLabel(e, strings.ReplaceAll(e.path, ".", "")) })
			lines := func(entries []splitEntry) string {
				var b strings.Builder
				for _, e := range entries {
					b.WriteString(strings.TrimSuffix(e.path, ".jpg") + " " + strconv.Itoa(e.label+1) + " 1 1\n")
				}
				return b.String()
			}
			return lists, map[string]string{"annotations/trainval.txt": lines(train), "annotations/test.txt": lines(test)}
		},
		"ucf101": func(t *testing.T, o *Dataset) (splitLists, map[string]string) {
			lists, train, test := originalLists(t, o, func(e splitEntry) string { return byLabel(e, e.path) })
			names, err := lists.classes()
			if err != nil {
				t.Fatal(err)
			}
			index := ""
			for i, n := range names {
				index += strconv.Itoa(i+1) + " " + strings.ReplaceAll(n, "_", "") + "\n"
			}
			lines := func(entries []splitEntry) string {
				var b strings.Builder
				for _, e := range entries {
					b.WriteString(strings.ReplaceAll(path.Dir(e.path), "_", "") + "/" + strings.TrimSuffix(path.Base(e.path), ".jpg") + ".avi " + strconv.Itoa(e.label+1) + "\n")
				}
				return b.String()
			}
			return lists, map[string]string{ucfIndex: index, ucfTrain: lines(train), ucfTest: lines(test)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := published(t, name)
			want, texts := annotate(t, o)
			root := lay(t, o, texts, "x.png")
			l := &layout{Dataset: o, dir: filepath.Join(root, o.Folder)}
			l.images = filepath.Join(l.dir, o.Images)
			have, drawn, err := l.read()
			if err != nil || !drawn {
				t.Fatal(drawn, err)
			}
			if !slices.Equal(have.Train, want.Train) || !slices.Equal(have.Val, want.Val) || !slices.Equal(have.Test, want.Test) {
				t.Errorf("the drawn split begins %v, the published one %v", have.Train[:3], want.Train[:3])
			}
		})
	}
}
