package autograd

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
	mustShape(q.isMatrix() && kv.isMatrix() && kv.Cols() == 2*d && d%heads == 0, "Attention", q, kv)
	lay.check("Attention", q, kv)
	dev := q.device()
	out := tp.like(q) // [Rq, D]
	if lay.queries < q.Rows() {
		dev.Zero(out.mem())
	}
	a := AttentionArgs{Q: q.mem(), KV: kv.on("Attention", dev), Out: out.mem(), Layout: lay, Heads: heads, D: d}
	if r := tp.recordUnread(out, attentionBack, q, kv); r != nil {
		q.pinned, kv.pinned = true, true
		r.lay, r.heads = lay, heads
		if n := dev.AttentionKeeps(lay, heads, d); n > 0 {
			r.probs = tp.result(dev, n)
			a.Probs = r.probs.mem()
		}
	}
	dev.Attention(a)
	tp.done(q, kv)
	return out
}

func attentionBack(r *record) {
	q, kv, dy := r.in[0], r.in[1], r.out.grad
	a := AttentionArgs{Q: q.mem(), KV: kv.mem(), DOut: dy.mem(), DQ: q.gradMem(), DKV: kv.gradMem(),
		Layout: r.lay, Heads: r.heads, D: q.Cols()}
	if r.probs != nil {
		a.Probs = r.probs.mem()
	}
	dy.device().AttentionGrad(a)
}
