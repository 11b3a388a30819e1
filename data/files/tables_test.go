package files

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

func TestShards(t *testing.T) {
	dir := t.TempDir()
	tarred(t, dir, "set-train-0000.tar", []member{{"0001.jpg", ""}, {"0001.cls", "1\n"}, {"0002.cls", "0"}, {"0002.png", ""}, {"0003.jpg", ""}})
	tarred(t, dir, "set-train-0001.tar", []member{{"./0004.webp.jpg", ""}, {"./0004.json", `{"label": 1, "text": "x"}`}, {"0005.jpg", ""}, {"0005.json", `{"x": 1}`}, {"0005.txt", "0"}})
	tarred(t, dir, "set-val-0000.tar", []member{{"0001.jpg", ""}, {"0001.cls", "1"}})
	want := []string{"train 0 set-train-0000.tar/0002.png", "train 0 set-train-0001.tar/0005.jpg",
		"train 1 set-train-0000.tar/0001.jpg", "train 1 set-train-0001.tar/0004.webp.jpg", "val 1 set-val-0000.tar/0001.jpg"}
	for kind, name := range map[string]string{"folder": dir, "braces": dir + "/set-train-{0000..0001}.tar::" + dir + "/set-{val,val}-0000.tar",
		"wildcard": filepath.Join(dir, "*.tar"), "list": put(t, filepath.Join(t.TempDir(), "shards.txt"), []byte(strings.Join([]string{
			dir + "/set-train-0000.tar", dir + "/set-train-0001.tar", dir + "/set-val-0000.tar"}, "\r\n")))} {
		c := open(t, name)
		c.Root = dir
		have := found(t, c)
		if have = slices.Compact(have); !slices.Equal(have, want) {
			t.Errorf("%s: images %q", kind, have)
		}
		if !c.Splits || !strings.Contains(left(c), "0003.jpg: no label") {
			t.Errorf("%s: splits %v, left out %s", kind, c.Splits, left(c))
		}
	}
	put(t, filepath.Join(dir, "classnames.txt"), []byte("cup\nlamp\n"))
	if c := open(t, dir); c.NamesText != "cup\nlamp\n" {
		t.Errorf("class names %q", c.NamesText)
	}
	words := tarred(t, t.TempDir(), "words.tar", []member{{"a/1.jpg", ""}, {"a/1.txt", "a cup"}, {"b/1.jpg", ""}, {"b/1.txt", "lamp"}})
	wantFound(t, "texts", open(t, words), "all a cup a/1.jpg", "all lamp b/1.jpg")
}

func TestParquet(t *testing.T) {
	train := open(t, "testdata/train-00000-of-00001.parquet")
	if len(train.Images) != 30 || len(train.Classes) != 3 || train.Classes[0].Name != "hot dog" || train.Classes[2].Key != "lamp" || train.Splits {
		t.Fatalf("%d images, classes %+v", len(train.Images), train.Classes)
	}
	for _, im := range train.Images {
		var row int
		if _, err := fmt.Sscanf(filepath.Base(im.Name()), "row %d", &row); err != nil {
			t.Fatal(err)
		}
		pixels, err := im.Open(t.Context(), false)
		if err != nil || pixels.W != 2 || int(pixels.Pix[0]) != row || im.Class != row%3 {
			t.Errorf("%s: class %d, %v, error %v", im.Name(), im.Class, pixels, err)
		}
	}
	both := open(t, "testdata/{train,test}-00000-of-00001.parquet")
	if len(both.Images) != 35 || !both.Splits || !strings.Contains(left(both), `row 0000005: its label is "-1"`) {
		t.Errorf("%d images, splits %v, left out %s", len(both.Images), both.Splits, left(both))
	}
	words := open(t, "testdata/words.parquet")
	for _, im := range words.Images {
		pixels, err := im.Open(t.Context(), false)
		var row int
		if _, err := fmt.Sscanf(filepath.Base(im.Name()), "row %d", &row); err != nil {
			t.Fatal(err)
		}
		switch {
		case row == 5:
			if err == nil || !strings.Contains(err.Error(), "no bytes") {
				t.Errorf("an image that is null: %v", err)
			}
		case err != nil || int(pixels.Pix[0]) != row/2 || words.Classes[im.Class].Key != []string{"lamp", "cup"}[row%2]:
			t.Errorf("%s: %v, error %v", im.Name(), pixels, err)
		}
	}
	if c := open(t, "testdata/numbers.parquet"); len(c.Classes) != 3 || c.Classes[0].Key != "2" || c.Classes[2].Key != "10" {
		t.Errorf("classes %+v", c.Classes)
	}
	if c := open(t, "testdata/two-labels.parquet"); c.Classes[1].Key != "pine" || !strings.Contains(strings.Join(c.Notes, ""), "fine_label is taken") {
		t.Errorf("classes %+v, notes %q", c.Classes, c.Notes)
	}
	if _, err := Open(context.Background(), "testdata/brotli.parquet"); err == nil || !strings.Contains(err.Error(), "BROTLI") {
		t.Errorf("an unknown packing: %v", err)
	}
}

// A label that stands once in a table, and for each of its rows, is not held once
// for each.
func TestLongLabels(t *testing.T) {
	type row struct {
		Image []byte `parquet:"image"`
		Label string `parquet:"label,dict,zstd"`
	}
	for length, want := range map[int]string{maxWord: "", 1 << 20: "a label of 1048576 bytes"} {
		var b bytes.Buffer
		w := parquet.NewGenericWriter[row](&b)
		for range 100 {
			if _, err := w.Write([]row{{[]byte("x"), strings.Repeat("a", length)}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		c, err := Open(context.Background(), put(t, filepath.Join(t.TempDir(), "x.parquet"), b.Bytes()))
		if want == "" {
			if err != nil || len(c.Images) != 100 {
				t.Errorf("%v, %v", c, err)
			}
		} else if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "x.parquet") {
			t.Errorf("error %v, want the table and %q", err, want)
		}
	}
}

// A table whose bytes were changed is an error or other images, never a panic or
// a large allocation.
func TestDamagedParquet(t *testing.T) {
	for _, name := range []string{"test-00000-of-00001.parquet", "words.parquet"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "x.parquet")
		for i := 4; i < len(data); i += 37 {
			bad := slices.Clone(data)
			bad[i] ^= 0xff
			put(t, path, bad)
			c, err := Open(context.Background(), path)
			if err != nil {
				continue
			}
			for _, im := range c.Images {
				_, _ = im.Open(t.Context(), false)
			}
		}
	}
}

func TestLists(t *testing.T) {
	pictures := images("img/1.png", "img/2.png", "img/3.png", "images/4.png", "train/5.png")
	for name, c := range map[string]struct{ text, want string }{
		"a.csv":       {"file_name,label\nimg/1.png,cup\nimg/2.png,lamp\n", "all cup img/1.png|all lamp img/2.png"},
		"semi.csv":    {"\ufeffid;Image Path;Class Name;set\r\n7;img\\1.png;cup;Train\r\n8;img\\2.png;lamp;TRAIN\r\n9;img/3.png;cup;test\r\n", "train cup img/1.png|test cup img/3.png|train lamp img/2.png"},
		"tabs.tsv":    {"path\tcategory\nimg/1.png\tcup\n4\tlamp\n", "all cup img/1.png|all lamp images/4.png"},
		"no head.csv": {"img/1.png,cup\nimg/2.png,lamp", "all cup img/1.png|all lamp img/2.png"},
		"turned.csv":  {"10,img/1.png\n9,img/2.png", "all 9 img/2.png|all 10 img/1.png"},
		"quoted.csv":  {"\"file\",\"label\"\n\"img/1.png\",\"a cup, red\"\nimg/2.png,lamp", "all a cup, red img/1.png|all lamp img/2.png"},
		"names.csv":   {"label,class_name,filename\n0,cup,img/1.png\n1,lamp,img/2.png", "all cup img/1.png|all lamp img/2.png"},
		"b.jsonl":     {"{\"file_name\": \"img/1.png\", \"label\": \"cup\"}\n\n{\"file_name\": \"5.png\", \"label\": [\"lamp\"], \"split\": \"train\"}", ""},
		"c.jsonl":     {"{\"image\": \"img/1.png\", \"label\": 3}\n{\"image\": \"img/2.png\", \"label\": 12.0}", "all 3 img/1.png|all 12 img/2.png"},
		"d.json":      {`[{"path": "img/1.png", "class": "cup"}, {"path": "img/2.png", "class": "lamp"}]`, "all cup img/1.png|all lamp img/2.png"},
		"e.txt":       {"img/1.png cup\nimg/2.png  lamp\n", "all cup img/1.png|all lamp img/2.png"},
	} {
		dir := lay(t, pictures)
		c2, err := Open(context.Background(), put(t, filepath.Join(dir, name), []byte(c.text)))
		if c.want == "" {
			if err == nil || !strings.Contains(err.Error(), "is no split") {
				t.Errorf("%s: error %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		c2.Root = dir
		if have := strings.Join(found(t, c2), "|"); have != c.want {
			t.Errorf("%s: %s, want %s; left out %s", name, have, c.want, left(c2))
		}
	}
}

func TestListsSayWhatIsWrong(t *testing.T) {
	dir := lay(t, images("1.png", "2.png", "3.png"))
	c := open(t, put(t, filepath.Join(dir, "a.csv"), []byte("path,label,url\n1.png,cup,\n2.png,lamp\n1.png,cup\n1.png,lamp\ngone.png,cup\n3.png,\nhttp://x/y.png,cup\n,cup\n")))
	c.Root = dir
	wantFound(t, "left out", c, "all cup 1.png", "all lamp 2.png")
	for _, want := range []string{"1.png: listed twice", "1.png: listed as cup and as lamp", "gone.png", "3.png: it has no class", "an address", "names no image"} {
		if !strings.Contains(left(c), want) {
			t.Errorf("no %q in:\n%s", want, left(c))
		}
	}
	for text, want := range map[string]string{
		"a,b\nc,d":             "names no column of paths",
		"path,size\n1.png,4":   "no column is a class",
		"path,label\nx.png,a":  "none of its 1 images is there",
		"{\"label\": \"cup\"}": "has no path",
		"{\"path\": }":         "no JSON object",
		"\n\n":                 "is empty",
		"path,label\n":         "is empty",
		"pfad;t\xe9":           "not UTF-8",
	} {
		if _, err := Open(context.Background(), put(t, filepath.Join(dir, "b.csv"), []byte(text))); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "b.csv") {
			t.Errorf("%q: error %v, want one with %q", text, err, want)
		}
	}
}

// The layout of Hugging Face's ImageFolder: a list in the folder of the images.
func TestListInAFolder(t *testing.T) {
	dir := lay(t, append(images("train/1.png", "train/2.png", "test/3.png"), member{"train/metadata.csv", "file_name,label\n1.png,cup\n2.png,lamp\n"},
		member{"test/metadata.jsonl", `{"file_name": "3.png", "label": "cup"}`}))
	c := open(t, dir)
	if !c.Splits {
		t.Error("no splits")
	}
	wantFound(t, "lists", c, "test cup test/3.png", "train cup train/1.png", "train lamp train/2.png")
}

func TestPatterns(t *testing.T) {
	for name, want := range map[string]string{
		"a{1,2}b{x,y}":   "a1bx a1by a2bx a2by",
		"t-{08..11}.tar": "t-08.tar t-09.tar t-10.tar t-11.tar",
		"plain":          "plain",
		"open{brace":     "open{brace",
		"{0..3}":         "0 1 2 3",
	} {
		if got, err := braces(name); err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %v, error %v", name, got, err)
		}
	}
	for _, name := range []string{"x{3..1}", "x{a..b}", "x{0..99999999}", "{0..2000}{0..2000}"} {
		if got, err := braces(name); err == nil {
			t.Errorf("%s: %d names", name, len(got))
		}
	}
}

func TestEveryListsWhatTrainingWouldTake(t *testing.T) {
	dir := lay(t, append(images("cup/1.png", "cup/2.jpg", "lamp/1.png", "lamp/.hidden/1.png", "lamp/@eaDir/x.png"), member{"cup/notes.txt", "x"}))
	for kind, place := range map[string]string{"folder": dir, "zip": zipped(t, images("cup/1.png", "cup/2.jpg", "lamp/1.png")),
		"tar": tarred(t, t.TempDir(), "x.tar", images("cup/1.png", "cup/2.jpg", "lamp/1.png"))} {
		every, _, err := Every(context.Background(), place)
		c := open(t, place)
		if err != nil || len(every) != 3 || len(c.Images) != 3 {
			t.Fatalf("%s: %d images, error %v", kind, len(every), err)
		}
		for i, im := range every {
			if im.Name() != c.Images[i].Name() {
				t.Errorf("%s: %s, training has %s", kind, im.Name(), c.Images[i].Name())
			}
		}
	}
	for name, want := range map[string]int{"testdata/test-00000-of-00001.parquet": 6, "testdata/*-00000-of-00001.parquet": 36, "absent.png": 1,
		put(t, filepath.Join(dir, "l.csv"), []byte("path\ncup/1.png\ngone.png\n")): 2} {
		if every, _, err := Every(context.Background(), name); err != nil || len(every) != want {
			t.Errorf("%s: %d images, error %v", name, len(every), err)
		}
	}
	if _, _, err := Every(context.Background(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "no images") {
		t.Errorf("an empty folder: %v", err)
	}
}
