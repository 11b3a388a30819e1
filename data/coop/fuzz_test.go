package coop

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdoor/data/coop/matfile/mattest"
	"frontdoor/internal/hostile"
)

// FuzzSplit reads any text as a split file. What is accepted names every label
// and no path outside.
func FuzzSplit(f *testing.F) {
	f.Add([]byte(`{"train": [["a/1.jpg", 0, "a"]], "val": [], "test": [["b/1.jpg", 1, "b"]]}`))
	for _, data := range hostile.Of(".json") {
		if len(data) < 1<<14 {
			f.Add(data)
		}
	}
	path := filepath.Join(f.TempDir(), "split.json")
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		lists, err := readSplit(path)
		if err != nil {
			return
		}
		for _, e := range lists.Train {
			if !filepath.IsLocal(filepath.FromSlash(e.path)) {
				t.Errorf("the path %q leads out", e.path)
			}
		}
		if names, err := lists.classes(); err == nil && len(names) == 0 {
			t.Error("no classes")
		}
	})
}

// annotated are datasets with the texts that their lists are made of: the first
// one numbers or names the classes, where there are several kinds.
var annotated = []struct {
	dataset string
	names   []string
}{
	{"oxford_pets", []string{"annotations/trainval.txt", "annotations/test.txt"}},
	{"fgvc_aircraft", []string{"variants.txt", "images_variant_train.txt", "images_variant_val.txt", "images_variant_test.txt"}},
	{"sun397", []string{"ClassName.txt", "Training_01.txt", "Testing_01.txt"}},
	{"ucf101", []string{ucfIndex, ucfTrain, ucfTest}},
	{"imagenet_a", []string{classNamesFile}},
	{"oxford_flowers", []string{flowerNames, "README"}},
}

// FuzzAnnotations reads any two texts as the original lists of a dataset without
// its split file. What is accepted has classes and lies in the image folder.
func FuzzAnnotations(f *testing.F) {
	f.Add(uint8(0), "Great_Dane_1 2 2 1\nAbyssinian_100 1 1 1", "Abyssinian_9 1 1 1")
	f.Add(uint8(1), "707-320\nA300B4", "01 A300B4\r\n02 707-320")
	f.Add(uint8(2), "/a/abbey\n/a/apartment_building/outdoor", "/a/abbey/sun_x.jpg\n/a/apartment_building/outdoor/y.jpg")
	f.Add(uint8(3), "1 ApplyEyeMakeup\n2 YoYo", "ApplyEyeMakeup/v_x.avi 1\nYoYo/v_1.avi")
	f.Add(uint8(4), "n01 great white shark\nn02 tench", "")
	f.Add(uint8(5), `{"1": "rose", "2": "pink primrose"}`, "")
	root := f.TempDir()
	for _, a := range annotated {
		o, _ := ByName(a.dataset)
		images := filepath.Join(root, o.Folder, filepath.FromSlash(o.Images))
		for _, folder := range []string{filepath.Join(images, "n01"), filepath.Join(root, o.Folder, filepath.FromSlash(a.names[0]), "..")} {
			if err := os.MkdirAll(folder, 0o755); err != nil {
				f.Fatal(err)
			}
		}
	}
	labels := mattest.Plain("labels", mattest.Bytes(1, 2, 1, 2))
	flowers, _ := ByName("oxford_flowers")
	if err := os.WriteFile(filepath.Join(root, flowers.Folder, flowerLabels), labels, 0o644); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, which uint8, first, others string) {
		a := annotated[int(which)%len(annotated)]
		o, _ := ByName(a.dataset)
		for i, name := range a.names {
			text := others
			if i == 0 {
				text = first
			}
			if err := os.WriteFile(filepath.Join(root, o.Folder, filepath.FromSlash(name)), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		lists, err := o.Open(root)
		if err != nil {
			if len(strings.ReplaceAll(err.Error(), root, "")) > 1000 {
				t.Errorf("a message of %d bytes", len(err.Error()))
			}
			return
		}
		if len(lists.Classes) == 0 {
			t.Error("no classes")
		}
		for _, im := range slices.Concat(lists.Train, lists.Val, lists.Test) {
			if rel, err := filepath.Rel(filepath.Join(root, o.Folder), im.Path); err != nil || !filepath.IsLocal(rel) || im.Label >= len(lists.Classes) {
				t.Errorf("the image %q with label %d of %d", im.Path, im.Label, len(lists.Classes))
			}
		}
	})
}
