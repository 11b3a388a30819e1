package autograd

import (
	"math"

	"frontdoor/internal/parallel"
)

// Attention is multi-head scaled dot-product attention over packed rows:
// for every head, softmax(q kᵀ / sqrt(d)) v, with d = D/H.
//
// q is [Rq, D]; kv is [R, 2D], keys in the first D columns and values in the
// rest; the result is [Rq, D]. Head h uses columns [h d, (h+1) d) of each. The
// layout says which key rows a query sees. Query rows that no sequence covers
// come out zero. (Vaswani et al. 2017; CLIP's towers use it like
// torch.nn.MultiheadAttention without its input and output projections.)
func (tp *Tape) Attention(q, kv *Tensor, lay *Layout, heads int) *Tensor {
	d := q.Cols()
	mustShape(q.rank == 2 && kv.rank == 2 && kv.Cols() == 2*d && d%heads == 0, "Attention", q, kv)
	lay.check("Attention", q, kv)
	out := tp.like(q) // [Rq, D]
	if !lay.covers(q.Rows()) {
		clear(out.Data)
	}
	a := attentions.Get()
	a.set(q, kv, lay, heads)
	a.out = out.Data
	if r := tp.record(out, attentionBack, q, kv); r != nil {
		r.lay, r.n = lay, heads
		if lay.longest() <= keepKeys {
			r.saved[0] = tp.Buffer(max(1, heads*a.off[len(lay.Groups)])) // probabilities
			a.probs = r.saved[0].Data
		}
	}
	a.loop(a.forward)
	a.release()
	return out
}

func attentionBack(r *record) {
	a := attentions.Get()
	a.set(r.in[0], r.in[1], r.lay, r.n)
	a.dOut, a.dq, a.dkv = r.out.grad, maybeGradient(a.q), maybeGradient(a.kv)
	if r.saved[0] != nil {
		a.probs = r.saved[0].Data
	}
	a.loop(a.backward)
	a.release()
}

// The probabilities of a head are worked on a block of queries at a time, in
// memory that stays in the second-level cache. Up to keepKeys keys it is
// faster to keep them for the backward; they are then written where they are
// kept. For longer sequences the backward computes them again.
const (
	keepKeys    = 512
	blockScores = 48 << 10 // most elements of a block, about
	blockRows   = 48       // least rows of a block: fewer waste the products
)

// attention is one call of Attention or of its backward while it runs. The
// unit of parallel work is one head of one group: heads write disjoint columns
// and groups disjoint rows, so no two units touch the same element.
type attention struct {
	attentionCall
	off               []int // where groups begin among the kept probabilities of a head
	forward, backward func(lo, hi int)
}

type attentionCall struct {
	q, kv         *Tensor
	lay           *Layout
	heads, d, dh  int
	scale         float32
	out           []float32 // forward: [Rq, D]
	dOut, dq, dkv []float32 // backward; the last two may be nil
	probs         []float32 // kept for the backward, or nil
}

// attentions keeps the loops' functions, which are made once.
var attentions = parallel.NewStash(func() *attention {
	a := new(attention)
	a.forward = func(lo, hi int) { a.units(lo, hi, (*attention).forwardBlock) }
	a.backward = func(lo, hi int) { a.units(lo, hi, (*attention).backwardBlock) }
	return a
})

func (a *attention) set(q, kv *Tensor, lay *Layout, heads int) {
	d := q.Cols()
	a.attentionCall = attentionCall{
		q: q, kv: kv, lay: lay, heads: heads, d: d, dh: d / heads,
		scale: float32(1 / math.Sqrt(float64(d/heads))),
	}
	a.off = lay.scores(a.off[:0])
}

func (a *attention) release() {
	a.attentionCall = attentionCall{}
	attentions.Put(a)
}

// loop runs all units, several small ones at a time.
func (a *attention) loop(f func(lo, hi int)) {
	units := len(a.lay.Groups) * a.heads
	each := a.off[len(a.lay.Groups)] * a.heads / max(1, units) * a.dh
	parallel.For(units, max(1, rowGrain*4/max(1, each)), f)
}

// units computes heads of groups, block by block.
func (a *attention) units(lo, hi int, do func(*attention, *attentionBlock)) {
	b := attentionBlocks.Get()
	for u := lo; u < hi; u++ {
		group, head := u/a.heads, u%a.heads
		g := &a.lay.Groups[group]
		at := a.off[group]*a.heads + head*(a.off[group+1]-a.off[group])
		for i := range g.Seqs {
			b.seq, b.prefix, b.head = &g.Seqs[i], g.prefix(&g.Seqs[i]), head
			tq, tk := b.seq.Query.Len(), b.prefix.Len()+b.seq.Keys.Len()
			step := max(blockRows, blockScores/max(1, tk))
			for b.lo = 0; b.lo < tq; b.lo = b.hi {
				b.hi = min(tq, b.lo+step)
				n := (b.hi - b.lo) * tk
				if a.probs != nil {
					b.p = a.probs[at : at+n]
				} else {
					b.own = grown(b.own, n)
					b.p = b.own[:n]
				}
				do(a, b)
				at += n
			}
		}
	}
	b.seq, b.p = nil, nil
	attentionBlocks.Put(b)
}

// grown returns s, or a new slice if s has fewer than n elements.
func grown(s []float32, n int) []float32 {
	if len(s) < n {
		return make([]float32, n)
	}
	return s
}
