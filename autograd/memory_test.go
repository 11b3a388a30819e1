package autograd

import (
	"testing"

	"frontdoor/internal/parallel"
)

// step is a small network with every kind of coarse operation, on parameters
// that trained says are trained.
type step struct {
	x, w1, b1, w2, q, kv, gamma, beta, table, scale *Tensor
	lay                                             *Layout
	rows, positions                                 *Index
	labels                                          []int
	weights                                         []float32
}

func newStep() *step {
	in := params([]int{12, 16}, []int{64, 16}, []int{64}, []int{16, 64}, []int{16, 16}, []int{32, 16},
		[]int{16}, []int{16}, []int{12, 16}, []int{1})
	return &step{
		x: in[0], w1: in[1], b1: in[2], w2: in[3], q: in[4], kv: in[5], gamma: in[6], beta: in[7],
		table: in[8], scale: in[9],
		lay: prefixLayout(), rows: RowIndex([]int{2, 4, 8, 11}), labels: []int{1, 0, 3, 2}, weights: []float32{1, 0.1},
		positions: RowIndex([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}),
	}
}

func (s *step) run(tp *Tape) {
	h := tp.LayerNorm(s.x, s.gamma, s.beta, 1e-5)
	h = tp.AddRows(h, s.table, s.positions)
	h = tp.Add(h, tp.Attention(tp.Linear(h, s.q, nil, None), tp.Linear(h, s.kv, nil, None), s.lay, 2))
	h = tp.Add(h, tp.Linear(tp.Linear(h, s.w1, s.b1, QuickGELU), s.w2, nil, None))
	f := tp.L2Normalize(tp.Gather(h, s.rows), 0)
	logits := tp.ScaleExp(tp.MatMulT(f, f), s.scale)
	tp.Backward(tp.Combine(s.weights, tp.CrossEntropy(logits, s.labels), tp.MeanSquare(h)))
	tp.Reset()
}

func TestArenaStopsGrowingAfterTheFirstStep(t *testing.T) {
	s, tp := newStep(), NewTape()
	s.run(tp)
	first := tp.ArenaBytes()
	for range 5 {
		s.run(tp)
	}
	if got := tp.ArenaBytes(); got != first || first == 0 {
		t.Errorf("the arena holds %d bytes after six steps, %d after the first", got, first)
	}
}

// Floats come from the arena, headers from the tape, and the functions of
// parallel loops, which escape to the worker pool, from pools: a warm step
// allocates nothing, with one thread or two, whatever its sizes.
func TestWarmStepAllocatesNothing(t *testing.T) {
	defer parallel.SetThreads(parallel.Threads())
	long := newStep()
	long.lay = Uniform(1, 12, false) // other group count, and more scores
	for _, threads := range []int{1, 2} {
		parallel.SetThreads(threads)
		for i, s := range []*step{newStep(), long} {
			tp := NewTape()
			s.run(tp)
			s.run(tp)
			if n := testing.AllocsPerRun(20, func() { s.run(tp) }); n > 0 {
				t.Errorf("%d threads: warm step %d allocates %g times, want none", threads, i, n)
			}
		}
	}
}

// With frozen weights nothing of a weight's size is ever asked for.
func TestFrozenWeightsCostNoMemory(t *testing.T) {
	const in, out = 37, 41 // no other tensor has in·out elements
	x := params([]int{3, in})[0]
	w, b := Const(make([]float32, in*out), out, in), Const(make([]float32, out), out)
	tp := NewTape()
	tp.Backward(tp.MeanSquare(tp.Linear(x, w, b, QuickGELU)))
	if w.Grad() != nil || b.Grad() != nil {
		t.Errorf("frozen weights got gradients of %d and %d elements", len(w.Grad()), len(b.Grad()))
	}
	if x.Grad() == nil {
		t.Error("the input got no gradient")
	}
	// z, y, dy [3, out]; the loss and its gradient.
	if got, want := tp.ArenaBytes(), int64(4*(3*3*out+1+1)); got != want {
		t.Errorf("the arena holds %d bytes, want %d", got, want)
	}
}

// A step that trains nothing but an input behind frozen weights keeps no
// gradient buffers beyond what its depth needs: they are given back on the way.
func TestGradientsAreReturnedDuringBackward(t *testing.T) {
	x := Param(make([]float32, 100), 100)
	tp := NewTape()
	h := x
	for range 20 {
		h = tp.Scale(h, 1.5)
	}
	forward := tp.ArenaBytes()
	tp.Backward(tp.Mean(h))
	if got := tp.ArenaBytes() - forward; got > 4*(2*100+2) {
		t.Errorf("twenty steps back took %d bytes, want at most two buffers of 100 and two scalars", got)
	}
}
