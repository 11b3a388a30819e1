package cuda

import (
	"fmt"

	"frontdoor/autograd"
	"frontdoor/simd"
)

var _ autograd.Device = (*Device)(nil)

// Name returns "cuda:" and the number of the device.
func (d *Device) Name() string { return fmt.Sprintf("cuda:%d", d.Ordinal) }

func pointer(m autograd.Mem) Pointer { return Pointer(m.Ptr) }

// New returns memory for n floats. After a failure it is none: nothing runs any
// more.
func (d *Device) New(n int) autograd.Mem {
	d.sweep()
	return autograd.Mem{Ptr: uintptr(d.allocate(n)), N: n}
}

// Free gives memory back, and the forms of what it held.
func (d *Device) Free(m autograd.Mem) {
	p := pointer(m)
	if b := d.blocks[p]; b != nil {
		d.dropForms(b)
		delete(d.blocks, p)
	}
	if d.last.p == p {
		d.forgetSplit()
	}
	d.release(p)
}

// Upload copies src to dst, behind all that is queued.
func (d *Device) Upload(dst autograd.Mem, src []float32) {
	d.wrote(dst)
	b := d.blockOf(pointer(dst))
	b.uploaded, b.exact = true, d.TensorCores() && exactInHalf(src)
	d.upload(pointer(dst), bytesOf(src))
}

// Download runs all that is queued, waits, and copies src to dst. After a failure
// dst is NaN.
func (d *Device) Download(dst []float32, src autograd.Mem) { d.download(dst, pointer(src)) }

// tensorLeast is the least width of a product for tensor cores; narrower ones are
// padded too much.
const tensorLeast = 16

// Gemm computes products with rows of halves where there are tensor cores, and in
// fp32 those of gradients of weights, narrow ones, and all on other GPUs.
func (d *Device) Gemm(op simd.Op, c, a, b autograd.Mat, add bool, last autograd.Epilogue) {
	e := epilogue{bias: pointer(last.Bias), add: pointer(last.Add), c: pointer(c.Mem), ld: c.Cols}
	if add {
		e.add = e.c
	}
	if last.Act != autograd.None {
		e.act, e.y = activation(last.Act), pointer(last.Out)
		if e.y == e.c {
			e.c = 0
		}
		defer d.wrote(last.Out)
	}
	defer d.wrote(c.Mem)
	pa, pb := pointer(a.Mem), pointer(b.Mem)
	k := a.Cols
	if d.TensorCores() && op != simd.TN && k >= tensorLeast && c.Cols >= tensorLeast {
		form := asIs
		if op == simd.NN {
			form = turned
		}
		h, own := d.weightHalves(b, form)
		d.productHalves(d.rowHalves(a), h, e)
		if own {
			d.releaseHalves(h)
		}
		return
	}
	switch op {
	case simd.NT:
		d.productFloats(c.Rows, c.Cols, k, strided{pa, k, 1}, strided{pb, k, 1}, e)
	case simd.NN:
		d.productFloats(c.Rows, c.Cols, k, strided{pa, k, 1}, strided{pb, 1, b.Cols}, e)
	case simd.TN:
		d.productFloats(c.Rows, c.Cols, a.Rows, strided{pa, 1, a.Cols}, strided{pb, 1, b.Cols}, e)
	default:
		panic(fmt.Sprintf("cuda: no product %v", op))
	}
}

// ActivationGrad is dz = dy act'(z).
func (d *Device) ActivationGrad(act autograd.Activation, dz, dy, z autograd.Mem) {
	d.actGrad(pointer(dz), pointer(dy), pointer(z), activation(act), dz.N)
	d.wrote(dz)
}

// ColumnSums adds the column sums of x to sum.
func (d *Device) ColumnSums(sum autograd.Mem, x autograd.Mat) {
	d.columnSums(pointer(sum), pointer(x.Mem), x.Rows, x.Cols, true)
	d.wrote(sum)
}

// LayerNorm computes Y and Stats.
func (d *Device) LayerNorm(n autograd.Norm) {
	d.layerNorm(pointer(n.Y), pointer(n.Stats), pointer(n.X), pointer(n.Gamma), pointer(n.Beta), n.Rows, n.D, n.Eps)
	d.wrote(n.Y)
	d.wrote(n.Stats)
}

// LayerNormGrad adds to DX and DGamma.
func (d *Device) LayerNormGrad(n autograd.Norm) {
	if !n.DX.Empty() {
		d.layerNormGrad(pointer(n.DX), pointer(n.DY), pointer(n.X), pointer(n.Gamma), pointer(n.Stats), n.Rows, n.D, true)
		d.wrote(n.DX)
	}
	if !n.DGamma.Empty() {
		d.layerNormGammaGrad(pointer(n.DGamma), pointer(n.DY), pointer(n.X), pointer(n.Stats), n.Rows, n.D, true)
		d.wrote(n.DGamma)
	}
}

// AttentionKeeps is the room for each query's largest score and sum in each head,
// and for a copy of the result.
func (d *Device) AttentionKeeps(lay *autograd.Layout, heads, width int) int {
	return d.layoutOf(lay).rows * (2*heads + width)
}

// Attention computes Out, and Probs if it is wanted.
func (d *Device) Attention(a autograd.AttentionArgs) {
	l, stats, kept := d.layoutOf(a.Layout), pointer(a.Probs), Pointer(0)
	if !a.Probs.Empty() {
		kept = stats + Pointer(4*2*a.Heads*l.rows)
	}
	d.attention(pointer(a.Out), kept, stats, pointer(a.Q), pointer(a.KV), l, a.D, a.Heads)
	d.wrote(a.Out)
	d.wrote(a.Probs)
}

// AttentionGrad adds to DQ and DKV.
func (d *Device) AttentionGrad(a autograd.AttentionArgs) {
	l, stats := d.layoutOf(a.Layout), pointer(a.Probs)
	kept := stats + Pointer(4*2*a.Heads*l.rows)
	d.attentionGrad(pointer(a.DQ), pointer(a.DKV), pointer(a.Q), pointer(a.KV), kept, pointer(a.DOut), stats, l, l.rows, a.D, a.Heads)
	d.wrote(a.DQ)
	d.wrote(a.DKV)
}

// Gather copies rows of srcs to dst.
func (d *Device) Gather(dst autograd.Mat, idx *autograd.Index, srcs []autograd.Mem) {
	var from [4]Pointer
	for i, s := range srcs {
		from[i] = pointer(s)
	}
	d.gather(pointer(dst.Mem), d.indexOf(idx).refs, dst.Rows, dst.Cols, from[:]...)
	d.wrote(dst.Mem)
}

// ScatterAdd adds the rows of from to those of dst that they came from.
func (d *Device) ScatterAdd(dst autograd.Mem, idx *autograd.Index, src int, from autograd.Mat) {
	v := d.inverseOf(idx, src)
	d.scatter(pointer(dst), pointer(from.Mem), v.from, v.to, v.rows, from.Cols, true)
	d.wrote(dst)
}

// AddRows is y = x plus rows of table.
func (d *Device) AddRows(y, x autograd.Mat, table autograd.Mem, idx *autograd.Index) {
	d.addRows(pointer(y.Mem), pointer(x.Mem), pointer(table), d.indexOf(idx).refs, y.Rows, y.Cols)
	d.wrote(y.Mem)
}

// Axpy is y += alpha x.
func (d *Device) Axpy(alpha float32, x, y autograd.Mem) {
	d.axpy(pointer(y), pointer(x), alpha, y.N)
	d.wrote(y)
}

// Copy is dst = src.
func (d *Device) Copy(dst, src autograd.Mem) {
	d.copy(pointer(dst), pointer(src), dst.N)
	d.wrote(dst)
}

// Zero is dst = 0.
func (d *Device) Zero(dst autograd.Mem) {
	d.fill(pointer(dst), 0, dst.N)
	d.wrote(dst)
}

// SGD takes a step and clears the gradient.
func (d *Device) SGD(p, g, buf autograd.Mem, s autograd.SGDStep) {
	d.sgd(pointer(p), pointer(g), pointer(buf), g.N, s.LR, s.Momentum, s.WeightDecay, s.First)
	d.wrote(p)
	d.wrote(g)
	d.wrote(buf)
}
