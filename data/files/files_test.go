package files

import (
	"archive/tar"
	"archive/zip"
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
)

// picture is an image file of one pixel, of another colour for each n.
func picture(t testing.TB, n int) []byte {
	t.Helper()
	im := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	im.SetNRGBA(0, 0, color.NRGBA{uint8(n), 100, 0, 255})
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func put(t testing.TB, path string, data []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// member is a file to lay down or to pack: an image if its name promises one,
// else its text.
type member struct{ name, text string }

// images are members that are images.
func images(names ...string) []member {
	var out []member
	for _, n := range names {
		out = append(out, member{n, ""})
	}
	return out
}

func (m member) bytes(t testing.TB) []byte {
	if m.text == "" && namedImage(m.name) {
		return picture(t, len(m.name))
	}
	return []byte(m.text)
}

// lay makes a folder.
func lay(t testing.TB, members []member) string {
	t.Helper()
	dir := t.TempDir()
	for _, m := range members {
		put(t, filepath.Join(dir, filepath.FromSlash(m.name)), m.bytes(t))
	}
	return dir
}

// zipped makes a zip archive.
func zipped(t testing.TB, members []member) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, m := range members {
		method := zip.Deflate
		if i%2 == 0 {
			method = zip.Store
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: m.name, Method: method, NonUTF8: !validName(m.name)})
		if err == nil && !strings.HasSuffix(m.name, "/") {
			_, err = w.Write(m.bytes(t))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return put(t, filepath.Join(t.TempDir(), "photos.zip"), b.Bytes())
}

func validName(s string) bool { return strings.ToValidUTF8(s, "") == s }

// tarred makes a tar archive of a name.
func tarred(t testing.TB, dir, name string, members []member) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		data := m.bytes(t)
		if err := w.WriteHeader(&tar.Header{Name: m.name, Mode: 0o600, Size: int64(len(data))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return put(t, filepath.Join(dir, name), b.Bytes())
}

// found lists the images of a collection as "split class place", the place
// below its root.
func found(t testing.TB, c *Collection) []string {
	t.Helper()
	var out []string
	for _, im := range c.Images {
		place := strings.TrimPrefix(filepath.ToSlash(im.Name()), filepath.ToSlash(c.Root)+"/")
		out = append(out, fmt.Sprintf("%v %s %s", im.Split, c.Classes[im.Class].Key, place))
		if _, err := im.Open(t.Context(), false); err != nil {
			t.Error(err)
		}
	}
	return out
}

func open(t testing.TB, name string) *Collection {
	t.Helper()
	c, err := Open(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// left lists what was left out, by the last part of its path.
func left(c *Collection) string {
	var out []string
	for _, l := range c.Left {
		reason := l.Reason
		if l.Err != nil {
			reason = l.Err.Error()
		}
		out = append(out, filepath.Base(l.Path)+": "+reason)
	}
	return strings.Join(out, "\n")
}

func wantFound(t *testing.T, name string, c *Collection, want ...string) {
	t.Helper()
	if have := found(t, c); !slices.Equal(have, want) {
		t.Errorf("%s: images\n%s\nwant\n%s\nleft out: %s", name, strings.Join(have, "\n"), strings.Join(want, "\n"), left(c))
	}
}

// A folder and archives of it give the same images, classes and splits.
func TestLayouts(t *testing.T) {
	for name, c := range map[string]struct {
		members []member
		want    []string
	}{
		"classes": {images("cup/b.jpg", "cup/a.PNG", "cup/more/c.jfif", "lamp/1.pjpeg"),
			[]string{"all cup cup/a.PNG", "all cup cup/b.jpg", "all cup cup/more/c.jfif", "all lamp lamp/1.pjpeg"}},
		"splits in any case": {images("Train/cup/1.png", "Train/lamp/1.png", "TEST/cup/2.png", "TEST/lamp/2.png", "Valid/cup/3.png"),
			[]string{"test cup TEST/cup/2.png", "train cup Train/cup/1.png", "val cup Valid/cup/3.png", "test lamp TEST/lamp/2.png", "train lamp Train/lamp/1.png"}},
		"training and testing": {images("training_set/cup/1.png", "training_set/lamp/1.png", "testing/cup/2.png", "testing/lamp/2.png"),
			[]string{"test cup testing/cup/2.png", "train cup training_set/cup/1.png", "test lamp testing/lamp/2.png", "train lamp training_set/lamp/1.png"}},
		"split inside classes": {images("cup/train/1.png", "cup/test/2.png", "lamp/train/1.png", "lamp/test/2.png"),
			[]string{"test cup cup/test/2.png", "train cup cup/train/1.png", "test lamp lamp/test/2.png", "train lamp lamp/train/1.png"}},
		"a train is a class":         {images("train/1.png", "plane/1.png"), []string{"all plane plane/1.png", "all train train/1.png"}},
		"numbers are sorted as such": {images("10/1.png", "9/1.png"), []string{"all 9 9/1.png", "all 10 10/1.png"}},
		"decomposed names": {images("train/caf\u00e9/1.png", "train/th\u00e9/1.png", "test/cafe\u0301/2.png", "test/the\u0301/2.png"),
			[]string{"test caf\u00e9 test/cafe\u0301/2.png", "train caf\u00e9 train/caf\u00e9/1.png", "test th\u00e9 test/the\u0301/2.png", "train th\u00e9 train/th\u00e9/1.png"}},
	} {
		for kind, place := range map[string]string{"folder": lay(t, c.members), "zip": zipped(t, c.members), "tar": tarred(t, t.TempDir(), "photos.tar", c.members)} {
			wantFound(t, name+" in a "+kind, open(t, place), c.want...)
		}
	}
}

func TestWhatSystemsKeepIsPassedOver(t *testing.T) {
	members := append(images("cup/1.png", "lamp/1.png", "cup/@eaDir/1.png", ".thumbnails/1.png", "__MACOSX/cup/._1.png", "lamp/.ipynb_checkpoints/1.png",
		"cup/._2.png", "#recycle/x.png", "lost+found/1.png", "$Recycle.Bin/1.png"), member{"Thumbs.db", "x"}, member{"cup/desktop.ini", "x"}, member{"cup/.DS_Store", "x"})
	for kind, place := range map[string]string{"folder": lay(t, members), "zip": zipped(t, members)} {
		c := open(t, place)
		wantFound(t, kind, c, "all cup cup/1.png", "all lamp lamp/1.png")
		for _, want := range []string{"@eaDir", ".thumbnails", "__MACOSX", ".ipynb_checkpoints", "#recycle", "lost+found", "$Recycle.Bin"} {
			if !strings.Contains(left(c), want+": a") {
				t.Errorf("%s: nothing is said of %s in:\n%s", kind, want, left(c))
			}
		}
	}
}

func TestContentDecides(t *testing.T) {
	dir := lay(t, append(images("lamp/1.png"), member{"lamp/text.jpg", "no image"}, member{"lamp/notes.txt", "hello"}))
	put(t, filepath.Join(dir, "cup", "photo"), picture(t, 1))
	put(t, filepath.Join(dir, "cup", "photo.txt"), picture(t, 2))
	c := open(t, dir)
	wantFound(t, "images without an end", c, "all cup cup/photo", "all cup cup/photo.txt", "all lamp lamp/1.png")
	for _, l := range c.Left {
		if (l.Err != nil) != strings.HasSuffix(l.Path, "text.jpg") {
			t.Errorf("%s: error %v", l.Path, l.Err)
		}
	}
	if len(c.Left) != 2 {
		t.Errorf("left out: %s", left(c))
	}
}

func TestLinksAreFollowedOnce(t *testing.T) {
	dir, elsewhere := lay(t, images("cup/1.png", "cup/sub/2.png", "lamp/1.png")), lay(t, images("3.png", "in/4.png"))
	for link, target := range map[string]string{"cup/again": "sub", "cup/up": "..", "lamp/self": ".", "vase": elsewhere, "lamp/dangling.png": "nowhere", "lamp/loop": "loop"} {
		if err := os.Symlink(target, filepath.Join(dir, filepath.FromSlash(link))); err != nil {
			t.Skip(err)
		}
	}
	c := open(t, dir)
	wantFound(t, "links", c, "all cup cup/1.png", "all cup cup/again/2.png", "all lamp lamp/1.png", "all vase vase/3.png", "all vase vase/in/4.png")
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	if again := open(t, link); !slices.Equal(found(t, again), found(t, c)) {
		t.Errorf("through a link: %v", found(t, again))
	}
	every, _, err := Every(context.Background(), link)
	if err != nil || len(every) != 6 { // the dangling one is an image by its name
		t.Errorf("%d images, error %v", len(every), err)
	}
}

// What cannot be read is noted, and the rest goes on.
func TestUnreadableFolder(t *testing.T) {
	dir := lay(t, images("cup/1.png", "cup/closed/2.png", "lamp/1.png"))
	w := &walker{ctx: context.Background(), tree: &tree{root: dir}, actual: dir, readDir: func(name string) ([]fs.DirEntry, error) {
		if filepath.Base(name) == "closed" {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
		}
		return os.ReadDir(name)
	}}
	if err := w.top(); err != nil {
		t.Fatal(err)
	}
	if len(w.files) != 2 || len(w.left) != 1 || w.left[0].Reason != "the folder may not be read" || filepath.Base(w.left[0].Path) != "closed" {
		t.Errorf("%d files, left out %v", len(w.files), w.left)
	}
}

func TestFolderErrors(t *testing.T) {
	dated := images("2023/cup/1.png", "2023/lamp/1.png", "2024/cup/2.png", "2024/lamp/2.png")
	for name, c := range map[string]struct {
		members []member
		want    string
	}{
		"one level too high":     {dated, "one level too high: 2023 and others hold folders named cup, lamp"},
		"one folder of classes":  {append(images("set/cup/1.png", "set/lamp/1.png"), member{"docs/readme.md", "x"}), "one level too high: of its folders only set"},
		"datasets":               {images("birds/owl/1.png", "birds/wren/1.png", "cars/bus/1.png", "cars/van/1.png"), "one level too high: none of its folders"},
		"a divided dataset":      {images("set/train/cup/1.png", "set/train/lamp/1.png", "set/test/cup/1.png", "other/x/1.png"), "one level too high: set holds folders for training"},
		"one folder alone":       {images("set/cup/1.png", "set/lamp/1.png"), "did you mean"},
		"split without classes":  {images("Train/1.png", "Test/1.png"), "Train holds files but no class folders"},
		"two training folders":   {images("Train/cup/1.png", "training/cup/1.png", "test/cup/1.png"), "both look like the train split"},
		"no training folder":     {images("test/cup/1.png", "test/lamp/1.png", "val/cup/1.png"), "no folder for training"},
		"class only tested":      {images("train/a/1.png", "train/b/1.png", "test/c/1.png"), "class c"},
		"images beside nothing":  {images("1.png", "2.png"), "no class folders"},
		"a list of another code": {append(images("cup/1.png", "lamp/1.png"), member{"classes.txt", "th\xe9"}), "not UTF-8"},
	} {
		if _, err := Open(context.Background(), lay(t, c.members)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	named := append(dated, member{"classes.txt", "last year\nthis year"})
	wantFound(t, "a file of names says that the level is right", open(t, lay(t, named)),
		"all 2023 2023/cup/1.png", "all 2023 2023/lamp/1.png", "all 2024 2024/cup/2.png", "all 2024 2024/lamp/2.png")
}
