package matfile

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdoor/data/coop/matfile/mattest"
)

// The files were written by SciPy 1.10, with and without compression. They hold
// variables of other classes, too, which are passed over.
func TestFilesOfSciPy(t *testing.T) {
	for _, file := range []string{"packed.mat", "plain.mat"} {
		read := func(name string) Value {
			t.Helper()
			v, err := Read(filepath.Join("testdata", file), name)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		if labels := read("labels").Numbers; len(labels) != 300 || labels[0] != 1 || labels[299] != 300 {
			t.Fatalf("%s: labels %v", file, labels)
		}
		cells := read("names").Cells
		if len(cells) != 3 || cells[0].Text != "AM General Hummer SUV 2000" || cells[1].Text != "é ü" {
			t.Errorf("%s: names %+v", file, cells)
		}
		if !slices.Equal(cells[2].Numbers, []float64{1.5, 3, -2, 4}) { // column by column
			t.Errorf("%s: matrix %v", file, cells[2].Numbers)
		}
		fields := read("annotations").Fields
		if len(fields["class"]) != 2 || fields["fname"][1].Text != "00002.jpg" {
			t.Errorf("%s: annotations %+v", file, fields)
		}
		if n, err := fields["class"][0].Int(); n != 14 || err != nil {
			t.Errorf("%s: class %d, error %v", file, n, err)
		}
		if len(read("empty").Numbers) != 0 {
			t.Errorf("%s: %+v", file, read("empty"))
		}
	}
}

func TestWhatIsNoMATFile(t *testing.T) {
	short := mattest.Header()[:100]
	old := mattest.Header()
	old[126] = 'X'
	big := mattest.Header()
	copy(big[124:], "\x01\x00MI")
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"short":      {short, "cut off"},
		"other":      {old, "another format"},
		"big-endian": {big, "another format"},
		"7.3":        {append([]byte("MATLAB 7.3 MAT-file"), make([]byte, 600)...), "-v7"},
		"hdf":        {[]byte("\x89HDF\r\n\x1a\n"), "-v7"},
		"numbers":    {mattest.Plain("x", mattest.Bytes(2, 2, 1)), "x: 1 numbers for 4"},
		"text":       {append(mattest.Header(), 1, 0, 0, 0, 0, 0, 0, 0), "type 1"},
		"none":       {mattest.Plain("y", mattest.Bytes(1, 1, 1)), "no variable x"},
	} {
		if _, err := decode(c.data, "x"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	path := filepath.Join(t.TempDir(), "labels.mat")
	if err := os.WriteFile(path, short, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path, "x"); err == nil || !strings.Contains(err.Error(), "labels.mat") || !strings.Contains(err.Error(), "fetch it again") {
		t.Errorf("error %v", err)
	}
}

// Arrays in arrays in arrays are no labels, and are not entered.
func TestDeepArrays(t *testing.T) {
	deep := mattest.Bytes(1, 1, 1)
	for range 40 {
		deep = mattest.Cells(deep)
	}
	if v, err := decode(mattest.Plain("x", deep), "x"); err != nil || len(v.Cells) != 1 || v.Cells[0].Cells != nil {
		t.Errorf("%+v, error %v", v, err)
	}
}

// Dimensions are a promise of four bytes: they must not be believed.
func TestHugeDimensions(t *testing.T) {
	a := mattest.Plain("x", mattest.Cells(mattest.Bytes(1, 1, 1)))
	at := len(mattest.Header()) + 8 + 16 + 8 // after the tag, the flags and the tag of the dimensions
	binary.LittleEndian.PutUint32(a[at+4:], 1<<27)
	if _, err := decode(a, "x"); err == nil {
		t.Error("a cell array of 2^27 empty promises was read")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(mattest.Plain("x", mattest.Bytes(1, 3, 1, 2, 3)))
	f.Add(mattest.Plain("x", mattest.Structs([]string{"class", "fname"}, []mattest.Array{mattest.Bytes(1, 1, 4), mattest.Text("00001.jpg")})))
	f.Add(mattest.File(f, "x", mattest.Cells(mattest.Text("AM General Hummer SUV 2000"))))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := decode(data, "x"); err != nil {
			return
		}
	})
}
