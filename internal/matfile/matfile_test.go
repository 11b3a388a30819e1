package matfile

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdoor/internal/matfile/mattest"
)

// The files were written by SciPy 1.10, with and without compression.
func TestFilesOfSciPy(t *testing.T) {
	for _, name := range []string{"packed.mat", "plain.mat"} {
		vars, err := Read(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		labels := vars["labels"]
		if labels == nil || labels.Class != "uint16" || !slices.Equal(labels.Dims, []int{1, 300}) || labels.Numbers[0] != 1 || labels.Numbers[299] != 300 {
			t.Fatalf("%s: labels %+v", name, labels)
		}
		cells := vars["names"].Cells
		if len(cells) != 3 || cells[0].Text != "AM General Hummer SUV 2000" || cells[1].Text != "é ü" {
			t.Errorf("%s: names %+v", name, vars["names"])
		}
		if !slices.Equal(cells[2].Numbers, []float64{1.5, 3, -2, 4}) { // column by column
			t.Errorf("%s: matrix %v", name, cells[2].Numbers)
		}
		a := vars["annotations"]
		if a.Len() != 2 || a.Fields["fname"][1].Text != "00002.jpg" {
			t.Errorf("%s: annotations %+v", name, a)
		}
		if n, err := a.Fields["class"][0].Int(); n != 14 || err != nil {
			t.Errorf("%s: class %d, error %v", name, n, err)
		}
		if v := vars["ok"]; v.Class != "logical" || !slices.Equal(v.Numbers, []float64{1, 0}) {
			t.Errorf("%s: truth values %+v", name, v)
		}
		if vars["lines"].Text != "ab\ncd" || vars["neg"].Numbers[0] != -7 || vars["f"].Numbers[0] != 0.5 || vars["z"].Numbers[0] != 1 {
			t.Errorf("%s: %+v %+v %+v", name, vars["lines"], vars["neg"], vars["z"])
		}
		if v := vars["empty"]; v.Len() != 0 || !slices.Equal(v.Dims, []int{0, 3}) {
			t.Errorf("%s: empty %+v", name, v)
		}
	}
}

// A big-endian file, byte by byte: the uint8 matrix x = [5 6 7].
func TestBytesOfABigEndianFile(t *testing.T) {
	h := mattest.Header()
	copy(h[124:], "\x01\x00MI")
	file := append(h,
		0, 0, 0, 14, 0, 0, 0, 48, // an array of 48 bytes
		0, 0, 0, 6, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0, 0, // flags: class uint8
		0, 0, 0, 5, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 3, // 1 x 3
		0, 1, 0, 1, 'x', 0, 0, 0, // its name, in the tag
		0, 3, 0, 2, 5, 6, 7, 0) // three bytes, in the tag
	vars, err := Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if v := vars["x"]; v == nil || v.Class != "uint8" || !slices.Equal(v.Numbers, []float64{5, 6, 7}) {
		t.Errorf("x = %+v", v)
	}
}

func TestWhatIsNoMATFile(t *testing.T) {
	short := mattest.Header()[:100]
	old := mattest.Header()
	old[126] = 'X'
	later := mattest.Header()
	later[125] = 2
	deep := mattest.Bytes(1, 1, 1)
	for range 40 {
		deep = mattest.Cells(deep)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"short":   {short, "cut off"},
		"other":   {old, "another format"},
		"version": {later, "version"},
		"7.3":     {append([]byte("MATLAB 7.3 MAT-file"), make([]byte, 600)...), "-v7"},
		"hdf":     {[]byte("\x89HDF\r\n\x1a\n"), "-v7"},
		"deep":    {mattest.Plain("x", deep), "deep"},
		"numbers": {mattest.Plain("x", mattest.Bytes(2, 2, 1)), "dimensions"},
		"text":    {append(mattest.Header(), 1, 0, 0, 0, 0, 0, 0, 0), "type 1"},
	} {
		if _, err := Decode(c.data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	path := filepath.Join(t.TempDir(), "labels.mat")
	if err := os.WriteFile(path, short, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); err == nil || !strings.Contains(err.Error(), "labels.mat") || !strings.Contains(err.Error(), "fetch it again") {
		t.Errorf("error %v", err)
	}
}

// Dimensions are a promise of four bytes: they must not be believed.
func TestHugeDimensions(t *testing.T) {
	a := mattest.Plain("x", mattest.Cells(mattest.Bytes(1, 1, 1)))
	at := len(mattest.Header()) + 8 + 16 + 8 // after the tag, the flags and the tag of the dimensions
	binary.LittleEndian.PutUint32(a[at+4:], 1<<27)
	if _, err := Decode(a); err == nil {
		t.Error("a cell array of 2^27 empty promises was read")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(mattest.Plain("labels", mattest.Bytes(1, 3, 1, 2, 3)))
	f.Add(mattest.Plain("s", mattest.Structs([]string{"class", "fname"}, []mattest.Array{mattest.Bytes(1, 1, 4), mattest.Text("00001.jpg")})))
	f.Add(mattest.File(f, "c", mattest.Cells(mattest.Text("AM General Hummer SUV 2000"))))
	f.Fuzz(func(t *testing.T, data []byte) {
		vars, err := Decode(data)
		if err != nil {
			return
		}
		for _, v := range vars {
			_ = v.Len()
		}
	})
}
