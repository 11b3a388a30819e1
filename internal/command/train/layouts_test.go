package train

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/data"
	"frontdoor/data/coop"
	"frontdoor/data/coop/matfile/mattest"
)

// photo is a small JPEG photograph, of another colour for each class and with
// another stripe for each number.
func photo(t *testing.T, class, number int) []byte {
	t.Helper()
	im := image.NewRGBA(image.Rect(0, 0, 36, 30))
	for p := range 36 * 30 {
		c := color.RGBA{uint8(60 * class), uint8(255 - 50*class), uint8(100 + 10*class), 255}
		if p%36 == number {
			c = color.RGBA{255, 255, 255, 255}
		}
		im.Set(p%36, p/36, c)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, im, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// layoutClasses and layoutImages are the sizes of the made-up datasets: classes
// of training and of test images.
const layoutClasses, layoutImages = 4, 5

// each calls add for every image of a made-up part of a dataset and returns the
// lines that it gives.
func each(add func(class, number int) string) string {
	var b strings.Builder
	for class := range layoutClasses {
		for number := range layoutImages {
			b.WriteString(add(class, number) + "\n")
		}
	}
	return b.String()
}

// layouts makes a small tree of every published dataset, as its publishers and
// CoOp's instructions lay it out, without a split file.
func layouts(t *testing.T) map[string]func(dir string) {
	text := func(name, text string) { write(t, name, []byte(text)) }
	numbered := func(dir string, offset int, names ...string) func(class, number int) string {
		return func(class, number int) string {
			write(t, filepath.Join(dir, names[class], fmt.Sprintf("%03d.jpg", offset+number)), photo(t, class, offset+number))
			return ""
		}
	}
	folders := func(images string, names ...string) func(dir string) {
		return func(dir string) {
			each(numbered(filepath.Join(dir, images), 0, names...))
			each(numbered(filepath.Join(dir, images), layoutImages, names...))
		}
	}
	synsets := []string{"n01", "n02", "n03", "n04"}
	const synsetNames = "n01 tench\nn02 great white shark\nn03 hen\nn04 ostrich\n"
	variant := func(images string) func(dir string) {
		return func(dir string) {
			text(filepath.Join(dir, "classnames.txt"), synsetNames)
			each(numbered(filepath.Join(dir, images), 0, synsets...))
		}
	}
	listed := func(dir string, offset int, path, line func(class, number int) string) string {
		return each(func(class, number int) string {
			write(t, filepath.Join(dir, filepath.FromSlash(path(class, offset+number))), photo(t, class, offset+number))
			return line(class, offset+number)
		})
	}
	return map[string]func(dir string){
		"imagenet": func(dir string) {
			text(filepath.Join(dir, "classnames.txt"), synsetNames)
			each(numbered(filepath.Join(dir, "images", "train"), 0, synsets...))
			each(numbered(filepath.Join(dir, "images", "val"), 10, synsets...))
		},
		"caltech101": folders("101_ObjectCategories", "Faces", "Faces_easy", "anchor", "chair"),
		"oxford_pets": func(dir string) {
			names := []string{"Abyssinian", "american_bulldog", "Bengal", "boxer"}
			path := func(c, n int) string { return fmt.Sprintf("images/%s_%d.jpg", names[c], n) }
			line := func(c, n int) string { return fmt.Sprintf("%s_%d %d 1 1", names[c], n, c+1) }
			text(filepath.Join(dir, "annotations", "trainval.txt"), listed(dir, 0, path, line))
			text(filepath.Join(dir, "annotations", "test.txt"), listed(dir, 10, path, line))
		},
		"stanford_cars": func(dir string) {
			var names []mattest.Array
			for _, n := range []string{"Audi A5 Coupe 2012", "BMW M3 Coupe 2012", "Ford GT Coupe 2006", "Tesla Model S Sedan 2012"} {
				names = append(names, mattest.Text(n))
			}
			write(t, filepath.Join(dir, "devkit", "cars_meta.mat"), mattest.File(t, "class_names", mattest.Cells(names...)))
			for part, file := range map[string]string{"cars_train": "devkit/cars_train_annos.mat", "cars_test": "cars_test_annos_withlabels.mat"} {
				var cars [][]mattest.Array
				listed(dir, 0, func(c, n int) string { return fmt.Sprintf("%s/%d%d.jpg", part, c, n) }, func(c, n int) string {
					cars = append(cars, []mattest.Array{mattest.Bytes(1, 1, byte(c+1)), mattest.Text(fmt.Sprintf("%d%d.jpg", c, n))})
					return ""
				})
				write(t, filepath.Join(dir, filepath.FromSlash(file)), mattest.File(t, "annotations", mattest.Structs([]string{"class", "fname"}, cars...)))
			}
		},
		"oxford_flowers": func(dir string) {
			var labels []byte
			for range 2 {
				listed(dir, 0, func(c, n int) string {
					labels = append(labels, byte(c+1))
					return fmt.Sprintf("jpg/image_%05d.jpg", len(labels))
				}, func(c, n int) string { return "" })
			}
			write(t, filepath.Join(dir, "imagelabels.mat"), mattest.File(t, "labels", mattest.Bytes(1, len(labels), labels...)))
			text(filepath.Join(dir, "cat_to_name.json"), `{"1":"pink primrose","2":"globe thistle","3":"rose","4":"lotus"}`)
		},
		"food101": folders("images", "apple_pie", "baklava", "ramen", "waffles"),
		"fgvc_aircraft": func(dir string) {
			names := []string{"707-320", "A300B4", "DC-10", "Hawk T1"}
			text(filepath.Join(dir, "variants.txt"), strings.Join(names, "\n"))
			for i, part := range []string{"train", "val", "test"} {
				text(filepath.Join(dir, "images_variant_"+part+".txt"), listed(dir, 10*i,
					func(c, n int) string { return fmt.Sprintf("images/%d%02d.jpg", c, n) },
					func(c, n int) string { return fmt.Sprintf("%d%02d %s", c, n, names[c]) }))
			}
		},
		"sun397": func(dir string) {
			names := []string{"/a/abbey", "/a/apartment_building/outdoor", "/b/bakery/shop", "/z/zoo"}
			text(filepath.Join(dir, "ClassName.txt"), strings.Join(names, "\n"))
			for i, part := range []string{"Training_01.txt", "Testing_01.txt"} {
				text(filepath.Join(dir, part), listed(dir, 10*i,
					func(c, n int) string { return fmt.Sprintf("SUN397%s/sun_%d.jpg", names[c], n) },
					func(c, n int) string { return fmt.Sprintf("%s/sun_%d.jpg", names[c], n) }))
			}
		},
		"dtd":     folders("images", "banded", "dotted", "lined", "polka-dotted"),
		"eurosat": folders("2750", "AnnualCrop", "Forest", "Highway", "SeaLake"),
		"ucf101": func(dir string) {
			names, spaced := []string{"ApplyEyeMakeup", "Archery", "BabyCrawling", "YoYo"}, []string{"Apply_Eye_Makeup", "Archery", "Baby_Crawling", "Yo_Yo"}
			text(filepath.Join(dir, "ucfTrainTestlist", "classInd.txt"), "1 ApplyEyeMakeup\r\n2 Archery\r\n3 BabyCrawling\r\n4 YoYo\r\n")
			for i, part := range []string{"trainlist01.txt", "testlist01.txt"} {
				text(filepath.Join(dir, "ucfTrainTestlist", part), listed(dir, 10*i,
					func(c, n int) string { return fmt.Sprintf("UCF-101-midframes/%s/v_g%d.jpg", spaced[c], n) },
					func(c, n int) string { return fmt.Sprintf("%s/v_g%d.avi %d", names[c], n, c+1) }))
			}
		},
		"imagenetv2": func(dir string) {
			text(filepath.Join(dir, "classnames.txt"), synsetNames)
			each(numbered(filepath.Join(dir, "imagenetv2-matched-frequency-format-val"), 0, "0", "1", "2", "3"))
		},
		"imagenet_sketch": variant("images"),
		"imagenet_a":      variant("imagenet-a"),
		"imagenet_r":      variant("imagenet-r"),
	}
}

// Every published dataset goes through the same loader, training and evaluation,
// from the original annotations; and a split file with the same lists gives the
// same dataset.
func TestEveryLayoutTrains(t *testing.T) {
	trees, model := layouts(t), otherModel(t)
	for _, name := range coop.Names() {
		t.Run(name, func(t *testing.T) {
			o, _ := coop.ByName(name)
			root, out := t.TempDir(), filepath.Join(t.TempDir(), "run")
			trees[name](filepath.Join(root, o.Folder))
			ds, _, err := data.Open(context.Background(), name, data.OpenOptions{Data: root})
			if err != nil {
				t.Fatal(err)
			}
			method, classes := "zeroshot,coop", layoutClasses
			if len(ds.Train) == 0 {
				method = "zeroshot"
			}
			if name == "caltech101" {
				classes-- // Faces_easy is none
			}
			if len(ds.Classes) != classes || len(ds.Test) < classes {
				t.Errorf("classes %q, %d/%d/%d images", ds.Classes, len(ds.Train), len(ds.Val), len(ds.Test))
			}
			args := "-dataset " + name + " -data " + root + " -out " + out + " -model " + model +
				" -strict -shots 2 -seeds 1 -epochs 1 -method " + method
			if err := Run(context.Background(), strings.Fields(args)); err != nil {
				t.Fatal(err)
			}
			if rows := results(t, out); len(rows) != len(strings.Split(method, ",")) || len(accuracies(rows)) != 2*len(rows) {
				t.Errorf("rows %+v", rows)
			}
			if o.SplitFile() == "" {
				return
			}
			splitFile(t, ds, filepath.Join(root, o.Folder), o)
			read, _, err := data.Open(context.Background(), name, data.OpenOptions{Data: root})
			if err != nil {
				t.Fatal(err)
			}
			if read.Fingerprint(root) != ds.Fingerprint(root) || read.Note != "" || ds.Note == "" {
				t.Errorf("with a split file %s %q, drawn %s %q", read.Fingerprint(root), read.Note, ds.Fingerprint(root), ds.Note)
			}
		})
	}
}

// splitFile writes a dataset's lists as CoOp's split file, and removes every
// other file that is no image.
func splitFile(t *testing.T, ds *data.Dataset, dir string, o *coop.Dataset) {
	t.Helper()
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() && filepath.Ext(path) != ".jpg" {
			err = os.Remove(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	lists := map[string][][]any{}
	for split, items := range map[string][]data.Item{"train": ds.Train, "val": ds.Val, "test": ds.Test} {
		for _, it := range items {
			rel, err := filepath.Rel(filepath.Join(dir, o.Images), it.Name())
			if err != nil {
				t.Fatal(err)
			}
			lists[split] = append(lists[split], []any{filepath.ToSlash(rel), it.Label, strings.ReplaceAll(ds.Classes[it.Label], " ", "_")})
		}
	}
	text, err := json.Marshal(lists)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, o.SplitFile()), text)
}
