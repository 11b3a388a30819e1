package autograd

import (
	"testing"

	"frontdoor/internal/parallel"
)

// A block large enough that every loop runs in parallel has the same gradients
// on any number of threads, with its probabilities kept or computed again.
func TestThreadsChangeNoBit(t *testing.T) {
	defer parallel.SetThreads(parallel.Threads())
	const d = 64
	for _, tokens := range []int{140, keepKeys + 30} {
		rows := 2 * tokens
		lay := Uniform(2, tokens, true)
		var want [][]float32
		for _, threads := range []int{1, 2, 5} {
			parallel.SetThreads(threads)
			in := params([]int{rows, d}, []int{d}, []int{d}, []int{d, d}, []int{2 * d, d}, []int{4 * d, d}, []int{4 * d}, []int{d, 4 * d})
			tp := NewTape()
			h := tp.LayerNorm(in[0], in[1], in[2], 1e-5)
			a := tp.Attention(tp.Linear(h, in[3], nil, None), tp.Linear(h, in[4], nil, None), lay, 4)
			h = tp.LinearAdd(in[0], a, in[3], nil)
			h = tp.LinearAdd(h, tp.Linear(h, in[5], in[6], QuickGELU), in[7], nil)
			tp.Backward(tp.MeanSquare(h))
			for i, p := range in {
				switch {
				case threads == 1:
					want = append(want, p.Grad())
				case !sameBits(p.Grad(), want[i]):
					t.Errorf("%d tokens on %d threads: gradient %d has other bits", tokens, threads, i)
				}
			}
		}
	}
}
