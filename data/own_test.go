package data

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ownData opens one's own images.
func ownData(t *testing.T, path string) (*Dataset, *Report) {
	t.Helper()
	d, r, err := Open(context.Background(), FolderName, OpenOptions{Data: path})
	if err != nil {
		t.Fatal(err)
	}
	return d, r
}

// An archive gives the dataset that the folder gives: classes, split and order.
func TestArchiveIsTheFolder(t *testing.T) {
	var names []string
	for _, class := range []string{"cup", "hot_dog", "lamp"} {
		for _, n := range "0123456789" {
			names = append(names, class+"/"+string(n)+".png")
		}
	}
	dir := tree(t, names...)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if err := z.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(t.TempDir(), "photos.zip")
	put(t, archive, b.Bytes())
	of, _ := ownData(t, dir)
	in, _ := ownData(t, archive)
	if in.Name != "photos" || !slices.Equal(in.Classes, of.Classes) || of.Fingerprint(dir) != in.Fingerprint(archive) {
		t.Errorf("%s %q %s, the folder is %q %s", in.Name, in.Classes, in.Fingerprint(archive), of.Classes, of.Fingerprint(dir))
	}
	im, err := in.Test[0].Open(t.Context())
	if err != nil || im.W != 1 {
		t.Errorf("image %v, error %v", im, err)
	}
}

// Few-shot samples pass over what cannot be decoded, and one damaged image
// changes nothing but its own place.
func TestFewShotPassesOverDamagedImages(t *testing.T) {
	var list []string
	for _, class := range []string{"train/a", "train/b", "train/c", "test/a", "test/b"} {
		for _, n := range "0123456" {
			list = append(list, class+"/"+string(n)+".png")
		}
	}
	dir := tree(t, list...)
	whole, report := ownData(t, dir)
	const shots, seed = 3, 2
	before := names(whole.FewShot(shots, seed).Train)
	if len(report.Problems()) != 1 { // test/c is missing
		t.Fatalf("report:\n%v", report)
	}
	damaged := []string{strings.TrimSuffix(before[3], "=1"), strings.TrimSuffix(before[5], "=1")}
	for _, path := range damaged {
		put(t, path, onePixel(t)[:45]) // the header is whole
	}
	d, report := ownData(t, dir)
	after := names(d.FewShot(shots, seed).Train)
	if len(after) != len(before) || !slices.Equal(after[:3], before[:3]) || after[4] != before[4] || !slices.Equal(after[6:], before[6:]) {
		t.Errorf("sample %v, was %v", after, before)
	}
	if slices.Contains(before, after[3]) || slices.Contains(before, after[5]) || after[3] == after[5] || !strings.HasSuffix(after[3], "=1") {
		t.Errorf("%v and %v replace the damaged images", after[3], after[5])
	}
	if again := names(d.FewShot(shots, seed).Train); !slices.Equal(again, after) {
		t.Errorf("the sample does not repeat: %v", again)
	}
	for _, path := range damaged {
		if !report.Unreadable(path) {
			t.Errorf("%s is not reported:\n%v", path, report)
		}
	}
	for _, n := range "0123456" { // nearly all of class b
		if n != '4' {
			put(t, filepath.Join(dir, "train", "b", string(n)+".png"), onePixel(t)[:45])
		}
	}
	d, _ = ownData(t, dir)
	if few := names(d.FewShot(shots, seed).Train); len(few) != 7 || few[3] != filepath.Join(dir, "train", "b", "4.png")+"=1" {
		t.Errorf("one image of class b can be read; the sample is %v", few)
	}
}

func TestFew(t *testing.T) {
	d, _ := ownData(t, tree(t, "train/a/1.png", "train/a/2.png", "train/b/1.png", "test/a/1.png"))
	if got := d.Few(2); len(got) != 1 || !strings.Contains(got[0], `class "b" has 1 image for training, fewer than 2 shots`) {
		t.Errorf("%q", got)
	}
	if got := (&Dataset{Classes: []string{"a"}}).Few(2); got != nil {
		t.Errorf("a published dataset: %q", got)
	}
}

func TestNoTestImageIsAnError(t *testing.T) {
	for name, dir := range map[string]string{"one image each": tree(t, "a/1.png", "b/1.png"), "unreadable": tree(t, "train/a/1.png", "train/b/1.png", "test/a/x.jpg", "test/b/notes.txt")} {
		_, _, err := Open(context.Background(), FolderName, OpenOptions{Data: dir})
		if err == nil || !strings.Contains(err.Error(), "left for testing") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestClassNamesThatCannotBeSeen(t *testing.T) {
	d, _ := ownData(t, tree(t, "cup\u200b/1.png", "cup\u200b/2.png", "th\u0065\u0301/1.png"))
	if want := []string{"cup", "thé"}; !slices.Equal(d.Classes, want) || !strings.Contains(d.Note, "U+200B was removed") {
		t.Errorf("classes %q, note %q", d.Classes, d.Note)
	}
	merged, _ := ownData(t, tree(t, "thé/1.png", "th\u0065\u0301/2.png", "cup/1.png"))
	if len(merged.Classes) != 2 || len(merged.Train)+len(merged.Test) != 3 || !strings.Contains(merged.Note, "looks the same") {
		t.Errorf("classes %q, note %q", merged.Classes, merged.Note)
	}
	_, _, err := Open(context.Background(), FolderName, OpenOptions{Data: tree(t, "caf\xe9/1.png", "caf\xe9/2.png", "cup/1.png")})
	if err == nil || !strings.Contains(err.Error(), "not UTF-8") {
		t.Errorf("a folder's name in Latin-1: %v", err)
	}
}

func TestNumberedClassesAreNamedByLine(t *testing.T) {
	dir := tree(t, "0/1.png", "0/2.png", "2/1.png", "10/1.png")
	put(t, filepath.Join(dir, "classes.txt"), []byte("zero\none\ntwo\n3\n4\n5\n6\n7\n8\n9\nten\n"))
	if d, _ := ownData(t, dir); !slices.Equal(d.Classes, []string{"zero", "two", "ten"}) {
		t.Errorf("classes %q", d.Classes)
	}
	put(t, filepath.Join(dir, "classes.txt"), []byte("zero\none\n"))
	if _, _, err := Open(context.Background(), FolderName, OpenOptions{Data: dir}); err == nil || !strings.Contains(err.Error(), "number 2") {
		t.Errorf("too few names: %v", err)
	}
}
