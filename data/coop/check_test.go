package coop

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/internal/testdata"
)

// dot is an image file of one pixel of colour n.
func dot(t *testing.T, n int) []byte {
	t.Helper()
	im := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	im.SetNRGBA(0, 0, color.NRGBA{uint8(n), uint8(n >> 8), uint8(n >> 16), 255})
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// wholeDTD is a data root with every image of the published split of DTD, one
// pixel each. It returns the folder of the dataset too.
func wholeDTD(t *testing.T) (root, dir string) {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: writes 5,640 files")
	}
	o := published(t, "dtd")
	text, err := os.ReadFile(testdata.Shared(t, "splits/"+o.SplitFile()))
	if err != nil {
		t.Fatal(err)
	}
	root = t.TempDir()
	dir = filepath.Join(root, o.Folder)
	put(t, filepath.Join(dir, o.SplitFile()), text)
	d, err := readSplit(filepath.Join(dir, o.SplitFile()))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, list := range [][]splitEntry{d.Train, d.Val, d.Test} {
		for _, e := range list {
			n++
			put(t, filepath.Join(dir, o.Images, filepath.FromSlash(e.path)), dot(t, n))
		}
	}
	return root, dir
}

func TestCheckListsWhatIsWrong(t *testing.T) {
	root, dir := wholeDTD(t)
	o := published(t, "dtd")
	check := func(o *Dataset, opt CheckOptions) (problems, notes string) {
		t.Helper()
		c, err := o.CheckFiles(context.Background(), root, opt)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(c.Problems, "\n"), strings.Join(c.Notes, "\n")
	}
	last := 0
	if problems, notes := check(o, CheckOptions{Progress: func(done, total int) {
		if total != 5640 || done <= last {
			t.Errorf("%d of %d images after %d", done, total, last)
		}
		last = done
	}}); problems+notes != "" || last != 5640 {
		t.Errorf("a whole dataset, %d images looked at: %s %s", last, problems, notes)
	}

	images := filepath.Join(dir, "images")
	d, err := o.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	gone, cut, noImage, twin := d.Val[0].Path, d.Test[0].Path, d.Test[1].Path, d.Test[2].Path
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	put(t, cut, dot(t, 9)[:45]) // the header is whole
	put(t, noImage, []byte("<html>"))
	same, err := os.ReadFile(d.Train[5].Path)
	if err != nil {
		t.Fatal(err)
	}
	put(t, twin, same)
	file := filepath.Join(dir, o.SplitFile())
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rel := func(name string) string {
		r, err := filepath.Rel(images, name)
		if err != nil {
			t.Fatal(err)
		}
		return filepath.ToSlash(r)
	}
	again := d.Train[0].Path
	put(t, file, bytes.Replace(text, []byte(rel(d.Test[3].Path)), []byte(rel(again)), 1))
	for _, it := range d.Train[6:10] { // one of them would do, but they come first
		put(t, it.Path, same)
	}
	strict := *o
	strict.distinct = true
	for _, quick := range []bool{false, true} {
		problems, notes := check(o, CheckOptions{Quick: quick})
		for _, want := range []string{gone + " is missing", cut + " cannot be read", noImage + " cannot be read", again + " is listed in train and again in test"} {
			if !strings.Contains(problems, want) {
				t.Errorf("quick %v: no %q in:\n%s", quick, want, problems)
			}
		}
		want := d.Train[5].Path + " (train), " + twin + " (test), " + d.Train[6].Path + " (train) and 3 others have the same content"
		if strings.Contains(problems, want) || !strings.Contains(notes, want) {
			t.Errorf("quick %v: no %q in the notes:\n%s", quick, want, notes)
		}
		if problems, _ := check(&strict, CheckOptions{Quick: quick}); !strings.Contains(problems, want) {
			t.Errorf("quick %v: no %q in:\n%s", quick, want, problems)
		}
	}

	// One class has an image less to train on, another one more.
	indent := "\n" + strings.Repeat(" ", 12)
	put(t, file, bytes.Replace(text, []byte("0,"+indent+`"banded"`), []byte("1,"+indent+`"blotchy"`), 1))
	problems, _ := check(o, CheckOptions{Quick: true})
	for _, want := range []string{`class "banded" has 59 training images, published are 60`, `class "blotchy" has 61 training images, published are 60`} {
		if !strings.Contains(problems, want) {
			t.Errorf("no %q in:\n%s", want, problems)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := o.CheckFiles(ctx, root, CheckOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled check returns %v", err)
	}
}

// The embedded numbers of each class add up to the published numbers of all.
func TestClassCountsAddUp(t *testing.T) {
	for _, name := range Names() {
		o := published(t, name)
		if len(classCounts()[o.Title]) == 0 {
			continue
		}
		for split, want := range []int{o.Train, o.Val, o.Test} {
			sum := 0
			for label := range o.Classes {
				n, known := o.classCount(label, split)
				if sum += n; !known {
					want = sum // ImageNet's training images differ
				}
			}
			if sum != want {
				t.Errorf("%s: %d %s images, want %d", name, sum, splitNames[split], want)
			}
		}
	}
	if _, known := published(t, "caltech101").classCount(100, 0); known {
		t.Error("a class beyond the last one has a number")
	}
}
