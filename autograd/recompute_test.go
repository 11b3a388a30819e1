package autograd

import (
	"math/rand/v2"
	"testing"
)

// mlp is a function worth a checkpoint: it saves more than it returns.
type mlp struct{ w1, w2 *Tensor }

func newMLP(r *rand.Rand) mlp {
	return mlp{Const(randoms(r, 64*8), 64, 8), Const(randoms(r, 8*64), 8, 64)}
}

func (m mlp) forward(tp *Tape, in []*Tensor) *Tensor {
	h := tp.Linear(tp.Add(in[0], in[1]), m.w1, nil, QuickGELU)
	return tp.Linear(h, m.w2, nil, None)
}

// run returns loss and gradients of three mlps in a row, each in a checkpoint
// or not, the second input being used by all.
func (m mlp) run(tp *Tape, x, p *Tensor, checkpoint bool) float32 {
	x.ZeroGrad()
	p.ZeroGrad()
	y := x
	for range 3 {
		in := []*Tensor{y, p}
		if checkpoint {
			y = tp.Recompute(m.forward, in...)
		} else {
			y = m.forward(tp, in)
		}
	}
	loss := tp.MeanSquare(y)
	value := loss.Item()
	tp.Backward(loss)
	tp.Reset()
	return value
}

func TestRecomputeGivesTheSameBits(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	m := newMLP(r)
	x, p := Param(randoms(r, 30*8), 30, 8), Param(randoms(r, 30*8), 30, 8)
	plain := NewTape()
	want := m.run(plain, x, p, false)
	dx, dp := append([]float32(nil), x.Grad()...), append([]float32(nil), p.Grad()...)

	tp := NewTape()
	tp.Poison()
	for range 3 {
		if got := m.run(tp, x, p, true); got != want {
			t.Errorf("loss %v, without checkpoints %v", got, want)
		}
		if !sameBits(x.Grad(), dx) || !sameBits(p.Grad(), dp) {
			t.Error("gradients differ from those without checkpoints")
		}
	}
	if m.w1.Grad() != nil {
		t.Error("a frozen weight got a gradient")
	}
	if tp.ArenaBytes() >= plain.ArenaBytes() {
		t.Errorf("checkpoints hold %d bytes, the plain tape %d", tp.ArenaBytes(), plain.ArenaBytes())
	}
}

func TestRecomputeOfConstantsRecordsNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	m := newMLP(r)
	x := Const(randoms(r, 30*8), 30, 8)
	tp := NewTape()
	y := tp.Recompute(m.forward, x, x)
	if tp.Len() != 0 || y.NeedsGrad() {
		t.Errorf("%d records, needs gradient %v", tp.Len(), y.NeedsGrad())
	}
	if z := (*Tape)(nil).Recompute(m.forward, x, x); !sameBits(y.Data, z.Data) {
		t.Error("a nil tape computes something else")
	}
}

// An input that is frozen stays so, the others get their gradient.
func TestRecomputeWithAFrozenInput(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	m := newMLP(r)
	x, p := Const(randoms(r, 30*8), 30, 8), Param(randoms(r, 30*8), 30, 8)
	tp := NewTape()
	tp.Backward(tp.MeanSquare(tp.Recompute(m.forward, x, p)))
	if x.Grad() != nil || p.Grad() == nil {
		t.Errorf("gradients: constant %v, parameter %v", x.Grad() != nil, p.Grad() != nil)
	}
}

// Parts of nearly equal size share the memory that they are recomputed in.
func TestRecomputationsOfManySizesShareMemory(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	m := newMLP(r)
	run := func(sizes ...int) int64 {
		tp := NewTape()
		tp.Poison()
		var sum *Tensor
		var leaves []*Tensor
		for _, n := range sizes {
			x := Param(randoms(r, n*8), n, 8)
			leaves = append(leaves, x)
			loss := tp.MeanSquare(tp.Recompute(m.forward, x, x))
			if sum == nil {
				sum = loss
			} else {
				sum = tp.Add(sum, loss)
			}
		}
		tp.Backward(sum)
		for _, x := range leaves {
			if x.Grad() == nil {
				t.Error("an input got no gradient")
			}
		}
		return tp.inner.ArenaBytes()
	}
	if one, many := run(104), run(104, 99, 103, 97, 98, 101); many > one*5/4 {
		t.Errorf("six parts of up to 104 rows take %d bytes, one takes %d", many, one)
	}
}
