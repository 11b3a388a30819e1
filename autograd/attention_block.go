package autograd

import (
	"frontdoor/internal/parallel"
	"frontdoor/simd"
)

// attentionBlock is the work on some queries of one sequence, for one head, and
// the working memory of whoever does it.
type attentionBlock struct {
	seq    *Seq
	prefix Span // what the sequence sees besides its own keys
	head   int
	lo, hi int       // the queries, counted within the sequence
	p      []float32 // probabilities [hi-lo, keys]
	own    []float32 // memory for p when it is not kept
	ds     []float32 // gradient of the scores
	simd.Local
}

var attentionBlocks = parallel.NewStash(func() *attentionBlock { return new(attentionBlock) })

// part is a stretch of the keys that a block sees: the prefix or its own.
type part struct {
	rows Span // of kv
	from int  // its first column in p
}

// parts returns the two stretches, without the keys that no query of the block
// may see.
func (b *attentionBlock) parts(causal bool) [2]part {
	own := b.seq.Keys
	if causal {
		own.Hi = min(own.Hi, own.Lo+b.seq.First+b.hi)
	}
	return [2]part{{b.prefix, 0}, {own, b.prefix.Len()}}
}

// queries returns the rows of the block in a [Rq, D] matrix, at the head's
// columns.
func (a *attention) queries(x []float32, b *attentionBlock) []float32 {
	return x[(b.seq.Query.Lo+b.lo)*a.d+b.head*a.dh:]
}

// keys returns where the key columns of the head begin in a [R, 2D] matrix;
// the value columns begin D later.
func (a *attention) keys(p part, b *attentionBlock) int { return p.rows.Lo*2*a.d + b.head*a.dh }

// probabilities fills p: scores, then softmax over what each query sees.
func (a *attention) probabilities(b *attentionBlock) {
	n, tk := b.hi-b.lo, b.prefix.Len()+b.seq.Keys.Len()
	visible := 0
	for _, part := range b.parts(a.lay.Causal) {
		if keys := part.rows.Len(); keys > 0 {
			b.Gemm(simd.NT, n, keys, a.dh, a.queries(a.q.Data, b), a.d, a.kv.Data[a.keys(part, b):], 2*a.d, b.p[part.from:], tk, false)
			visible = part.from + keys
		}
	}
	for t := range n {
		row := b.p[t*tk : t*tk+visible]
		seen := visible
		if a.lay.Causal {
			seen = min(visible, b.prefix.Len()+b.seq.First+b.lo+t+1)
		}
		simd.SoftmaxScaled(row[:seen], row[:seen], a.scale)
		clear(row[seen:])
	}
}

// forwardBlock computes O = P V.
func (a *attention) forwardBlock(b *attentionBlock) {
	n, tk := b.hi-b.lo, b.prefix.Len()+b.seq.Keys.Len()
	a.probabilities(b)
	o, add := a.queries(a.out, b), false
	for _, part := range b.parts(a.lay.Causal) {
		if keys := part.rows.Len(); keys > 0 {
			b.Gemm(simd.NN, n, a.dh, keys, b.p[part.from:], tk, a.kv.Data[a.keys(part, b)+a.d:], 2*a.d, o, a.d, add)
			add = true
		}
	}
	for t := 0; t < n && !add; t++ { // no keys at all
		clear(o[t*a.d : t*a.d+a.dh])
	}
}

// backwardBlock takes a block back. With P the probabilities and O the output:
//
//	dP = dO Vᵀ                  dV += Pᵀ dO
//	dS = P (dP - Σ dP P) / √d   (softmax, row by row; zero where masked)
//	dQ += dS K                  dK += dSᵀ Q
func (a *attention) backwardBlock(b *attentionBlock) {
	n, tk := b.hi-b.lo, b.prefix.Len()+b.seq.Keys.Len()
	if a.probs == nil {
		a.probabilities(b)
	}
	b.ds = grown(b.ds, n*tk)
	dO, q, kv := a.queries(a.dOut, b), a.queries(a.q.Data, b), a.kv.Data
	parts := b.parts(a.lay.Causal)
	visible := 0
	for _, part := range parts {
		if keys := part.rows.Len(); keys > 0 {
			b.Gemm(simd.NT, n, keys, a.dh, dO, a.d, kv[a.keys(part, b)+a.d:], 2*a.d, b.ds[part.from:], tk, false)
			visible = part.from + keys
		}
	}
	for t := range n {
		row := b.ds[t*tk : t*tk+visible]
		simd.SoftmaxScaledGrad(row, b.p[t*tk:t*tk+visible], row, a.scale)
	}
	for _, part := range parts {
		keys := part.rows.Len()
		if keys == 0 {
			continue
		}
		at, ds, p := a.keys(part, b), b.ds[part.from:], b.p[part.from:]
		if a.dq != nil {
			b.Gemm(simd.NN, n, a.dh, keys, ds, tk, kv[at:], 2*a.d, a.queries(a.dq, b), a.d, true)
		}
		if a.dkv != nil {
			b.Gemm(simd.TN, keys, a.dh, n, ds, tk, q, a.d, a.dkv[at:], 2*a.d, true)
			b.Gemm(simd.TN, keys, a.dh, n, p, tk, dO, a.d, a.dkv[at+a.d:], 2*a.d, true)
		}
	}
}
