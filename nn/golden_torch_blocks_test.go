package nn

import (
	"testing"

	"frontdoor/autograd"
	"frontdoor/internal/golden"
)

// How far a block may be from PyTorch's float64, as a share of the largest
// element: six rounded sums of up to 96 products follow each other, and the
// backward goes through them again. float32 resolves 6e-8.
const (
	torchBlock     = 2e-6
	torchBlockGrad = 5e-6
)

// A block's result and every gradient: of all rows, with the causal mask, and
// of the first row of each sequence alone, which PyTorch cut out of all.
func TestTorchBlock(t *testing.T) {
	golden.OnThreads(t, func(t *testing.T) *golden.File {
		t.Helper()
		f := golden.Read(t, "testdata/torch_blocks.json")
		const b, n = 2, 9
		checkBlock(t, f, "full.", autograd.Uniform(b, n, false), nil)
		checkBlock(t, f, "causal.", autograd.Uniform(b, n, true), nil)
		var groups []autograd.Group
		for i := range b {
			groups = append(groups, autograd.Group{Seqs: []autograd.Seq{{
				Query: autograd.Span{Lo: i, Hi: i + 1}, Keys: autograd.Span{Lo: i * n, Hi: (i + 1) * n},
			}}})
		}
		checkBlock(t, f, "first.", autograd.NewLayout(false, groups...), autograd.RowIndex([]int{0, n}))
		if left := f.Unchecked(""); len(left) > 0 {
			t.Errorf("golden values that nothing was compared with: %v", left)
		}
		return f
	})
}

func checkBlock(t *testing.T, f *golden.File, at string, lay *autograd.Layout, rows *autograd.Index) {
	t.Helper()
	const r, d, heads = 18, 24, 3
	b := &Builder{Fetch: func(name string, shape []int) ([]float32, error) {
		n := 1
		for _, s := range shape {
			n *= s
		}
		data := make([]float32, n)
		golden.FillCLIP(name, data)
		return data, nil
	}}
	blocks := b.Transformer("blocks", Stack{Layers: 1, Width: d, Heads: heads, Act: autograd.QuickGELU}).Blocks
	for _, p := range b.Trained {
		p.SetTrainable(true)
	}
	x := autograd.Param(golden.Tensor32("x", r*d, 2, 0), r, d)
	tp := autograd.NewTape()
	tp.Poison()
	y := blocks[0].Forward(tp, x, lay, rows) // [r, d], or a row a sequence
	f.Check(t, at+"y", y.Data, torchBlock)
	weights := autograd.Const(golden.Tensor32("r", y.Len(), 1, 0), y.Shape()...)
	tp.Backward(tp.Mean(tp.RowDot(y, weights)))
	f.Check(t, at+"dx", x.Grad(), torchBlockGrad)

	grads := map[string][]float32{}
	for _, p := range b.Trained { // q comes before kv
		stored, _ := golden.StoredName(p.Name)
		grads[stored] = append(grads[stored], p.Grad()...)
	}
	for _, p := range b.Stored {
		f.Check(t, at+"grad."+p.Name, grads[p.Name], torchBlockGrad)
	}
}
