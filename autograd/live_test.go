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
	const n, d, out = 40, 24, 56
	r := rand.New(rand.NewPCG(5, 6))
	draw := func(shape ...int) *Tensor {
		size := 1
		for _, s := range shape {
			size *= s
		}
		return Const(randoms(r, size), shape...)
	}
	stream, prompt, table := draw(n, d), draw(2, d), draw(n, d)
	gamma, beta, w1, w2 := draw(d), draw(d), draw(out, d), draw(out, d)
	prompt.SetTrainable(true)
	refs, pos := make([]RowRef, n), make([]int, n)
	for i := range refs {
		refs[i], pos[i] = RowRef{0, int32(i)}, i%5-1
	}
	refs[3], refs[4], refs[33] = RowRef{1, 0}, RowRef{1, 1}, RowRef{1, 1}
	rows, positions := NewIndex(refs), RowIndex(pos)
	tp := NewTape()
	tp.Poison()
	gradient := func(all bool) ([]float32, []RowRef) {
		stream.SetTrainable(all)
		prompt.ZeroGrad()
		h := tp.LayerNorm(tp.AddRows(tp.Assemble(rows, stream, prompt), table, positions), gamma, beta, 1e-5)
		tp.Backward(tp.MeanSquare(tp.Add(tp.Linear(h, w1, nil, None), tp.Linear(h, w2, nil, QuickGELU))))
		var live []RowRef
		if h.live != nil {
			live = h.live.take.Refs()
		}
		tp.Reset()
		return slices.Clone(prompt.Grad()), live
	}
	for range 2 { // the second time from a warm arena
		want, every := gradient(true)
		got, live := gradient(false)
		if !slices.Equal(live, []RowRef{{0, 3}, {0, 4}, {0, 33}}) || len(every) != 0 {
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
