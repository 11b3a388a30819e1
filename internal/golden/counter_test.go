package golden

import "testing"

// The numbers are what tools/golden/common.py computes.
func TestCounterMatchesPython(t *testing.T) {
	for i, want := range []float64{0.19176572561264038, 0.44837814569473267, 0.13128507137298584} {
		if got := counter("image", i); got != want {
			t.Errorf("counter(%q, %d) = %v, want %v", "image", i, got, want)
		}
	}
	if got, want := counter("ctx", 4), 0.18200576305389404; got != want {
		t.Errorf("counter(%q, 4) = %v, want %v", "ctx", got, want)
	}
}

// A tensor used in two parts holds the sequence of the stored one.
func TestFillCLIPParts(t *testing.T) {
	const d = 3
	whole := make([]float32, 3*d)
	FillCLIP("x.attn.in_proj_bias", whole)
	q, kv := make([]float32, d), make([]float32, 2*d)
	FillCLIP("x.attn.q.bias", q)
	FillCLIP("x.attn.kv.bias", kv)
	for i, got := range append(q, kv...) {
		if got != whole[i] {
			t.Errorf("element %d of q and kv is %g, want %g", i, got, whole[i])
		}
	}
}
