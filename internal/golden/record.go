package golden

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// envLog is the environment variable that names a file to which every
// comparison is appended as a line of JSON, a [measured]. The test of this
// package sets it for the others to make the table in docs/golden.md.
const envLog = "FRONTDOOR_GOLDEN_LOG"

// measured says how far one tensor was from PyTorch's. Relative errors are
// shares of the tensor's largest element.
type measured struct {
	Package   string  `json:"package"` // the package's folder
	File      string  `json:"file"`    // of golden values, without folder
	MadeBy    string  `json:"made_by"`
	Torch     string  `json:"torch"`
	Name      string  `json:"name"`
	Shape     []int   `json:"shape"`
	Abs32     float64 `json:"abs32"` // largest difference from PyTorch's float32
	Rel32     float64 `json:"rel32"`
	Abs64     float64 `json:"abs64"` // from its float64
	Rel64     float64 `json:"rel64"`
	Torch32   float64 `json:"torch32"` // PyTorch's float32 from its float64, relative
	Tolerance float64 `json:"tolerance"`
}

// measure compares got with the stored elements of a value.
func (f *File) measure(t testing.TB, name string, got []float32, tolerance float64) measured {
	t.Helper()
	want := f.Values[name]
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	m := measured{Package: filepath.Base(dir), File: filepath.Base(f.path), MadeBy: f.MadeBy, Torch: f.Torch,
		Name: name, Shape: want.Shape, Tolerance: tolerance}
	for i, w := range want.Data {
		g := float64(got[i*want.Stride])
		m.Abs64 = max(m.Abs64, math.Abs(g-w))
		m.Abs32 = max(m.Abs32, math.Abs(g-w-want.Float32[i]))
		m.Torch32 = max(m.Torch32, math.Abs(want.Float32[i]))
	}
	if top := largest(want.Data); top > 0 {
		m.Rel64, m.Rel32, m.Torch32 = m.Abs64/top, m.Abs32/top, m.Torch32/top
	}
	return m
}

// record appends m to the log, if one is asked for.
func record(t testing.TB, m measured) {
	t.Helper()
	path := os.Getenv(envLog)
	if path == "" {
		return
	}
	line, err := json.Marshal(m)
	if err != nil {
		t.Errorf("%s of %s: %v", m.Name, m.File, err) // a NaN, which Check reports too
		return
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	// One write a line, so that packages tested at the same time do not mix.
	if _, err := file.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}
