package autograd

import (
	"math"

	"frontdoor/internal/parallel"
	"frontdoor/simd"
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
	clear(out.Data)
	off := lay.scores()
	total := off[len(off)-1]
	probs := tp.Buffer(max(1, heads*total))
	a := attention{q: q, kv: kv, lay: lay, heads: heads, off: off}
	parallel.For(len(lay.Groups)*heads, 1, func(lo, hi int) {
		for u := lo; u < hi; u++ {
			a.forward(out.Data, probs.Data, u/heads, u%heads)
		}
	})
	if r := tp.record(out, attentionBack, q, kv); r != nil {
		r.saved[0], r.lay, r.n = probs, lay, heads
	}
	return out
}

// attention carries what forward and backward of one call share. The unit of
// parallel work is one head of one group: heads write disjoint columns and
// groups disjoint rows, so no two units touch the same element.
type attention struct {
	q, kv *Tensor
	lay   *Layout
	heads int
	off   []int
}

// forward computes one head of one group, leaving the probabilities in probs.
func (a *attention) forward(out, probs []float32, group, head int) {
	g := &a.lay.Groups[group]
	d := a.q.Cols()
	dh := d / a.heads
	scale := float32(1 / math.Sqrt(float64(dh)))
	p := probs[a.off[group]*a.heads+head*(a.off[group+1]-a.off[group]):]
	for i := range g.Seqs {
		s := &g.Seqs[i]
		pre := g.prefix(s)
		tq, tp, tk := s.Query.Len(), pre.Len(), pre.Len()+s.Keys.Len()
		q := a.q.Data[s.Query.Lo*d+head*dh:]
		kPre, vPre := a.keys(pre, head)
		k, v := a.keys(s.Keys, head)
		gemm(simd.NT, tq, tp, dh, q, d, kPre, 2*d, p, tk, false)
		gemm(simd.NT, tq, tk-tp, dh, q, d, k, 2*d, p[tp:], tk, false)
		for t := range tq {
			row := p[t*tk : (t+1)*tk]
			seen := tk
			if a.lay.Causal {
				seen = tp + s.First + t + 1
			}
			simd.Scale(row[:seen], scale, row[:seen])
			simd.Softmax(row[:seen], row[:seen])
			clear(row[seen:])
		}
		o := out[s.Query.Lo*d+head*dh:]
		gemm(simd.NN, tq, dh, tp, p, tk, vPre, 2*d, o, d, true)
		gemm(simd.NN, tq, dh, tk-tp, p[tp:], tk, v, 2*d, o, d, true)
		p = p[tq*tk:]
	}
}

// keys returns the key and the value columns of a head, from the first row of
// the span on.
func (a *attention) keys(rows Span, head int) (k, v []float32) {
	d := a.q.Cols()
	from := rows.Lo*2*d + head*(d/a.heads)
	if rows.Len() == 0 {
		return nil, nil
	}
	return a.kv.Data[from:], a.kv.Data[from+d:]
}

func attentionBack(r *record) {
	q, kv := r.in[0], r.in[1]
	a := attention{q: q, kv: kv, lay: r.lay, heads: r.n, off: r.lay.scores()}
	dScores := r.out.tape.arena.get(len(r.saved[0].Data))
	dq, dkv := maybeGradient(q), maybeGradient(kv)
	parallel.For(len(r.lay.Groups)*r.n, 1, func(lo, hi int) {
		for u := lo; u < hi; u++ {
			a.backward(r.out.grad, r.saved[0].Data, dScores, dq, dkv, u/r.n, u%r.n)
		}
	})
	r.out.tape.arena.put(dScores)
}

// backward takes one head of one group back. With P the probabilities and O
// the output:
//
//	dP = dO Vᵀ            dV += Pᵀ dO
//	dS = P (dP - Σ dP P)  (softmax, row by row; zero where masked)
//	dQ += dS K / √d       dK += dSᵀ Q / √d
func (a *attention) backward(dOut, probs, dScores, dq, dkv []float32, group, head int) {
	g := &a.lay.Groups[group]
	d := a.q.Cols()
	dh := d / a.heads
	scale := float32(1 / math.Sqrt(float64(dh)))
	base := a.off[group]*a.heads + head*(a.off[group+1]-a.off[group])
	p, ds := probs[base:], dScores[base:]
	for i := range g.Seqs {
		s := &g.Seqs[i]
		pre := g.prefix(s)
		tq, tp, tk := s.Query.Len(), pre.Len(), pre.Len()+s.Keys.Len()
		at := s.Query.Lo*d + head*dh
		dO, q := dOut[at:], a.q.Data[at:]
		kPre, vPre := a.keys(pre, head)
		k, v := a.keys(s.Keys, head)
		gemm(simd.NT, tq, tp, dh, dO, d, vPre, 2*d, ds, tk, false)
		gemm(simd.NT, tq, tk-tp, dh, dO, d, v, 2*d, ds[tp:], tk, false)
		for t := range tq {
			row := ds[t*tk : (t+1)*tk]
			simd.SoftmaxGrad(row, p[t*tk:(t+1)*tk], row)
			simd.Scale(row, scale, row)
		}
		if dq != nil {
			gemm(simd.NN, tq, dh, tp, ds, tk, kPre, 2*d, dq[at:], d, true)
			gemm(simd.NN, tq, dh, tk-tp, ds[tp:], tk, k, 2*d, dq[at:], d, true)
		}
		if dkv != nil {
			for _, part := range [2]struct {
				rows Span
				from int
			}{{pre, 0}, {s.Keys, tp}} {
				if n := part.rows.Len(); n > 0 {
					to := part.rows.Lo*2*d + head*dh
					gemm(simd.TN, n, dh, tq, ds[part.from:], tk, q, d, dkv[to:], 2*d, true)
					gemm(simd.TN, n, dh, tq, p[part.from:], tk, dO, d, dkv[to+d:], 2*d, true)
				}
			}
		}
		p, ds = p[tq*tk:], ds[tq*tk:]
	}
}
