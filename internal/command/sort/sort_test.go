package sort

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor"
)

// photograph writes an image of one colour.
func photograph(t *testing.T, path string, shade uint8) {
	t.Helper()
	im := image.NewRGBA(image.Rect(0, 0, 8, 8))
	for i := range 64 {
		im.Set(i%8, i/8, color.RGBA{shade, 255 - shade, 90, 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
}

// classifier tells two classes apart by words.
func classifier(t *testing.T, classes ...string) *frontdoor.Classifier {
	t.Helper()
	c, err := frontdoor.Load(context.Background(), "tiny", classes)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// sorted sorts once and returns what was printed.
func sorted(t *testing.T, ctx context.Context, c *frontdoor.Classifier, o options) (string, error) {
	t.Helper()
	d, err := o.open(c)
	if err != nil {
		return "", err
	}
	var out, errs bytes.Buffer
	err = o.passes(ctx, c, d, &out, &errs)
	if closed := d.close(); closed != nil {
		t.Fatal(closed)
	}
	return out.String() + errs.String(), err
}

// found lists the files below a folder, without the program's own.
func found(t *testing.T, dir string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() && e.Name() == stateFolder {
			return fs.SkipDir
		}
		if err == nil && !e.IsDir() && e.Name() != journalFile {
			rel, _ := filepath.Rel(dir, path)
			list = append(list, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// bases are the names of files without their folders, sorted.
func bases(list []string) (names []string) {
	for _, path := range list {
		names = append(names, filepath.Base(path))
	}
	slices.Sort(names)
	return names
}

func TestSort(t *testing.T) {
	ctx := context.Background()
	c := classifier(t, "star", "ring")
	photos := t.TempDir()
	photograph(t, filepath.Join(photos, "a.png"), 10)
	photograph(t, filepath.Join(photos, "more", "a.png"), 250)
	photograph(t, filepath.Join(photos, "more", ".hidden", "b.png"), 250)
	if err := os.WriteFile(filepath.Join(photos, "notes.txt"), []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	into := filepath.Join(photos, "sorted") // inside, and not sorted itself
	o := options{photos: photos, into: into, unfamiliar: 1, every: time.Second}

	text, err := sorted(t, ctx, c, o)
	if _, there := os.Stat(into); err != nil || there == nil || !strings.Contains(text, "-apply does it") || strings.Count(text, " -> "+into+string(filepath.Separator)) != 2 || strings.Count(text, ".png") != 2 {
		t.Fatalf("a trial: %v\n%s", err, text)
	}
	o.apply = true
	if text, err = sorted(t, ctx, c, o); err != nil || !strings.Contains(text, "can be read: 1\n") {
		t.Fatalf("%v\n%s", err, text)
	}
	files := found(t, into)
	if names := bases(files); len(names) != 2 || names[0] != "a (2).png" && names[0] != "a.png" || names[1] != "a.png" {
		t.Fatalf("%q", files)
	}
	if text, err = sorted(t, ctx, c, o); err != nil || !strings.Contains(text, "nothing new") {
		t.Errorf("again: %v\n%s", err, text)
	}
	photograph(t, filepath.Join(photos, "new.png"), 99)
	if text, err = sorted(t, ctx, c, o); err != nil || strings.Contains(text, "no images") || len(found(t, into)) != 3 {
		t.Errorf("one more: %v, %q\n%s", err, found(t, into), text)
	}
	if _, err := sorted(t, ctx, classifier(t, "star", "cross"), o); err == nil || !strings.Contains(err.Error(), "another run") {
		t.Errorf("other classes: %v", err)
	}
}

// A pass that is ended anywhere goes on without doing anything twice, and what
// lay in the folders before is left as it was.
func TestSortGoesOn(t *testing.T) {
	for _, link := range []bool{false, true} {
		ctx := context.Background()
		c := classifier(t, "star", "ring")
		photos, into := t.TempDir(), t.TempDir()
		for i := range 5 {
			photograph(t, filepath.Join(photos, fmt.Sprintf("%d.png", i)), uint8(40*i))
		}
		for _, folder := range []string{"star", "ring"} {
			if err := os.MkdirAll(filepath.Join(into, folder), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(into, folder, "0.png"), []byte("mine"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		o := options{photos: photos, into: into, unfamiliar: 1, apply: true, link: link}
		if text, err := sorted(t, ctx, c, o); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		before := found(t, into)
		if names := bases(before); len(before) != 7 || !slices.Contains(names, "0 (2).png") {
			t.Fatalf("%q", before)
		}
		journal := filepath.Join(into, journalFile)
		text, err := os.ReadFile(journal)
		if err != nil {
			t.Fatal(err)
		}
		for _, cut := range []int{len(text) - 1, len(text) - 9, len(text) / 2, 0} {
			if err := os.WriteFile(journal, text[:cut], 0o644); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if _, err := sorted(t, ctx, c, o); err != nil {
					t.Fatal(err)
				}
			}
			if after := found(t, into); !slices.Equal(before, after) {
				t.Errorf("link %v, cut at %d: %q, want %q", link, cut, after, before)
			}
		}
		mine, err := os.ReadFile(filepath.Join(into, "star", "0.png"))
		if err != nil || string(mine) != "mine" {
			t.Errorf("a file that was there: %q, %v", mine, err)
		}
	}
}

func TestSortUncertain(t *testing.T) {
	ctx := context.Background()
	c := classifier(t, "star", "ring")
	photos := t.TempDir()
	photograph(t, filepath.Join(photos, "a.png"), 10)
	for folder, o := range map[string]options{
		unsureFolder:     {unsure: 1, unfamiliar: 1},
		unfamiliarFolder: {unsure: 1, unfamiliar: 0},
	} {
		o.photos, o.into, o.apply, o.xmp = photos, t.TempDir(), true, true
		if _, err := sorted(t, ctx, c, o); err != nil {
			t.Fatal(err)
		}
		if got, want := found(t, o.into), []string{folder + "/a.png", folder + "/a.png.xmp"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		text, err := os.ReadFile(filepath.Join(o.into, folder, "a.png.xmp"))
		if err != nil || !strings.Contains(string(text), "<rdf:li>"+folder+"</rdf:li>") {
			t.Errorf("%s, %v", text, err)
		}
	}
}

func TestSortWatches(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	ctx, stop := context.WithCancel(ctx)
	c := classifier(t, "star", "ring")
	photos, into := t.TempDir(), t.TempDir()
	o := options{photos: photos, into: into, unfamiliar: 1, apply: true, watch: true, every: 20 * time.Millisecond}
	ended := make(chan error, 1)
	go func() {
		_, err := sorted(t, ctx, c, o)
		ended <- err
	}()
	photograph(t, filepath.Join(photos, "a.png"), 10)
	for ctx.Err() == nil && len(found(t, into)) == 0 {
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	if err := <-ended; err != nil || len(found(t, into)) != 1 {
		t.Errorf("%v, %q", err, found(t, into))
	}
}

func TestFolderNames(t *testing.T) {
	got := folderNames([]string{"cup", "a/b", "a:b", "..", "CUP", "_unsure", "tab\there", "end. "})
	for class, want := range map[string]string{
		"cup": "cup", "a/b": "a_b", "a:b": "a_b 2", "..": "_", "CUP": "CUP 2", "_unsure": "_unsure 2", "tab\there": "tab_here", "end. ": "end",
	} {
		if got[class] != want {
			t.Errorf("%q: folder %q, want %q", class, got[class], want)
		}
	}
}

func TestSortRefuses(t *testing.T) {
	dir := t.TempDir()
	for want, args := range map[string][]string{
		"one folder":        {"-run", "r", "-into", "x"},
		"-run RUN":          {dir, "-into", "x"},
		"-into DIR":         {dir, "-run", "r"},
		"goes with -apply":  {dir, "-run", "r", "-into", "x", "-watch"},
		"must be 0 to 1":    {dir, "-run", "r", "-into", "x", "-unsure", "2"},
		"at least 1s":       {dir, "-run", "r", "-into", "x", "-every", "1ms"},
		"no such file":      {filepath.Join(dir, "absent"), "-run", "r", "-into", "x"},
		"is no folder":      {os.Args[0], "-run", "r", "-into", "x"},
		"did you mean -run": {dir, "-rnu", "r"},
	} {
		if _, err := parse(args); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", args, err)
		}
	}
}
