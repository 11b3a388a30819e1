package nn

import "frontdoor/autograd"

// Linear is y = x Wᵀ + B with W [out, in] and B [out], or no bias if B is nil.
type Linear struct {
	W, B *autograd.Tensor
}

// Forward maps x [R, in] to [R, out].
func (l Linear) Forward(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor {
	return tp.Linear(x, l.W, l.B, autograd.None)
}

// LayerNorm normalises rows; Gamma and Beta are [D], Eps is added to the
// variance.
type LayerNorm struct {
	Gamma, Beta *autograd.Tensor
	Eps         float32
}

// Forward maps x [R, D] to [R, D].
func (l LayerNorm) Forward(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor {
	return tp.LayerNorm(x, l.Gamma, l.Beta, l.Eps)
}

// Attention is multi-head attention with its projections: Q [D, D] makes
// queries, KV [2D, D] keys and values, Out [D, D] the result. In checkpoints Q
// and KV are one tensor, attn.in_proj_weight; they are apart here because the
// last block asks with one row per sequence only.
type Attention struct {
	Q, KV, Out Linear
	Heads      int
}

// Block is CLIP's residual attention block, normalising before each part:
//
//	x = x + Attn(LN1(x))
//	x = x + Down(act(Up(LN2(x))))
//
// with Up [F, D] and Down [D, F]; F is 4D in OpenAI's models.
type Block struct {
	LN1, LN2 LayerNorm
	Attn     Attention
	Up, Down Linear
	Act      autograd.Activation
}

// Forward maps x [R, D] to [R, D] and is the last to read x. If rows is nil every
// row is computed; otherwise only those: the block's other rows serve as keys and
// values, and lay has one query per entry of rows, result [len(rows), D].
func (b *Block) Forward(tp *autograd.Tape, x *autograd.Tensor, lay *autograd.Layout, rows *autograd.Index) *autograd.Tensor {
	h := b.LN1.Forward(tp, x) // [R, D]
	hq := h
	if rows != nil {
		hq, x = tp.Last(tp.Gather(h, rows)), tp.Gather(tp.Last(x), rows) // [len(rows), D]
	}
	q := b.Attn.Q.Forward(tp, hq)                                        // [Rq, D]
	kv := b.Attn.KV.Forward(tp, tp.Last(h))                              // [R, 2D]
	y := tp.Attention(tp.Last(q), tp.Last(kv), lay, b.Attn.Heads)        // [Rq, D]
	x = tp.LinearAdd(tp.Last(x), tp.Last(y), b.Attn.Out.W, b.Attn.Out.B) // [Rq, D]
	h = b.LN2.Forward(tp, x)                                             // [Rq, D]
	y = tp.Linear(tp.Last(h), b.Up.W, b.Up.B, b.Act)                     // [Rq, F]
	return tp.LinearAdd(tp.Last(x), tp.Last(y), b.Down.W, b.Down.B)      // [Rq, D]
}
