package files

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestArchivesOfOneFolder(t *testing.T) {
	c := open(t, zipped(t, append(images("photos/cup/1.png", "photos/lamp/1.png"), member{"photos/classes.txt", "mug\nlight"})))
	wantFound(t, "a folder in an archive", c, "all cup photos/cup/1.png", "all lamp photos/lamp/1.png")
	if c.NamesText != "mug\nlight" {
		t.Errorf("class names %q", c.NamesText)
	}
	windows := open(t, zipped(t, images(`photos\cup\1.png`, `photos\lamp\1.png`)))
	wantFound(t, "backslashes", windows, "all cup photos/cup/1.png", "all lamp photos/lamp/1.png")
	dos := open(t, zipped(t, images("th\x82/1.png", "lamp/1.png")))
	wantFound(t, "code page 437", dos, "all lamp lamp/1.png", "all thé thé/1.png")
	if !strings.Contains(strings.Join(dos.Notes, ""), "437") {
		t.Errorf("notes %q", dos.Notes)
	}
	empty := open(t, zipped(t, append(images("cup/1.png", "lamp/1.png"), member{"vase/", ""})))
	if len(empty.Classes) != 3 {
		t.Errorf("a class without images is lost: %v", empty.Classes)
	}
}

func TestPathsThatLeadOutOfAnArchive(t *testing.T) {
	members := images("cup/1.png", "lamp/1.png", "../out/1.png", "/etc/1.png", "cup/../../x.png", "C:/x.png", "./cup/2.png")
	for kind, place := range map[string]string{"zip": zipped(t, members), "tar": tarred(t, t.TempDir(), "photos.tar", members)} {
		c := open(t, place)
		wantFound(t, kind, c, "all cup cup/1.png", "all cup cup/2.png", "all lamp lamp/1.png")
		if n := strings.Count(left(c), "leads out"); n != 4 {
			t.Errorf("%s: %d paths are refused:\n%s", kind, n, left(c))
		}
	}
}

func TestDamagedArchives(t *testing.T) {
	zip, err := os.ReadFile(zipped(t, images("cup/1.png", "lamp/1.png")))
	if err != nil {
		t.Fatal(err)
	}
	tar, err := os.ReadFile(tarred(t, t.TempDir(), "photos.tar", images("cup/1.png", "lamp/1.png")))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"cut.zip":     {zip[:len(zip)-10], "cut off or damaged"},
		"cut.tar":     {tar[:700], "cut off"},
		"x.tar.gz":    {[]byte("\x1f\x8b\x08\x00"), "gzip"},
		"x.7z":        {[]byte("7z\xbc\xaf\x27\x1c"), "7z"},
		"x.rar":       {[]byte("Rar!\x1a\x07"), "rar"},
		"x.parquet":   {[]byte("PAR1 and nothing else"), "damaged"},
		"x.csv":       {nil, "empty"},
		"program":     {append([]byte("\x7fELF"), make([]byte, 600)...), "a list as .csv or .jsonl"},
		"picture.png": {picture(t, 1), "one image"},
	} {
		if _, err := Open(context.Background(), put(t, filepath.Join(dir, name), c.data)); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

// A member with holes is passed over, and the archive is not for that reason.
func TestSparseMembers(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range images("cup/1.png", "lamp/1.png") {
		data := m.bytes(t)
		if err := errors.Join(w.WriteHeader(&tar.Header{Name: m.name, Size: int64(len(data))}), second(w.Write(data))); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"cup/2.png", "cup/2.cls"} {
		content := append([]byte("1\n0\n1\n"), make([]byte, 507)...) // one piece of a byte at 0, in a block; then the byte
		records := map[string]string{"___.sparse.major": "1", "___.sparse.minor": "0", "___.sparse.name": name, "___.sparse.realsize": "1000000"}
		if err := errors.Join(w.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), PAXRecords: records}), second(w.Write(content))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	archive := bytes.ReplaceAll(b.Bytes(), []byte("___.sparse"), []byte("GNU.sparse")) // which the writer would leave out
	c := open(t, put(t, filepath.Join(t.TempDir(), "x.tar"), archive))
	wantFound(t, "sparse", c, "all cup cup/1.png", "all lamp lamp/1.png")
	if !strings.Contains(left(c), "2.png: a link, sparse") {
		t.Errorf("left out: %s", left(c))
	}
}

// second is the error of a call that returns a number, too.
func second(_ int, err error) error { return err }

// Lengths are promises: what they announce is not allocated, and what does not
// keep them is an error.
func TestLyingLengths(t *testing.T) {
	whole := picture(t, 1)
	path := put(t, filepath.Join(t.TempDir(), "x"), whole)
	n := int64(len(whole))
	for name, c := range map[string]struct {
		packed
		want string
	}{
		"longer":     {packed{path, 0, 0, n, n + 1, 0}, "unexpected EOF"},
		"shorter":    {packed{path, 0, 0, n, n - 1, 0}, "checksum"},
		"huge":       {packed{path, 0, 0, n, 1 << 40, 0}, "refused"},
		"negative":   {packed{path, 0, 0, n, -5, 0}, "limit"},
		"method":     {packed{path, 97, 0, n, n, 0}, "method 97"},
		"not packed": {packed{path, 8, 0, n, n, 0}, "flate"},
	} {
		im := inside{"x.zip/1.png", c.packed}
		if _, err := im.Open(t.Context(), false); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "x.zip/1.png") {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
		if err := im.Probe(); err == nil && (name == "huge" || name == "negative" || name == "method") {
			t.Errorf("%s: the header is taken", name)
		}
	}
	// Ten kilobytes that unpack to ten megabytes of zeros behind an image's header
	// are read to the announced length, and not taken for an image.
	c := open(t, zipped(t, append(images("cup/1.png", "lamp/1.png"), member{"cup/bomb.png", string(append(slices.Clone(whole[:8]), make([]byte, 10<<20)...))})))
	if len(c.Images) != 2 || !strings.Contains(left(c), "bomb.png") {
		t.Errorf("%d images, left out: %s", len(c.Images), left(c))
	}
}

func TestEncryptedMembers(t *testing.T) {
	path := zipped(t, images("cup/1.png", "lamp/1.png", "lamp/2.png"))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	central := bytes.LastIndex(data, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint16(data[central+8:], binary.LittleEndian.Uint16(data[central+8:])|1)
	put(t, path, data)
	c := open(t, path)
	if len(c.Images) != 2 || !strings.Contains(left(c), "encrypted") {
		t.Errorf("%d images, left out: %s", len(c.Images), left(c))
	}
}

func TestTarLinks(t *testing.T) {
	labels := map[string]string{}
	c, err := readTar(context.Background(), filepath.Join("testdata", "links.tar"), func(name string, text []byte) { labels[name] = string(text) })
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range c.files {
		names = append(names, f.path)
		if err := f.Verify(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if want := []string{"cup/1.png", "lamp/hard.png"}; !slices.Equal(names, want) {
		t.Errorf("files %v, want %v", names, want)
	}
	if len(c.left) != 1 || filepath.Base(c.left[0].Path) != "soft.png" {
		t.Errorf("left out %v", c.left)
	}
}

func FuzzArchives(f *testing.F) {
	for _, path := range []string{zipped(f, images("cup/1.png", "lamp/1.png")), tarred(f, f.TempDir(), "x.tar", images("cup/1.png", "lamp/1.png")),
		filepath.Join("testdata", "numbers.parquet"), filepath.Join("testdata", "words.parquet")} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Open(context.Background(), put(t, filepath.Join(t.TempDir(), "x.tar"), data))
		if err != nil {
			return
		}
		for _, im := range c.Images {
			_, _ = im.Open(t.Context(), true)
		}
	})
}
