package golden

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// File is a file of golden values that a script in tools/golden wrote: what
// the script ran on, and what PyTorch computed.
type File struct {
	MadeBy string           `json:"made_by"`
	Torch  string           `json:"torch"` // version
	Values map[string]Value `json:"values"`

	// Where a model ran:

	Config   json.RawMessage    `json:"config"` // sizes, as clip.Config
	Merges   []string           `json:"merges"` // of the tokenizer
	Template string             `json:"template"`
	Names    []string           `json:"names"`   // of the classes
	Prompts  map[string][][]int `json:"prompts"` // phrase to the ids of each class
	Labels   []int              `json:"labels"`

	// Where prompts were learned:

	Tokens   int     `json:"tokens"` // learned tokens at each depth
	Depth    int     `json:"depth"`
	Rate     float32 `json:"rate"`
	KL       float32 `json:"kl"`
	Progress float64 `json:"progress"`

	checked map[string]bool
}

// Value is one tensor that PyTorch computed in float64.
type Value struct {
	Shape []int `json:"shape"`
	// Stride is how many elements apart those in Data are: 1 if all are there.
	Stride int       `json:"stride"`
	Data   []float64 `json:"data"`
	Norm   float64   `json:"norm"` // L2 norm of all elements
	// Float32Error is the largest difference between PyTorch's float32 and its
	// float64: not a tolerance, but something to compare one's own error with.
	Float32Error float64 `json:"f32_error"`
}

// Read reads a file of golden values. It fails the test when that is
// impossible.
func Read(t testing.TB, path string) *File {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; tools/golden/make.py writes it", err)
	}
	f := &File{checked: map[string]bool{}}
	if err := json.Unmarshal(text, f); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return f
}

// Check compares got, all elements of a tensor, with the golden value of that
// name. An element may be off by tolerance times the largest element of the
// tensor, because rounding errors of a sum are in proportion to its terms and
// not to what is left of them. The norm may be off by tolerance times itself.
// NaN always fails.
func (f *File) Check(t testing.TB, name string, got []float32, tolerance float64) {
	t.Helper()
	want, ok := f.Values[name]
	if !ok {
		t.Errorf("%s: the golden file has no such value", name)
		return
	}
	f.checked[name] = true
	n := 1
	for _, d := range want.Shape {
		n *= d
	}
	if len(got) != n {
		t.Errorf("%s: %d elements, want %d, shape %v", name, len(got), n, want.Shape)
		return
	}
	largest := 0.0
	for _, w := range want.Data {
		largest = max(largest, math.Abs(w))
	}
	worst, at, beyond := -1.0, 0, 0
	for i, w := range want.Data {
		diff := math.Abs(float64(got[i*want.Stride]) - w)
		if !(diff <= tolerance*largest) {
			beyond++
		}
		if diff > worst || math.IsNaN(diff) {
			worst, at = diff, i
		}
	}
	if beyond > 0 {
		index := at * want.Stride
		t.Errorf("%s%v = %.9g, want %.9g: off by %.2g, allowed %.2g (PyTorch in float32: %.2g); %d of %d elements are off",
			name, position(index, want.Shape), got[index], want.Data[at], worst, tolerance*largest,
			want.Float32Error, beyond, len(want.Data))
	}
	if norm := norm(got); !(math.Abs(norm-want.Norm) <= tolerance*want.Norm) {
		t.Errorf("%s: norm %.9g, want %.9g: off by %.2g, allowed %.2g", name, norm, want.Norm, math.Abs(norm-want.Norm), tolerance*want.Norm)
	}
	if testing.Verbose() {
		t.Logf("%-70s error %.1e of the largest element, PyTorch in float32 %.1e, allowed %.0e",
			name, worst/largest, want.Float32Error/largest, tolerance)
	}
}

// Unchecked returns the names with a prefix that no Check has asked for, in
// order: a test that ends with some of them has forgotten something.
func (f *File) Unchecked(prefix string) []string {
	var names []string
	for name := range f.Values {
		if strings.HasPrefix(name, prefix) && !f.checked[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// position turns a flat index into one index a dimension.
func position(i int, shape []int) []int {
	at := make([]int, len(shape))
	for d := len(shape) - 1; d >= 0; d-- {
		at[d] = i % shape[d]
		i /= shape[d]
	}
	return at
}

func norm(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum)
}
