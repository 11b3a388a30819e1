package autograd

import (
	"frontdoor/internal/parallel"
	"frontdoor/simd"
)

// attentionBlock is the work on a block of queries, for one head, and the working
// memory of whoever does it.
type attentionBlock struct {
	queryBlock
	head int
	p    []float32 // probabilities [hi-lo, keys]
	own  []float32 // memory for p when it is not kept
	ds   []float32 // gradient of the scores
	simd.Local
}

var attentionBlocks = parallel.NewPool(func() *attentionBlock { return new(attentionBlock) })

// gemm multiplies on this goroutine.
func (a *attention) gemm(b *attentionBlock, op simd.Op, c, x, y simd.Matrix, add bool) {
	k := x.Cols
	if op == simd.TN {
		k = x.Rows
	}
	a.cpu.count(c.Rows * c.Cols * k)
	b.Gemm(op, c, x, y, add)
}

// queries returns the block's rows of the head [hi-lo, D/H] in a matrix [Rq, D].
func (a *attention) queries(x []float32, b *attentionBlock) simd.Matrix {
	return simd.Matrix{Data: x[(b.seq.Query.Lo+b.lo)*a.d+b.head*a.dh:], Rows: b.hi - b.lo, Cols: a.dh, Stride: a.d}
}

// keys returns the head's keys [p.rows, D/H] in a matrix [R, 2D].
func (a *attention) keys(x []float32, p part, b *attentionBlock) simd.Matrix {
	return simd.Matrix{Data: x[p.rows.Lo*2*a.d+b.head*a.dh:], Rows: p.rows.Len(), Cols: a.dh, Stride: 2 * a.d}
}

// values returns the head's values, which lie D columns behind its keys.
func (a *attention) values(x []float32, p part, b *attentionBlock) simd.Matrix {
	return a.keys(x[a.d:], p, b)
}

// scores returns the columns of a part in a matrix [hi-lo, keys] such as p.
func (b *attentionBlock) scores(x []float32, p part) simd.Matrix {
	return simd.Matrix{Data: x[p.from:], Rows: b.hi - b.lo, Cols: p.rows.Len(), Stride: b.keys()}
}

// probabilities fills p: scores, then softmax over what each query sees.
func (a *attention) probabilities(b *attentionBlock) {
	n, tk := b.hi-b.lo, b.keys()
	visible := 0
	for _, part := range b.parts(a.lay.causal) {
		if keys := part.rows.Len(); keys > 0 {
			a.gemm(b, simd.NT, b.scores(b.p, part), a.queries(a.q, b), a.keys(a.kv, part, b), false)
			visible = part.from + keys
		}
	}
	for t := range n {
		row := b.p[t*tk : t*tk+visible]
		seen := visible
		if a.lay.causal {
			seen = min(visible, b.prefix.Len()+b.seq.First+b.lo+t+1)
		}
		simd.SoftmaxScaled(row[:seen], row[:seen], a.scale)
		clear(row[seen:])
	}
}

// forwardBlock computes O = P V.
func (a *attention) forwardBlock(b *attentionBlock) {
	a.probabilities(b)
	o, add := a.queries(a.out, b), false
	for _, part := range b.parts(a.lay.causal) {
		if part.rows.Len() > 0 {
			a.gemm(b, simd.NN, o, b.scores(b.p, part), a.values(a.kv, part, b), add)
			add = true
		}
	}
	for t := 0; t < o.Rows && !add; t++ { // no keys at all
		clear(o.Data[t*a.d : t*a.d+a.dh])
	}
}

// backwardBlock takes a block back. With P the probabilities and O the output:
//
//	dP = dO Vᵀ                  dV += Pᵀ dO
//	dS = P (dP - Σ dP P) / √d   (softmax, row by row; zero where masked)
//	dQ += dS K                  dK += dSᵀ Q
func (a *attention) backwardBlock(b *attentionBlock) {
	n, tk := b.hi-b.lo, b.keys()
	if a.probs == nil {
		a.probabilities(b)
	}
	b.ds = grown(b.ds, n*tk)
	dO, q, kv := a.queries(a.dOut, b), a.queries(a.q, b), a.kv
	parts := b.parts(a.lay.causal)
	visible := 0
	for _, part := range parts {
		if keys := part.rows.Len(); keys > 0 {
			a.gemm(b, simd.NT, b.scores(b.ds, part), dO, a.values(kv, part, b), false)
			visible = part.from + keys
		}
	}
	for t := range n {
		row := b.ds[t*tk : t*tk+visible]
		simd.SoftmaxScaledGrad(row, b.p[t*tk:t*tk+visible], row, a.scale)
	}
	for _, part := range parts {
		if part.rows.Len() == 0 {
			continue
		}
		ds, p := b.scores(b.ds, part), b.scores(b.p, part)
		if a.dq != nil {
			a.gemm(b, simd.NN, a.queries(a.dq, b), ds, a.keys(kv, part, b), true)
		}
		if a.dkv != nil {
			a.gemm(b, simd.TN, a.keys(a.dkv, part, b), ds, q, true)
			a.gemm(b, simd.TN, a.values(a.dkv, part, b), p, dO, true)
		}
	}
}
