package coop

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// lay makes a dataset of text files, given as name and content, and images.
func lay(t *testing.T, o *Dataset, texts map[string]string, images ...string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range texts {
		put(t, filepath.Join(root, o.Folder, filepath.FromSlash(name)), []byte(text))
	}
	for _, name := range images {
		put(t, filepath.Join(root, o.Folder, o.Images, filepath.FromSlash(name)), onePixel(t))
	}
	return root
}

// numberedNames fills pattern with 1 to n.
func numberedNames(pattern string, n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf(pattern, i+1))
	}
	return out
}

func TestLayoutsWithoutSplitFile(t *testing.T) {
	const synsetLines = "n01 great white shark\nn02 tench\nn03 goldfish\n"
	for _, c := range []struct {
		name    string
		texts   map[string]string
		images  []string
		classes string // joined by |
		counts  [3]int
	}{
		{"imagenet", map[string]string{"classnames.txt": synsetLines}, []string{"train/n02/a.png", "train/n02/b.png", "train/n01/c.png", "val/n01/d.png", "val/n02/e.png"},
			"great white shark|tench", [3]int{3, 0, 2}},
		{"imagenet_sketch", map[string]string{"classnames.txt": synsetLines}, []string{"n01/a.png", "n03/b.png"}, "great white shark|goldfish", [3]int{0, 0, 2}},
		{"imagenet_a", map[string]string{"classnames.txt": synsetLines}, []string{"n02/a.png", "n03/b.png", "README.txt"}, "tench|goldfish", [3]int{0, 0, 2}},
		{"imagenet_r", map[string]string{"classnames.txt": synsetLines}, []string{"n01/a.png", "n02/b.png"}, "great white shark|tench", [3]int{0, 0, 2}},
		{"imagenetv2", map[string]string{"classnames.txt": synsetLines}, []string{"0/a.png", "1/b.png", "2/c.png"}, "great white shark|tench|goldfish", [3]int{0, 0, 3}},
		{"caltech101", nil, slices.Concat(numberedNames("Faces/%d.png", 10), numberedNames("anchor/%d.png", 10), numberedNames("Faces_easy/%d.png", 3), numberedNames("BACKGROUND_Google/%d.png", 2)),
			"face|anchor", [3]int{10, 4, 6}},
		{"food101", nil, slices.Concat(numberedNames("apple_pie/%d.png", 10), numberedNames("waffles/%d.png", 5)), "apple pie|waffles", [3]int{7, 3, 5}},
		{"dtd", nil, slices.Concat(numberedNames("banded/%d.png", 4), numberedNames("polka-dotted/%d.png", 4)), "banded|polka-dotted", [3]int{4, 2, 2}},
		{"eurosat", nil, slices.Concat(numberedNames("AnnualCrop/%d.png", 4), numberedNames("SeaLake/%d.png", 4), numberedNames("Residential/%d.png", 4)),
			"Annual Crop Land|Residential Buildings|Sea or Lake", [3]int{6, 3, 3}},
		{"oxford_pets", map[string]string{
			"annotations/trainval.txt": strings.Join(numberedNames("Great_Dane_%d 2 2 1", 5), "\n") + "\n" + strings.Join(numberedNames("Abyssinian_%d 1 1 1", 5), "\n"),
			"annotations/test.txt":     "Abyssinian_9 1 1 1\n",
		}, []string{"x.png"}, "abyssinian|great dane", [3]int{8, 2, 1}},
		{"fgvc_aircraft", map[string]string{"variants.txt": "707-320\nA300B4\n", "images_variant_train.txt": "01 A300B4\n02 707-320\n",
			"images_variant_val.txt": "03 A300B4\n", "images_variant_test.txt": "04 707-320\n"}, []string{"x.png"}, "707-320|A300B4", [3]int{2, 1, 1}},
		{"sun397", map[string]string{"ClassName.txt": "/a/abbey\n/a/apartment_building/outdoor\n",
			"Training_01.txt": strings.Join(numberedNames("/a/abbey/sun_%d.jpg", 5), "\n") + "\n" + strings.Join(numberedNames("/a/apartment_building/outdoor/sun_%d.jpg", 5), "\n"),
			"Testing_01.txt":  "/a/abbey/sun_x.jpg\n"}, []string{"x.png"}, "abbey|outdoor apartment building", [3]int{8, 2, 1}},
		{"ucf101", map[string]string{"ucfTrainTestlist/classInd.txt": "1 ApplyEyeMakeup\n2 YoYo\n",
			"ucfTrainTestlist/trainlist01.txt": strings.Join(numberedNames("YoYo/v_%d.avi 2", 5), "\n") + "\n" + strings.Join(numberedNames("ApplyEyeMakeup/v_%d.avi 1", 5), "\r\n"),
			"ucfTrainTestlist/testlist01.txt":  "YoYo/v_9.avi\n"}, []string{"x.png"}, "Apply Eye Makeup|Yo Yo", [3]int{8, 2, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := published(t, c.name)
			root := lay(t, o, c.texts, c.images...)
			d, err := o.Open(root)
			if err != nil {
				t.Fatal(err)
			}
			if have := strings.Join(d.Classes, "|"); have != c.classes {
				t.Errorf("classes %s, want %s", have, c.classes)
			}
			if have := [3]int{len(d.Train), len(d.Val), len(d.Test)}; have != c.counts {
				t.Errorf("%v images, want %v", have, c.counts)
			}
			again, err := o.Open(root)
			if err != nil || !slices.Equal(again.Train, d.Train) {
				t.Errorf("a second drawing differs (error %v)", err)
			}
		})
	}
}

// A drawn path is that of the file: UCF101 renames folders, Aircraft adds .jpg.
func TestDrawnPaths(t *testing.T) {
	o := published(t, "ucf101")
	root := lay(t, o, map[string]string{"ucfTrainTestlist/classInd.txt": "1 ApplyEyeMakeup\n",
		"ucfTrainTestlist/trainlist01.txt": "ApplyEyeMakeup/v_1.avi 1\n", "ucfTrainTestlist/testlist01.txt": "ApplyEyeMakeup/v_2.avi\n"}, "x.png")
	d, err := o.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(root, "ucf101", "UCF-101-midframes", "Apply_Eye_Makeup", "v_2.jpg")
	if d.Test[0].Path != want {
		t.Errorf("path %s, want %s", d.Test[0].Path, want)
	}
}

func TestErrorsSayWhatToFetch(t *testing.T) {
	for _, c := range []struct {
		name  string
		texts map[string]string
		want  []string
	}{
		{"imagenet", nil, []string{"classnames.txt", "images/train", "DATASETS.md"}},
		{"imagenet", map[string]string{"classnames.txt": "n01 tench\n"}, []string{filepath.Join("images", "train"), "does not exist"}},
		{"imagenet", map[string]string{"classnames.txt": "n01 tench\nn02 dog\n", "images/train/n01/a.jpg": "x", "images/train/n02/a.jpg": "x", "images/val/n02/a.jpg": "x"},
			[]string{filepath.Join("images", "val", "n01"), "image-net.org"}},
		{"caltech101", nil, []string{"no class folders", "caltech-101.zip"}},
		{"oxford_pets", nil, []string{"split_zhou_OxfordPets.json", "annotations/trainval.txt", "annotations.tar.gz"}},
		{"stanford_cars", nil, []string{"split_zhou_StanfordCars.json", "DATASETS.md", "devkit/cars_meta.mat", "cars_test_annos_withlabels.mat", "car_devkit.tgz"}},
		{"oxford_flowers", nil, []string{"split_zhou_OxfordFlowers.json", "imagelabels.mat", "cat_to_name.json"}},
		{"food101", nil, []string{"no class folders", "food-101.tar.gz"}},
		{"fgvc_aircraft", nil, []string{"variants.txt", "images_variant_test.txt", "fgvc-aircraft-2013b.tar.gz"}},
		{"sun397", nil, []string{"split_zhou_SUN397.json", "ClassName.txt", "Partitions.zip"}},
		{"dtd", nil, []string{"no class folders", "dtd-r1.0.1.tar.gz"}},
		{"eurosat", nil, []string{"no class folders", "EuroSAT.zip"}},
		{"ucf101", nil, []string{"split_zhou_UCF101.json", "ucfTrainTestlist/classInd.txt", "RecognitionTask.zip"}},
		{"imagenetv2", nil, []string{"classnames.txt", "DATASETS.md"}},
		{"imagenetv2", map[string]string{"classnames.txt": "n01 tench\n"}, []string{filepath.Join("format-val", "0"), "does not exist"}},
		{"imagenet_sketch", nil, []string{"classnames.txt", "DATASETS.md"}},
		{"imagenet_a", nil, []string{"classnames.txt", "DATASETS.md"}},
		{"imagenet_a", map[string]string{"classnames.txt": "n01 tench\n"}, []string{"no images", "imagenet-a.tar"}},
		{"imagenet_r", nil, []string{"classnames.txt", "DATASETS.md"}},
		{"oxford_pets", map[string]string{"annotations/trainval.txt": "Great_Dane_1 3 1 1", "annotations/test.txt": "Abyssinian_1 1 1 1"}, []string{"label 1", "annotations/trainval.txt", "fetch"}},
		{"oxford_pets", map[string]string{"annotations/trainval.txt": "what is this"}, []string{"trainval.txt", "what is this"}},
		{"oxford_pets", map[string]string{"split_zhou_OxfordPets.json": "{}"}, []string{"fetch it again"}},
		{"oxford_pets", map[string]string{"split_zhou_OxfordPets.json": `{"TRAIN":[["x.jpg",0,"a"]],"test":[["x",0,"a"]]}`}, []string{`"TRAIN" is spelled "train"`}},
		{"oxford_pets", map[string]string{"split_zhou_OxfordPets.json": `{"train":[["x.jpg",0,"a"]],"train":[],"test":[["x",0,"a"]]}`}, []string{`"train" is there twice`}},
		{"oxford_pets", map[string]string{"split_zhou_OxfordPets.json": `{"train":[["../x.jpg",0,"a"]],"test":[["x",0,"a"]]}`}, []string{"../x.jpg"}},
		{"oxford_pets", map[string]string{"split_zhou_OxfordPets.json": `{"train":[["a",0,"a"]],"test":[["x",0,"b"]]}`}, []string{`"a" and "b"`, "split_zhou_OxfordPets.json", "fetch"}},
		{"oxford_pets", map[string]string{"split_zhou_OxfordPets.json": `{"train":[["a",-1,"a"]],"test":[["x",0,"b"]]}`}, []string{"-1"}},
		{"imagenet_a", map[string]string{"classnames.txt": "n77 dog\n", "imagenet-a/n01/a.jpg": "x"}, []string{"n01", "classnames.txt"}},
	} {
		o := published(t, c.name)
		_, err := o.Open(lay(t, o, c.texts, "x.png"))
		if err == nil {
			t.Errorf("%s: no error, want %v", c.name, c.want)
			continue
		}
		for _, want := range append(c.want, o.Name) {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %q does not name %q", c.name, err, want)
			}
		}
	}
	for _, name := range Names() { // a root without the dataset
		o := published(t, name)
		_, err := o.Open(t.TempDir())
		for _, want := range []string{name, filepath.Join(o.Folder, o.Images), o.imagesFrom, "http"} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v does not name %q", err, want)
			}
		}
	}
}
