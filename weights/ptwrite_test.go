package weights

import (
	"archive/zip"
	"io"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"frontdoor/internal/atomicfile"
)

// What is written reads back, by the reader of PyTorch's files.
func TestEncodeTorch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.pth.tar-5")
	want := []Tensor{
		NewF32("prompt_learner.ctx", []int{2, 3}, []float32{1, -2, 3.5, 0, float32(math.Pi), 6}),
		NewF16("meta_net.linear1.bias", []int{4}, []float32{0.5, 1, -2, 65504}),
		NewBF16("last", []int{1, 1, 2}, []float32{3, -7}),
		NewF32("logit_scale", nil, []float32{4.6}),
	}
	if err := writeTorchFile(path, want, 5); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if len(f.Names()) != len(want) {
		t.Errorf("names %v", f.Names())
	}
	for _, w := range want {
		got, ok := f.Tensor(w.Name)
		if !ok || got.DType != w.DType || !slices.Equal(got.Shape, w.Shape) || !slices.Equal(got.Data, w.Data) {
			t.Errorf("%s: %+v, want %+v", w.Name, got, w)
		}
	}
}

// Members begin where PyTorch puts them and are not compressed.
func TestEncodeTorchAligns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pt")
	if err := writeTorchFile(path, []Tensor{NewF32("a", []int{3}, []float32{1, 2, 3}), NewF32("bb", []int{1}, []float32{1})}, 1); err != nil {
		t.Fatal(err)
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, m := range z.File {
		at, err := m.DataOffset()
		if err != nil || at%torchAlign != 0 || m.Method != zip.Store {
			t.Errorf("%s begins at %d, method %d, %v", m.Name, at, m.Method, err)
		}
	}
	if z.File[0].Name != "archive/data.pkl" {
		t.Errorf("first member %s", z.File[0].Name)
	}
}

func TestEncodeTorchRefuses(t *testing.T) {
	a := NewF32("a", []int{1}, []float32{1})
	for name, ts := range map[string][]Tensor{
		"a name twice": {a, a},
		"wrong shape":  {{Name: "a", DType: F32, Shape: []int{2}, Data: a.Data}},
		"wrong type":   {{Name: "a", DType: "F8", Shape: []int{4}, Data: a.Data}},
	} {
		if err := writeTorchFile(filepath.Join(t.TempDir(), "a.pt"), ts, 1); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func writeTorchFile(path string, ts []Tensor, epoch int) error {
	return atomicfile.Write(path, func(w io.Writer) error { return EncodeTorch(w, ts, epoch) })
}
