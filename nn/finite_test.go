package nn

import (
	"math"
	"testing"

	"frontdoor/autograd"
)

func TestNotFinite(t *testing.T) {
	good := Named{"good", autograd.Const([]float32{1, -math.MaxFloat32, math.SmallestNonzeroFloat32}, 3)}
	if name, found := NotFinite([]Named{good}); found {
		t.Errorf("%s is refused", name)
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		wrong := Named{"wrong", autograd.Const([]float32{0, float32(v), 5}, 3)}
		if name, found := NotFinite([]Named{good, wrong}); !found || name != "wrong" {
			t.Errorf("%g: %q, %v", v, name, found)
		}
	}
}
