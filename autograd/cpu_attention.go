package autograd

import (
	"math"

	"frontdoor/internal/parallel"
)

// keepKeys is up to how many keys it is faster to keep the probabilities for the
// backward; they are then written where they are kept. For longer sequences the
// backward computes them again.
const keepKeys = 512

// AttentionKeeps is all scores, or none where sequences are long.
func (c *cpu) AttentionKeeps(lay *Layout, heads, _ int) int {
	if lay.longest > keepKeys {
		return 0
	}
	return max(1, heads*lay.scores())
}

// attention is one call of Attention or of its gradient. The unit of parallel
// work is one head of one group: heads write disjoint columns and groups disjoint
// rows, so no two units touch the same element.
type attention struct {
	cpu           *cpu
	lay           *Layout
	heads, d, dh  int
	scale         float32
	q, kv, out    []float32 // [Rq, D], [R, 2D], [Rq, D]
	dOut, dq, dkv []float32 // the last two may be nil
	probs         []float32 // kept for the backward, or nil
}

// Attention computes the result and, if Probs is not empty, keeps probabilities.
func (c *cpu) Attention(a AttentionArgs) { c.attend(attendForward, a) }

// AttentionGrad uses the probabilities that were kept, or computes them again.
func (c *cpu) AttentionGrad(a AttentionArgs) { c.attend(attendBackward, a) }

// attend runs all units, several small ones at a time.
func (c *cpu) attend(loop *parallel.Loop[attention], a AttentionArgs) {
	dh := a.D / a.Heads
	units := len(a.Layout.groups) * a.Heads
	each := a.Layout.scores() * a.Heads / max(1, units) * dh
	loop.For(units, max(1, rowGrain*4/max(1, each)), attention{
		cpu: c, lay: a.Layout, heads: a.Heads, d: a.D, dh: dh, scale: float32(1 / math.Sqrt(float64(dh))),
		q: c.of(a.Q), kv: c.of(a.KV), out: c.of(a.Out),
		dOut: c.of(a.DOut), dq: c.of(a.DQ), dkv: c.of(a.DKV), probs: c.of(a.Probs),
	})
}

var (
	attendForward  = parallel.NewLoop(func(a *attention, lo, hi int) { a.units(lo, hi, (*attention).forwardBlock) })
	attendBackward = parallel.NewLoop(func(a *attention, lo, hi int) { a.units(lo, hi, (*attention).backwardBlock) })
)

// units computes heads of groups, block by block.
func (a *attention) units(lo, hi int, do func(*attention, *attentionBlock)) {
	b := attentionBlocks.Get()
	for u := lo; u < hi; u++ {
		group, head := u/a.heads, u%a.heads
		g, off := &a.lay.groups[group], a.lay.off
		b.head = head
		at := off[group]*a.heads + head*(off[group+1]-off[group])
		for i := range g.Seqs {
			for b.queryBlock = range blocksOf(g, &g.Seqs[i]) {
				n := (b.hi - b.lo) * b.keys()
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
	b.queryBlock, b.p = queryBlock{}, nil
	attentionBlocks.Put(b)
}

// grown returns s, or a new slice if s has fewer than n elements.
func grown(s []float32, n int) []float32 {
	if len(s) < n {
		return make([]float32, n)
	}
	return s
}
