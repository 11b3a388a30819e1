package nn

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"frontdoor/autograd"
)

// randomBuilder fetches random weights; gains of LayerNorms are around one.
func randomBuilder() *Builder {
	r := rand.New(rand.NewPCG(5, 6))
	return &Builder{Fetch: func(name string, shape []int) ([]float32, error) {
		n := 1
		for _, d := range shape {
			n *= d
		}
		data := make([]float32, n)
		Normal(data, 0.3, r)
		return data, nil
	}}
}

func random(rows, d int) *autograd.Tensor {
	data := make([]float32, rows*d)
	Normal(data, 1, rand.New(rand.NewPCG(8, 9)))
	return autograd.Param(data, rows, d)
}

const width, heads = 16, 2

func transformer(layers int) (*Transformer, *Builder) {
	b := randomBuilder()
	t := b.Transformer("tower", Stack{Layers: layers, Width: width, Heads: heads, Act: autograd.QuickGELU})
	return &t, b
}

// everyRow reads out all rows.
func everyRow(lay *autograd.Layout) Readout { return Readout{Layout: lay} }

func TestBlockIsItsParts(t *testing.T) {
	tr, _ := transformer(1)
	b := tr.Blocks[0]
	x := random(6, width)
	lay := autograd.Uniform(2, 3, true)
	var tp *autograd.Tape
	h := b.LN1.Forward(tp, x)
	q, kv := b.Attn.Q.Forward(tp, h), b.Attn.KV.Forward(tp, h)
	mid := tp.Add(x, b.Attn.Out.Forward(tp, tp.Attention(q, kv, lay, heads)))
	up := tp.Linear(b.LN2.Forward(tp, mid), b.Up.W, b.Up.B, autograd.QuickGELU)
	want := tp.Add(mid, b.Down.Forward(tp, up))
	near(t, "block", b.Forward(tp, x, lay, nil).Data, widen(want.Data), 1e-6)
}

// Only the rows read out are computed in the last block, and they come out as
// if all were.
func TestReadoutEqualsFullComputation(t *testing.T) {
	for _, causal := range []bool{false, true} {
		tr, _ := transformer(3)
		x := random(12, width)
		lay := autograd.Uniform(3, 4, causal)
		full := tr.Forward(nil, x, lay, Deep{}, everyRow(lay))
		rows := []int{1, 7, 8} // positions 1, 3 and 0 of their sequences
		var groups []autograd.Group
		for i, row := range rows {
			s := row / 4 * 4
			groups = append(groups, autograd.Group{Seqs: []autograd.Seq{{
				Query: autograd.Span{Lo: i, Hi: i + 1}, Keys: autograd.Span{Lo: s, Hi: s + 4}, First: row - s,
			}}})
		}
		got := tr.Forward(nil, x, lay, Deep{}, Readout{Rows: autograd.RowIndex(rows), Layout: autograd.NewLayout(causal, groups...)})
		if want := []int{3, width}; !slices.Equal(got.Shape(), want) {
			t.Fatalf("shape %v, want %v", got.Shape(), want)
		}
		for i, row := range rows {
			near(t, fmt.Sprintf("causal %v: row %d", causal, row), got.Row(i), widen(full.Row(row)), 1e-6)
		}
	}
}

// deepRows keeps rows 0 and 3 of each of two sequences of four and takes rows
// 1 and 2 from the prompt.
func deepRows() *autograd.Index { return autograd.RowIndex([]int{-1, 0, 1, -1, -1, 0, 1, -1}) }

// deepRefs is deepRows as an index over the sources (x, prompt).
func deepRefs() *autograd.Index {
	var refs []autograd.RowRef
	for s := range int32(2) {
		refs = append(refs, autograd.RowRef{Src: 0, Row: 4 * s}, autograd.RowRef{Src: 1, Row: 0},
			autograd.RowRef{Src: 1, Row: 1}, autograd.RowRef{Src: 0, Row: 4*s + 3})
	}
	return autograd.NewIndex(refs)
}

func TestDeepPromptsReplaceTheirRowsAtTheirBlocks(t *testing.T) {
	tr, _ := transformer(4)
	x, lay := random(8, width), autograd.Uniform(2, 4, true)
	layers := []*autograd.Tensor{random(2, width), autograd.Const(make([]float32, 2*width), 2, width)}

	h := x
	for l := range tr.Blocks {
		if l == 1 || l == 2 { // two prompts: blocks 1 and 2, not 0 and not 3
			h = autograd.Const(slices.Clone(h.Data), 8, width)
			for s := range 2 {
				copy(h.Row(4*s+1), layers[l-1].Row(0))
				copy(h.Row(4*s+2), layers[l-1].Row(1))
			}
		}
		h = tr.Blocks[l].Forward(nil, h, lay, nil)
	}
	got := tr.Forward(nil, x, lay, Deep{Rows: deepRows(), Layers: layers}, everyRow(lay))
	near(t, "output", got.Data, widen(h.Data), 1e-6)
}

func TestDeepPromptsGetGradients(t *testing.T) {
	tr, _ := transformer(3)
	x, lay := random(8, width), autograd.Uniform(2, 4, true)
	layers := []*autograd.Tensor{random(2, width), random(2, width)}
	tp := autograd.NewTape()
	y := tr.Forward(tp, x, lay, Deep{Rows: deepRows(), Layers: layers}, everyRow(lay))
	tp.Backward(tp.MeanSquare(y))
	for i, p := range layers {
		if p.Grad() == nil {
			t.Errorf("deep prompt %d got no gradient", i)
		}
	}
	if x.Grad() == nil {
		t.Error("the input got no gradient")
	}
}

func TestTooManyDeepPromptsPanic(t *testing.T) {
	tr, _ := transformer(2)
	defer func() {
		if recover() == nil {
			t.Error("two deep prompts for two blocks did not panic")
		}
	}()
	lay := autograd.Uniform(2, 4, true)
	deep := Deep{Rows: deepRows(), Layers: []*autograd.Tensor{random(2, width), random(2, width)}}
	tr.Forward(nil, random(8, width), lay, deep, everyRow(lay))
}

// With one prompt trained, a frozen tower gets no weight gradient, and a block
// keeps per token
//
//	statistics of LN1 2, queries D, keys and values 2D, probabilities H·T,
//	sum D, statistics of LN2 2, before QuickGELU 4D, sum D
//
// that is 9 D + H·T + 4 floats; what enters a frozen layer is freed. What the backward needs besides is given back
// on the way and does not grow with the number of blocks.
func TestFrozenTowerKeepsActivationsOnly(t *testing.T) {
	const n, tokens = 2, 4
	lay := autograd.Uniform(n, tokens, true)
	bytes := map[int]int64{}
	for _, layers := range []int{3, 4, 7} {
		tr, b := transformer(layers)
		prompt := random(2, width)
		frozen := autograd.Const(make([]float32, n*tokens*width), n*tokens, width)
		tp := autograd.NewTape()
		x := tp.Assemble(deepRefs(), frozen, prompt)
		tp.Backward(tp.MeanSquare(tr.Forward(tp, x, lay, Deep{}, everyRow(lay))))
		for _, p := range append(b.Trained, b.Stored...) {
			if p.Grad() != nil {
				t.Errorf("frozen %s got a gradient", p.Name)
			}
		}
		if prompt.Grad() == nil {
			t.Error("the prompt got no gradient")
		}
		bytes[layers] = tp.ArenaBytes()
	}
	perBlock := int64(4 * n * tokens * (9*width + heads*tokens + 4))
	for _, layers := range []int{4, 7} {
		if got, want := bytes[layers]-bytes[3], perBlock*int64(layers-3); got != want {
			t.Errorf("%d blocks hold %d bytes more than 3, want %d", layers, got, want)
		}
	}
}

// A frozen tower frees what it does not need; a trained one keeps everything.
// With freed memory poisoned, both give the prompt the same gradient, and
// inference gives the same rows.
func TestFreedMemoryIsNotRead(t *testing.T) {
	lay := autograd.Uniform(2, 4, true)
	frozen := random(2*4, width)
	frozen.SetTrainable(false)
	var rows, grads [2][]float32
	for i, trained := range []bool{false, true} {
		tr, b := transformer(3)
		for _, p := range b.Trained {
			p.SetTrainable(trained)
		}
		prompt := random(2, width)
		for range 3 { // from the second time on, memory is not fresh
			tp := autograd.NewTape()
			tp.Poison()
			prompt.ZeroGrad()
			x := tp.Assemble(deepRefs(), frozen, prompt)
			y := tr.Forward(tp, x, lay, Deep{}, everyRow(lay))
			rows[i] = slices.Clone(y.Data)
			tp.Backward(tp.MeanSquare(y))
			grads[i] = slices.Clone(prompt.Grad())
			x = (*autograd.Tape)(nil).Assemble(deepRefs(), frozen, prompt)
			if plain := tr.Forward(nil, x, lay, Deep{}, everyRow(lay)); !slices.Equal(plain.Data, rows[i]) {
				t.Errorf("trained %v: inference gives other rows", trained)
			}
		}
	}
	if !slices.Equal(rows[0], rows[1]) || !slices.Equal(grads[0], grads[1]) {
		t.Error("a frozen tower computes something else than a trained one")
	}
}
