package cuda_test

import (
	"fmt"
	"math"

	"frontdoor/autograd"
	"frontdoor/cuda"
)

// attend is the specification of attention and its gradients, in float64: out
// [queries, d] of q and kv, and, for the gradient dout, dq and dkv.
func attend(l *autograd.Layout, q, kv, dout []float32, d, heads int) (out, dq, dkv []float64) {
	dh := d / heads
	scale := 1 / math.Sqrt(float64(dh))
	out, dq, dkv = make([]float64, len(q)), make([]float64, len(q)), make([]float64, len(kv))
	for _, g := range l.Groups() {
		for _, s := range g.Seqs {
			for t := range s.Query.Len() {
				var keys []int
				if s.Keys != g.Prefix {
					for j := g.Prefix.Lo; j < g.Prefix.Hi; j++ {
						keys = append(keys, j)
					}
				}
				for j := range s.Keys.Len() {
					if !l.Causal() || j <= s.First+t {
						keys = append(keys, s.Keys.Lo+j)
					}
				}
				for h := range heads {
					row := (s.Query.Lo+t)*d + h*dh
					attendRow(keys, q[row:row+dh], dout[row:row+dh], kv, 2*d, h*dh, d, scale, out[row:row+dh], dq[row:row+dh], dkv)
				}
			}
		}
	}
	return out, dq, dkv
}

// attendRow is one query of one head. Keys begin at column col of rows of ld,
// values d later.
func attendRow(keys []int, q, dout, kv []float32, ld, col, d int, scale float64, out, dq, dkv []float64) {
	p, top := make([]float64, len(keys)), math.Inf(-1)
	for i, j := range keys {
		for c := range q {
			p[i] += float64(q[c]) * float64(kv[j*ld+col+c]) * scale
		}
		top = max(top, p[i])
	}
	sum := 0.0
	for i := range p {
		p[i] = math.Exp(p[i] - top)
		sum += p[i]
	}
	dp, delta := make([]float64, len(keys)), 0.0
	for i, j := range keys {
		p[i] /= sum
		for c := range q {
			out[c] += p[i] * float64(kv[j*ld+col+d+c])
			dp[i] += float64(dout[c]) * float64(kv[j*ld+col+d+c])
		}
		delta += p[i] * dp[i]
	}
	for i, j := range keys {
		ds := p[i] * (dp[i] - delta) * scale
		for c := range q {
			dq[c] += ds * float64(kv[j*ld+col+c])
			dkv[j*ld+col+c] += ds * float64(q[c])
			dkv[j*ld+col+d+c] += p[i] * float64(dout[c])
		}
	}
}

// span returns n rows from lo on.
func span(lo, n int) autograd.Span { return autograd.Span{Lo: lo, Hi: lo + n} }

// layouts returns layouts of all kinds, and how many query and key rows they have.
func layouts(size int) map[string]*autograd.Layout {
	var ragged, shared, last []autograd.Group
	at := 0
	for _, n := range []int{1, size, 3, size/2 + 1} {
		ragged = append(ragged, autograd.Group{Seqs: []autograd.Seq{{Query: span(at, n), Keys: span(at, n)}}})
		at += n
	}
	at = 0
	for _, prefix := range []int{size, 2} {
		g := autograd.Group{Prefix: span(at, prefix)}
		g.Seqs = append(g.Seqs, autograd.Seq{Query: g.Prefix, Keys: g.Prefix})
		at += prefix
		for _, n := range []int{2, 5, 1, size / 2} {
			g.Seqs = append(g.Seqs, autograd.Seq{Query: span(at, n), Keys: span(at, n)})
			at += n
		}
		shared = append(shared, g)
	}
	at = 0
	for i, n := range []int{size, 4, 2} { // one query for each sequence, at its end
		last = append(last, autograd.Group{Prefix: span(at, 2), Seqs: []autograd.Seq{
			{Query: span(i, 1), Keys: span(at+2, n), First: n - 1},
		}})
		at += n + 2
	}
	return map[string]*autograd.Layout{
		"uniform":       autograd.Uniform(2, size, false),
		"ragged":        autograd.NewLayout(true, ragged...),
		"shared prefix": autograd.NewLayout(true, shared...),
		"last rows":     autograd.NewLayout(true, last...),
	}
}

// rowsOf returns the query rows and the key rows of a layout.
func rowsOf(l *autograd.Layout) (queries, keys int) {
	for _, g := range l.Groups() {
		keys = max(keys, g.Prefix.Hi)
		for _, s := range g.Seqs {
			queries, keys = max(queries, s.Query.Hi), max(keys, s.Keys.Hi)
		}
	}
	return queries, keys
}

// checkAttention tries all kinds of layouts of sequences of about size rows, with
// heads of dh columns.
func checkAttention(heads, dh, size int) func(r *rig) error {
	return func(r *rig) error {
		for name, l := range layouts(size) {
			if err := r.attention(l, heads, dh); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	}
}

func (r *rig) attention(l *autograd.Layout, heads, dh int) error {
	d := heads * dh
	queries, keys := rowsOf(l)
	q, kv, dout := r.normal(queries*d), r.normal(keys*2*d), r.normal(queries*d)
	out, dq, dkv := attend(l, q, kv, dout, d, heads)
	before, beforeKV := r.normal(queries*d), r.normal(keys*2*d)
	for i := range dq {
		dq[i] += float64(before[i])
	}
	for i := range dkv {
		dkv[i] += float64(beforeKV[i])
	}
	lay := cuda.NewDeviceLayout(r.dev, l)
	pq, pkv, pdout := r.up(q), r.up(kv), r.up(dout)
	pout, kept, stats := r.room(queries*d), r.room(queries*d), r.room(queries*heads*2)
	pdq, pdkv := r.up(before), r.up(beforeKV)
	cuda.RunAttention(r.dev, pout, kept, stats, pq, pkv, lay, d, heads)
	if err := firstError(near("out", r.down(pout, queries*d), out, 1e-6), same("kept", r.down(kept, queries*d), r.down(pout, queries*d)), r.err()); err != nil {
		return err
	}
	cuda.RunAttentionGrad(r.dev, pdq, pdkv, pq, pkv, kept, pdout, stats, lay, queries, d, heads)
	return firstError(near("dq", r.down(pdq, queries*d), dq, 2e-6), near("dkv", r.down(pdkv, keys*2*d), dkv, 2e-6), r.err())
}
