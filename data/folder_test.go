package data

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdoor/internal/testdata"
)

// onePixel is a whole image file.
func onePixel(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tree makes a folder of the given files; a name that ends with .png becomes
// an image, any other holds its own name.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		text := []byte(name)
		if strings.HasSuffix(name, ".png") {
			text = onePixel(t)
		}
		put(t, filepath.Join(dir, filepath.FromSlash(name)), text)
	}
	return dir
}

func put(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// relative lists the items as "path=label".
func relative(t *testing.T, dir string, items []Item) []string {
	t.Helper()
	var out []string
	for _, s := range names(items) {
		rel, err := filepath.Rel(dir, s)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, filepath.ToSlash(rel))
	}
	return out
}

func folder(t *testing.T, dir string) (*Dataset, *Report) {
	t.Helper()
	d, r, err := Open(context.Background(), FolderName, OpenOptions{Data: dir, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return d, r
}

func TestFolderPlain(t *testing.T) {
	var files []string
	for _, c := range []string{"hot_dog", "cat-tail", "one"} {
		for _, n := range "0123456789" {
			if c != "one" || n == '0' {
				files = append(files, c+"/"+string(n)+".png")
			}
		}
	}
	dir := tree(t, append(files, "hot_dog/.hidden", ".git/x.png", "hot_dog/more/deep.png", "readme.md")...)
	d, r := folder(t, dir)
	if want := []string{"cat tail", "hot dog", "one"}; !slices.Equal(d.Classes, want) {
		t.Errorf("classes %v, want %v", d.Classes, want)
	}
	if d.Name != filepath.Base(dir) || d.Template != "a photo of a {}." {
		t.Errorf("name %q, template %q", d.Name, d.Template)
	}
	// 10 = 8 + 2, 11 = 9 + 2, 1 = 1 + 0.
	if len(d.Train) != 18 || len(d.Test) != 4 || len(d.Val) != 0 {
		t.Errorf("%d train, %d val, %d test", len(d.Train), len(d.Val), len(d.Test))
	}
	all := append(relative(t, dir, d.Train), relative(t, dir, d.Test)...)
	if slices.Sort(all); len(slices.Compact(all)) != 22 {
		t.Error("an image is in both parts")
	}
	if got := len(r.Problems()); got != 3 { // .git, readme.md, and the class of one
		t.Errorf("report:\n%v", r)
	}
	again, _ := folder(t, dir)
	if !slices.Equal(names(d.Test), names(again.Test)) || !slices.Equal(names(d.Train), names(again.Train)) {
		t.Error("the split does not repeat")
	}
	other, _, err := Open(context.Background(), FolderName, OpenOptions{Data: dir, Seed: 2})
	if err != nil || slices.Equal(names(d.Test), names(other.Test)) {
		t.Errorf("the seed has no effect (%v)", err)
	}
	// A further class leaves the split of the others alone.
	put(t, filepath.Join(dir, "aaa", "1.png"), onePixel(t))
	more, _ := folder(t, dir)
	for i, it := range d.Test {
		if got := more.Test[i]; got.Name() != it.Name() || got.Label != it.Label+1 {
			t.Errorf("test image %d moved: %v", i, got)
		}
	}
}

func TestFolderSplit(t *testing.T) {
	dir := tree(t, "train/a/1.png", "train/b/1.png", "train/b/2.png", "test/b/3.png", "val/a/4.png", "extra/c/1.png", "test/note.txt")
	d, r := folder(t, dir)
	if want := []string{"train/a/1.png=0", "train/b/1.png=1", "train/b/2.png=1"}; !slices.Equal(relative(t, dir, d.Train), want) {
		t.Errorf("train %v", names(d.Train))
	}
	if want := []string{"test/b/3.png=1"}; !slices.Equal(relative(t, dir, d.Test), want) {
		t.Errorf("test %v", names(d.Test))
	}
	if want := []string{"val/a/4.png=0"}; !slices.Equal(relative(t, dir, d.Val), want) {
		t.Errorf("val %v", names(d.Val))
	}
	if got := len(r.Problems()); got != 4 { // extra, note.txt, val/b, test/a
		t.Errorf("report:\n%v", r)
	}

	dir = tree(t, "train/a/1.png", "train/b/1.png", "val/a/4.png", "val/b/4.png")
	if d, _ := folder(t, dir); len(d.Test) != 2 || len(d.Val) != 0 {
		t.Errorf("val does not stand in for test: %d and %d", len(d.Val), len(d.Test))
	}
	dir = tree(t, "train/1.png", "plane/1.png", "plane/2.png")
	if d, _ := folder(t, dir); !slices.Equal(d.Classes, []string{"plane", "train"}) {
		t.Errorf("classes of vehicles: %v", d.Classes)
	}
}

func TestFolderSkipsUnreadable(t *testing.T) {
	dir := tree(t, "a/1.png", "a/empty.jpg", "a/text.jpg", "b/1.png", "b/2.png")
	put(t, filepath.Join(dir, "a", "empty.jpg"), nil)
	put(t, filepath.Join(dir, "b", "cut.png"), onePixel(t)[:45]) // the header is whole
	if err := os.Symlink("nowhere", filepath.Join(dir, "b", "dangling.png")); err != nil {
		t.Skip(err)
	}
	d, r := folder(t, dir)
	if len(d.Train)+len(d.Test) != 4 || len(r.Problems()) != 4 { // two of a, dangling, the class of one
		t.Errorf("%d + %d images, report:\n%v", len(d.Train), len(d.Test), r)
	}
	text := r.String()
	for _, want := range []string{"empty.jpg: the file is empty", "text.jpg: not an image", "dangling.png", "4 left out"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %q:\n%s", want, text)
		}
	}
	good, err := Readable(context.Background(), append(d.Train, d.Test...), r, nil)
	if err != nil || len(good) != 3 || len(r.Problems()) != 5 || !strings.Contains(r.String(), "cut.png: damaged or truncated") {
		t.Errorf("%d readable, error %v, report:\n%v", len(good), err, r)
	}
	if some, err := Readable(context.Background(), append(d.Train, d.Test...), nil, nil); err != nil || len(some) != len(good) {
		t.Errorf("without a report: %d of %d, %v", len(some), len(good), err)
	}
	if _, err := Readable(context.Background(), d.Train, r, nil); err != nil || len(r.Problems()) != 5 {
		t.Error("a known problem is counted twice")
	}
}

func TestFolderSymlinks(t *testing.T) {
	dir := tree(t, "a/1.png", "a/sub/2.png", "b/1.png")
	for link, target := range map[string]string{"a/sub/up": "..", "a/root": "../", "b/self": ".", "c": "b"} {
		if err := os.Symlink(target, filepath.Join(dir, filepath.FromSlash(link))); err != nil {
			t.Skip(err)
		}
	}
	d, _ := folder(t, dir)
	if len(d.Classes) != 3 || len(d.Train)+len(d.Test) != 4 { // c is b by another name
		t.Errorf("classes %v, %d images", d.Classes, len(d.Train)+len(d.Test))
	}
	if err := os.Symlink(".", filepath.Join(dir, "loop")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(context.Background(), FolderName, OpenOptions{Data: dir}); err == nil || !strings.Contains(err.Error(), "loop") {
		t.Errorf("a class that links to the dataset: error %v", err)
	}
}

func TestFolderErrors(t *testing.T) {
	file := filepath.Join(tree(t, "a.png"), "a.png")
	for name, c := range map[string]struct{ dir, want string }{
		"missing":           {filepath.Join(t.TempDir(), "no"), "does not exist"},
		"file":              {file, "is a file"},
		"empty":             {t.TempDir(), "is empty"},
		"images inside":     {tree(t, "1.png", "2.png"), "no class folders"},
		"one class":         {tree(t, "a/1.png"), "only one class"},
		"empty class":       {tree(t, "a/1.png", "b/note.txt"), "class folder b"},
		"empty train":       {tree(t, "train/a/x.txt", "train/b/1.png", "test/a/1.png"), "class folder a"},
		"one train class":   {tree(t, "train/a/1.png", "test/a/1.png"), "only one class"},
		"class only tested": {tree(t, "train/a/1.png", "train/b/1.png", "test/c/1.png"), "class c"},
		"equal names":       {tree(t, "a_b/1.png", "a-b/1.png"), "both named"},
		"no name":           {tree(t, "_/1.png", "a/1.png"), "gives no class name"},
	} {
		d, _, err := Open(context.Background(), FolderName, OpenOptions{Data: c.dir})
		if d != nil || err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), filepath.Base(c.dir)) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	if _, _, err := Open(context.Background(), FolderName, OpenOptions{}); err == nil || !strings.Contains(err.Error(), "no place of the images is given") {
		t.Errorf("without a folder: error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := Open(ctx, FolderName, OpenOptions{Data: tree(t, "a/1.png", "b/1.png")}); err == nil {
		t.Error("a cancelled scan goes on")
	}
}

func TestTestCount(t *testing.T) {
	for n, want := range map[int]int{0: 0, 1: 0, 2: 1, 5: 1, 7: 1, 8: 2, 10: 2, 100: 20} {
		if got := testCount(n); got != want {
			t.Errorf("testCount(%d) = %d, want %d", n, got, want)
		}
	}
}

func TestReportSummary(t *testing.T) {
	var r Report
	if r.String() != "" {
		t.Error("an empty report says something")
	}
	for i := range 13 {
		r.Add(strings.Repeat("x", i+1), "why")
	}
	if s := r.String(); strings.Count(s, "\n") != 12 || !strings.Contains(s, "3 more") {
		t.Errorf("summary:\n%s", s)
	}
}

func TestFolderCaltech(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: reads the headers of 8,677 files")
	}
	d, r := folder(t, testdata.Shared(t, "caltech-101/101_ObjectCategories"))
	if len(d.Classes) != 101 || len(d.Train)+len(d.Test) != 8677 || len(r.Problems()) != 0 {
		t.Errorf("%d classes, %d + %d images, report:\n%v", len(d.Classes), len(d.Train), len(d.Test), r)
	}
}
