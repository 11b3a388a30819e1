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

// Forward lets the rows xq [Rq, D] ask the rows x [R, D].
func (a *Attention) Forward(tp *autograd.Tape, xq, x *autograd.Tensor, lay *autograd.Layout) *autograd.Tensor {
	return a.Out.Forward(tp, a.heads(tp, xq, x, lay)) // [Rq, D]
}

// heads is Forward without the output projection, which Block adds to the
// stream in one operation.
func (a *Attention) heads(tp *autograd.Tape, xq, x *autograd.Tensor, lay *autograd.Layout) *autograd.Tensor {
	q := a.Q.Forward(tp, xq)               // [Rq, D]
	kv := a.KV.Forward(tp, x)              // [R, 2D]
	y := tp.Attention(q, kv, lay, a.Heads) // [Rq, D]
	if !y.NeedsGrad() {
		tp.Free(q)
		tp.Free(kv)
	}
	return y
}

// FreeInput gives the memory of x back after it went through the layers, unless
// their backward reads it: for the gradient of a weight.
func FreeInput(tp *autograd.Tape, x *autograd.Tensor, layers ...Linear) {
	for _, l := range layers {
		if l.W.NeedsGrad() && tp != nil {
			return
		}
	}
	tp.Free(x)
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

// Forward maps x [R, D] to [R, D]. If rows is nil every row is computed;
// otherwise only those: the block's other rows serve as keys and values, and
// lay has one query per entry of rows, result [len(rows), D].
func (b *Block) Forward(tp *autograd.Tape, x *autograd.Tensor, lay *autograd.Layout, rows []int) *autograd.Tensor {
	h := b.LN1.Forward(tp, x) // [R, D]
	hq := h
	if rows != nil {
		hq, x = tp.Rows(h, rows), tp.Rows(x, rows) // [len(rows), D]
	}
	y := b.Attn.heads(tp, hq, h, lay) // [Rq, D]
	FreeInput(tp, h, b.Attn.Q, b.Attn.KV)
	if rows != nil {
		FreeInput(tp, hq, b.Attn.Q)
	}
	sum := tp.LinearAdd(x, y, b.Attn.Out.W, b.Attn.Out.B)
	FreeInput(tp, y, b.Attn.Out)
	h = b.LN2.Forward(tp, sum)
	y = tp.Linear(h, b.Up.W, b.Up.B, b.Act) // [R, F]
	FreeInput(tp, h, b.Up)
	out := tp.LinearAdd(sum, y, b.Down.W, b.Down.B)
	FreeInput(tp, y, b.Down)
	if !out.NeedsGrad() {
		tp.Free(sum)
	}
	return out
}
