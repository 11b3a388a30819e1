package golden

import (
	"math"
	"testing"
)

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
	f.checked[name], f.bits[name] = true, bitsOf(got)
	n := elements(want.Shape)
	if len(got) != n {
		t.Errorf("%s: %d elements, want %d, shape %v", name, len(got), n, want.Shape)
		return
	}
	largest := largest(want.Data)
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
	record(t, f.measure(t, name, got, tolerance))
	if testing.Verbose() {
		t.Logf("%-70s error %.1e of the largest element, PyTorch in float32 %.1e, allowed %.0e",
			name, worst/largest, want.Float32Error/largest, tolerance)
	}
}

// CheckFloat32 compares got with PyTorch's float32 instead of its float64, by
// the same measure. Nothing says which of the two is nearer to the truth.
func (f *File) CheckFloat32(t testing.TB, name string, got []float32, tolerance float64) {
	t.Helper()
	want, ok := f.Values[name]
	if !ok || len(got) != elements(want.Shape) {
		t.Errorf("%s: the golden file has no such value of %d elements", name, len(got))
		return
	}
	allowed := tolerance * largest(want.Data)
	for i, w := range want.Data {
		at := i * want.Stride
		if w += want.Float32[i]; !(math.Abs(float64(got[at])-w) <= allowed) {
			t.Errorf("%s%v = %.9g, PyTorch's float32 is %.9g: allowed %.2g", name, position(at, want.Shape), got[at], w, allowed)
			return
		}
	}
}

func largest(x []float64) float64 {
	top := 0.0
	for _, v := range x {
		top = max(top, math.Abs(v))
	}
	return top
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
