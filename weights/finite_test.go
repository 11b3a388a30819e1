package weights

import (
	"encoding/binary"
	"math"
	"testing"
)

func TestFinite(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	largest := float32(math.MaxFloat32)
	for n := 1; n < 12; n++ {
		for at := range n {
			for _, bad := range []float32{inf, -inf, nan, -nan} {
				v := make([]float32, n)
				for i := range v {
					v[i] = -largest
				}
				ok := []Tensor{NewF32("", []int{n}, v)}
				v[at] = bad
				wrong := []Tensor{NewF32("", []int{n}, v)}
				for i := range v {
					v[i] = -65504 // the largest float16
				}
				ok = append(ok, NewF16("", []int{n}, v), NewBF16("", []int{n}, v))
				v[at] = bad
				wrong = append(wrong, NewF16("", []int{n}, v), NewBF16("", []int{n}, v))
				for _, x := range ok {
					if !x.Finite() {
						t.Fatalf("%s of %d: finite numbers are refused", x.DType, n)
					}
				}
				for _, x := range wrong {
					if x.Finite() {
						t.Fatalf("%s: %v at %d of %d is not found", x.DType, bad, at, n)
					}
				}
			}
		}
	}
	integers := Tensor{DType: I32, Shape: []int{1}, Data: []byte{255, 255, 255, 127}}
	if !integers.Finite() {
		t.Error("an integer is not finite")
	}
	long := make([]float32, 1<<20)
	long[1<<20-3] = nan
	if NewF16("", []int{1 << 20}, long).Finite() {
		t.Error("a NaN in a long tensor is not found")
	}
	for _, v := range []float64{math.MaxFloat32, -math.MaxFloat32, 1e-300} {
		if !(Tensor{DType: F64, Shape: []int{1}, Data: binary.LittleEndian.AppendUint64(nil, math.Float64bits(v))}).Finite() {
			t.Errorf("float64 %g is refused", v)
		}
	}
	for _, v := range []float64{1e300, -3.5e38, math.Inf(1)} {
		if (Tensor{DType: F64, Shape: []int{1}, Data: binary.LittleEndian.AppendUint64(nil, math.Float64bits(v))}).Finite() {
			t.Errorf("float64 %g is not found", v)
		}
	}
	double := Tensor{DType: F64, Shape: []int{1}, Data: []byte{0, 0, 0, 0, 0, 0, 0xf8, 0x7f}}
	if double.Finite() {
		t.Error("a NaN of float64 is not found")
	}
}
