package golden

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// MethodFile holds numbers that the released code of one few-shot method gave:
// run in float64, and in float32 to say how far that may be away.
type MethodFile struct {
	Method   string               `json:"method"`
	Source   string               `json:"source"`
	Settings json.RawMessage      `json:"settings"`
	Values   map[string]*Quantity `json:"values"`
	read     map[string]bool
}

// Quantity is one tensor or number of a MethodFile: all elements, or of a large
// one its sums and both ends.
type Quantity struct {
	Shape   []int     `json:"shape"`
	Data    []float64 `json:"data"`
	Sum     float64   `json:"sum"`
	SumSq   float64   `json:"sumsq"`
	AbsMax  float64   `json:"absmax"`
	First16 []float64 `json:"first16"`
	Last8   []float64 `json:"last8"`
	F32     float64   `json:"f32_maxdiff"` // largest difference of the float32 run
}

// Methods runs one subtest, methods/NAME.json, for each file of the folder
// "methods" below the one that FRONTDOOR_GOLDENS names, or else below fallback.
// run is looked up by the file's method; a method without an entry, or with a
// nil one, skips. A subtest fails if it leaves a quantity unread.
func Methods(t *testing.T, fallback string, run map[string]func(*testing.T, *MethodFile)) {
	root := fallback
	if env := os.Getenv("FRONTDOOR_GOLDENS"); env != "" {
		root = env
	}
	files, err := filepath.Glob(filepath.Join(root, "methods", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("%s: no golden files of methods", filepath.Join(root, "methods"))
	}
	for _, path := range files {
		t.Run("methods/"+filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var of struct {
				Method string `json:"method"`
			}
			if err := json.Unmarshal(data, &of); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			test := run[of.Method]
			if test == nil { // its values may be of a kind that is not read yet
				t.Skipf("method %q is not there yet", of.Method)
			}
			f := &MethodFile{read: map[string]bool{}}
			if err := json.Unmarshal(data, f); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			test(t, f)
			for name := range f.Values {
				if !f.read[name] && !t.Failed() {
					t.Errorf("%s: quantity %q was not compared", path, name)
				}
			}
		})
	}
}

// Into decodes the file's settings.
func (f *MethodFile) Into(t testing.TB, settings any) {
	t.Helper()
	if err := json.Unmarshal(f.Settings, settings); err != nil {
		t.Fatal(err)
	}
}

// Has reports whether the file has a quantity.
func (f *MethodFile) Has(name string) bool { return f.Values[name] != nil }

// Group lists the parts before the first slash of all quantities with one,
// in order.
func (f *MethodFile) Group() []string {
	var groups []string
	for name := range f.Values {
		if g, _, ok := strings.Cut(name, "/"); ok && !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	slices.Sort(groups)
	return groups
}

// Want returns the elements of a quantity and counts it as read: an input, such
// as the labels of a batch.
func (f *MethodFile) Want(t testing.TB, name string) []float64 {
	t.Helper()
	q := f.take(t, name)
	return q.Data
}

func (f *MethodFile) take(t testing.TB, name string) *Quantity {
	t.Helper()
	q := f.Values[name]
	if q == nil {
		t.Fatalf("the golden file has no quantity %q", name)
	}
	f.read[name] = true
	return q
}

// real is what tensors hold.
type real interface{ ~float32 | ~float64 | ~int }

// Strict compares every element: within 20 times the reference's own float32
// error and 2e-6 of the largest element.
func Strict[T real](t testing.TB, f *MethodFile, name string, got ...T) {
	t.Helper()
	f.compare(t, name, wide(got), 1, 0)
}

// Quantile compares a tensor that Adam's steps have moved: where a gradient is
// near zero, rounding decides its sign, so that single elements may be off by
// the sum of the learning rates, moved. Nine elements in ten and the sums hold
// to Strict's tolerance.
func Quantile[T real](t testing.TB, f *MethodFile, name string, moved float64, got ...T) {
	t.Helper()
	f.compare(t, name, wide(got), 0.9, moved)
}

func wide[T real](x []T) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

// compare checks that a share of the elements lies within the tolerance and
// the others within moved more.
func (f *MethodFile) compare(t testing.TB, name string, got []float64, share, moved float64) {
	t.Helper()
	q := f.take(t, name)
	if n := elements(q.Shape); len(got) != n {
		t.Errorf("%s: %d elements, want shape %v", name, len(got), q.Shape)
		return
	}
	if q.Data != nil {
		f.elements(t, name, got, q.Data, q.F32, share, moved)
		return
	}
	tol := 20*q.F32 + 2e-6*q.AbsMax
	n := float64(len(got))
	sum, sumsq, absmax := 0.0, 0.0, 0.0
	for _, v := range got {
		sum, sumsq, absmax = sum+v, sumsq+v*v, max(absmax, math.Abs(v))
	}
	near := func(what string, got, want, tol float64) {
		t.Helper()
		if !(math.Abs(got-want) <= tol) {
			t.Errorf("%s: %s %.10g, want %.10g: off by %.2g, allowed %.2g", name, what, got, want, math.Abs(got-want), tol)
		}
	}
	near("sum", sum, q.Sum, tol*math.Sqrt(n))
	near("sum of squares", sumsq, q.SumSq, tol*2*math.Sqrt(q.SumSq))
	near("largest magnitude", absmax, q.AbsMax, tol+moved)
	ends := append(slices.Clone(q.First16), q.Last8...)
	mine := append(slices.Clone(got[:len(q.First16)]), got[len(got)-len(q.Last8):]...)
	f.elements(t, name, mine, ends, q.F32+2e-6/20*(q.AbsMax-largest(ends)), share, moved)
}

func (f *MethodFile) elements(t testing.TB, name string, got, want []float64, f32, share, moved float64) {
	t.Helper()
	tol := 20*f32 + 2e-6*largest(want)
	if f32 == 0 && !slices.ContainsFunc(want, func(v float64) bool { return v != math.Trunc(v) }) {
		tol = 0 // labels, counts and checksums are exact
	}
	off, worst, at := 0, 0.0, 0
	for i, w := range want {
		d := math.Abs(got[i] - w)
		if !(d <= tol) {
			off++
		}
		if !(d <= worst) {
			worst, at = d, i
		}
	}
	if float64(off) > (1-share)*float64(len(want)) || !(worst <= tol+moved) {
		t.Errorf("%s[%d] = %.10g, want %.10g: off by %.2g, allowed %.2g; %d of %d elements are off",
			name, at, got[at], want[at], worst, tol, off, len(want))
	}
}
