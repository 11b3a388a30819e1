package clip

import (
	"math"
	"testing"

	"frontdoor/autograd"
)

// Two pairs at a scale of 2: cosines 0.8 and 0.6 of the first image, 0 and 1 of
// the second. PyTorch's loss and gradients are in TestTorchGradients.
func TestContrastiveByHand(t *testing.T) {
	m := &Model{LogitScale: autograd.Const([]float32{float32(math.Log(2))}, 1)}
	v := autograd.Const([]float32{1, 0, 0, 1}, 2, 2)
	w := autograd.Const([]float32{0.8, 0.6, 0, 1}, 2, 2) // logits 1.6, 0; 1.2, 2
	ce := func(right, wrong float64) float64 { return math.Log(1 + math.Exp(wrong-right)) }
	want := (ce(1.6, 0) + ce(2, 1.2) + ce(1.6, 1.2) + ce(2, 0)) / 4
	if got := float64(m.Contrastive(nil, v, w, nil).Item()); math.Abs(got-want) > 1e-6 {
		t.Errorf("loss %v, want %v", got, want)
	}
	// Pairs that exclude each other leave nothing to choose among.
	mask := autograd.Const([]float32{0, -1e9, -1e9, 0}, 2, 2)
	if got := m.Contrastive(nil, v, w, mask).Item(); got != 0 {
		t.Errorf("loss %v with all other pairs masked, want 0", got)
	}
}
