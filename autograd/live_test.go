package autograd

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Three of forty rows are learned. Products behind row-wise operations take
// gradients back to those alone, and the learned rows get the bits that they
// get when all rows do.
func TestLiveRowsGetTheSameBits(t *testing.T) {
	const rows, d, out = 40, 24, 56
	r := rand.New(rand.NewPCG(5, 6))
	draw := func(shape ...int) *Tensor {
		n := 1
		for _, s := range shape {
			n *= s
		}
		return Const(randoms(r, n), shape...)
	}
	stream, prompt, table := draw(rows, d), draw(2, d), draw(rows, d)
	gamma, beta, w1, w2 := draw(d), draw(d), draw(out, d), draw(out, d)
	prompt.SetTrainable(true)
	refs, pos := make([]RowRef, rows), make([]int, rows)
	for i := range refs {
		refs[i], pos[i] = RowRef{0, int32(i)}, i%5-1
	}
	refs[3], refs[4], refs[33] = RowRef{1, 0}, RowRef{1, 1}, RowRef{1, 1}
	tp := NewTape()
	tp.Poison()
	gradient := func(all bool) ([]float32, []int) {
		stream.SetTrainable(all)
		prompt.ZeroGrad()
		h := tp.LayerNorm(tp.AddRows(tp.Assemble(refs, stream, prompt), table, pos), gamma, beta, 1e-5)
		tp.Backward(tp.MeanSquare(tp.Add(tp.Linear(h, w1, nil, None), tp.Linear(h, w2, nil, QuickGELU))))
		live := slices.Clone(h.live)
		tp.Reset()
		return slices.Clone(prompt.Grad()), live
	}
	for range 2 { // weights are packed the second time
		want, every := gradient(true)
		got, live := gradient(false)
		if !slices.Equal(live, []int{3, 4, 33}) || len(every) != 0 {
			t.Fatalf("live rows %v, want 3, 4 and 33; with all trained %v", live, every)
		}
		if !slices.Equal(got, want) {
			t.Errorf("gradient %v, of all rows %v", got, want)
		}
	}
	// A trained table or gain takes the gradient of all rows.
	for _, trained := range []*Tensor{table, gamma} {
		trained.SetTrainable(true)
		if _, live := gradient(false); len(live) != 0 {
			t.Errorf("with others trained, rows %v are live", live)
		}
		trained.SetTrainable(false)
	}
}
