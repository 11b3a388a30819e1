package prompt

import (
	"math"
	"testing"

	"frontdoor/autograd"
	"frontdoor/internal/golden"
	"frontdoor/textenc"
)

// Each way of saving work or memory gives the loss and the gradients of the
// plain computation: every prompt on its own and padded to the context, all
// rows of the last block, everything kept for the backward.
func TestSavingsAreExact(t *testing.T) {
	type result struct {
		loss  float64
		grads map[string][]float32
		bytes int64
	}
	run := func(how textenc.Saving, allRows, recompute bool) result {
		l := goldenMaPLe(t, 3, how)
		l.Model.Text.Transformer.AllRows, l.Model.Vision.Transformer.AllRows = allRows, allRows
		l.Model.Text.Transformer.Recompute, l.Model.Vision.Transformer.Recompute = recompute, recompute
		tp := autograd.NewTape()
		tp.Poison()
		loss := l.Loss(tp, goldenBatch())
		r := result{loss: float64(loss.Item()), grads: map[string][]float32{}}
		tp.Backward(loss)
		for _, p := range l.Params() {
			r.grads[p.Name] = p.Grad()
		}
		tp.Reset()
		r.bytes = tp.ArenaBytes()
		return r
	}
	plain := run(textenc.Saving{NoSharing: true, PadTo: golden.Context}, true, false)
	for name, c := range map[string]struct {
		how                textenc.Saving
		allRows, recompute bool
		smaller            bool // than plain, in memory
	}{
		"end-of-text truncation": {textenc.Saving{NoSharing: true}, true, false, true},
		"prefix sharing":         {textenc.Saving{PadTo: golden.Context}, true, false, true},
		"last block, one row":    {textenc.Saving{NoSharing: true, PadTo: golden.Context}, false, false, true},
		"blocks recomputed":      {textenc.Saving{NoSharing: true, PadTo: golden.Context}, true, true, true},
		"chunks of classes":      {textenc.Saving{NoSharing: true, PadTo: golden.Context, MaxRows: 20}, true, false, true},
		"chunks, shared":         {textenc.Saving{MaxRows: 10}, false, false, true},
		"all of them":            {textenc.Saving{MaxRows: 10}, false, true, true},
	} {
		got := run(c.how, c.allRows, c.recompute)
		// Sums run in another order where prompts share rows or chunks: a
		// few units of 6e-8 in each of some hundred operations, measured against
		// each gradient's largest element.
		const tolerance = 5e-6
		if !(math.Abs(got.loss-plain.loss) <= tolerance*plain.loss) {
			t.Errorf("%s: loss %v, plain %v", name, got.loss, plain.loss)
		}
		for p, want := range plain.grads {
			scale := 0.0
			for _, g := range want {
				scale = max(scale, math.Abs(float64(g)))
			}
			for i, g := range want {
				if d := math.Abs(float64(got.grads[p][i] - g)); !(d <= tolerance*scale) {
					t.Errorf("%s: gradient of %s, element %d: %v, plain %v", name, p, i, got.grads[p][i], g)
					break
				}
			}
		}
		if c.smaller && got.bytes >= plain.bytes {
			t.Errorf("%s: %d bytes, plain %d", name, got.bytes, plain.bytes)
		}
	}
}
