package autograd

import (
	"slices"
	"strings"
	"testing"

	"frontdoor/simd"
)

// tower is a small tower on a device: border, assembly, a block with attention,
// replaced rows, a checkpoint, border. Its products go through every kernel.
type tower struct {
	pixels, token, table, deep, gamma, beta, q, kv, up, bias, down, proj, patch *Tensor
	rows, pos, put, pick                                                        *Index
	lay                                                                         *Layout
}

func newTower() *tower {
	in := params([]int{12, 6}, []int{2, 16}, []int{9, 16}, []int{2, 16}, []int{16}, []int{16},
		[]int{16, 16}, []int{32, 16}, []int{40, 16}, []int{40}, []int{16, 40}, []int{16, 8}, []int{16, 6})
	for i, x := range in {
		x.SetTrainable(i == 1 || i == 3) // tokens
	}
	var refs []RowRef
	for i := range 12 {
		refs = append(refs, RowRef{0, int32(i)})
	}
	refs[4], refs[9] = RowRef{1, 0}, RowRef{1, 1}
	put := slices.Repeat([]int{-1}, 12)
	put[4], put[9] = 0, 1
	return &tower{
		pixels: in[0], token: in[1], table: in[2], deep: in[3], gamma: in[4], beta: in[5],
		q: in[6], kv: in[7], up: in[8], bias: in[9], down: in[10], proj: in[11], patch: in[12],
		rows: NewIndex(refs), pos: RowIndex([]int{0, 1, 2, 0, 1, 2, 3, 4, -1, 6, 7, 8}),
		put: RowIndex(put), pick: RowIndex([]int{3, 8}), lay: prefixLayout(),
	}
}

func (w *tower) encode(tp *Tape, dev Device) *Tensor {
	x := tp.Linear(tp.Last(tp.To(dev, w.pixels)), w.patch, nil, None)
	token, deep := tp.To(dev, w.token), tp.To(dev, w.deep)
	x = tp.AssembleOn(dev, w.rows, tp.Last(x), token)
	x = tp.AddRows(tp.Last(x), w.table, w.pos)
	x = w.block(tp, x)
	x = tp.ReplaceRows(x, deep, w.put)
	x = tp.Recompute(func(tp *Tape, in []*Tensor) *Tensor { return w.block(tp, in[0]) }, tp.Last(x))
	x = tp.Gather(tp.Last(x), w.pick)
	tp.Release(token, deep)
	return tp.Host(tp.Last(tp.MatMul(tp.Last(x), w.proj)))
}

func (w *tower) block(tp *Tape, x *Tensor) *Tensor {
	h := tp.LayerNorm(x, w.gamma, w.beta, 1e-5)
	q := tp.Linear(h, w.q, nil, None)
	kv := tp.Linear(tp.Last(h), w.kv, nil, None)
	x = tp.LinearAdd(tp.Last(x), tp.Last(tp.Attention(tp.Last(q), tp.Last(kv), w.lay, 2)), w.q, nil)
	h = tp.LayerNorm(x, w.gamma, w.beta, 1e-5)
	return tp.LinearAdd(tp.Last(x), tp.Last(tp.Linear(tp.Last(h), w.up, w.bias, GELU)), w.down, nil)
}

// step returns the features and the gradients of the tokens.
func (w *tower) step(tp *Tape, dev Device) [][]float32 {
	w.token.grad, w.deep.grad = nil, nil
	y := w.encode(tp, dev)
	out := [][]float32{slices.Clone(y.Data)}
	tp.Backward(tp.MeanSquare(y))
	tp.Reset()
	return append(out, slices.Clone(w.token.Grad()), slices.Clone(w.deep.Grad()))
}

// A device whose memory is not the host's gives the bits of the CPU, trained and
// without a tape, and nothing is left in its memory but weights.
func TestDeviceGivesTheSameBits(t *testing.T) {
	w := newTower()
	tp, there := NewTape(), NewTape()
	tp.Poison()
	there.Poison()
	dev := NewSeparate()
	for range 2 {
		want, got := w.step(tp, CPU), w.step(there, dev)
		for i := range want {
			if !sameBits(got[i], want[i]) {
				t.Errorf("output %d on the device %v, on the cpu %v", i, got[i], want[i])
			}
		}
	}
	before := dev.InUse()
	if got, want := w.encode(nil, dev), w.encode(nil, CPU); !sameBits(got.Data, want.Data) {
		t.Error("inference gives other bits")
	}
	if dev.InUse() != before {
		t.Errorf("inference leaves %d bytes in the device's memory", dev.InUse()-before)
	}
}

// What crosses no border is not given back with the operand.
func TestBorderOfTheHostKeepsWhatItReturns(t *testing.T) {
	tp := NewTape()
	x := tp.Slice(params([]int{2, 3})[0], 0, 2)
	y := tp.Host(tp.Last(tp.To(CPU, tp.Last(x))))
	tp.Gather(y, RowIndex([]int{1}))
	if y.Data == nil {
		t.Error("an operation gave back what Last was said of before the border")
	}
}

// A meter counts what the kernels multiply, and the memory that the tape holds.
func TestMeterCountsWhatKernelsDo(t *testing.T) {
	w := newTower()
	for _, trained := range []bool{false, true} {
		for _, x := range []*Tensor{w.gamma, w.up, w.bias} {
			x.SetTrainable(false)
		}
		dev, meter := NewSeparate(), NewMeter(nil)
		if trained { // resident parameters
			for _, x := range []*Tensor{w.gamma, w.up, w.bias} {
				x.SetTrainable(true)
			}
		}
		moveTo := func(d Device) {
			if trained {
				for _, x := range []*Tensor{w.gamma, w.up, w.bias} {
					x.MoveTo(d)
				}
			}
		}
		moveTo(dev)
		real, counted := NewTape(), NewTape()
		w.step(real, dev)
		moveTo(CPU)
		moveTo(meter)
		w.step(counted, meter)
		moveTo(CPU)
		if got, want := meter.MultiplyAdds(), dev.MultiplyAdds(); got != want || want == 0 {
			t.Errorf("trained %v: the meter counts %d multiply-adds, the kernels made %d", trained, got, want)
		}
		if got, want := counted.ArenaBytes(), real.ArenaBytes(); got != want {
			t.Errorf("trained %v: on the meter the tape holds %d bytes, on the device %d", trained, got, want)
		}
		weights := int64(0) // that stay on the device
		for _, x := range []*Tensor{w.patch, w.table, w.gamma, w.beta, w.q, w.kv, w.up, w.bias, w.down, w.proj} {
			if !x.NeedsGrad() {
				weights += 4 * int64(x.Len())
			}
		}
		if got, want := meter.Peak(), dev.Peak()-weights; got != want {
			t.Errorf("trained %v: the meter sees %d bytes, the device %d besides frozen weights", trained, got, want)
		}
		if meter.Rows() != 16 && meter.Rows() != 12 && meter.Rows() != 40 {
			t.Errorf("products have up to %d rows", meter.Rows())
		}
		if meter.bytesMoved() == 0 {
			t.Error("no bytes were moved")
		}
	}
}

// What the host reads by mistake panics at once and says where it lies.
func TestHostReadOfADeviceTensorPanics(t *testing.T) {
	dev := NewSeparate()
	tp := NewTape()
	x := tp.To(dev, params([]int{2, 3})[0])
	one := tp.To(dev, params([]int{1})[0])
	host := params([]int{2, 3})[0]
	for name, f := range map[string]func(){
		"Row": func() { x.Row(0) }, "Item": func() { one.Item() }, "Mean": func() { tp.Mean(x) },
		"Add": func() { tp.Add(host, x) }, "Scale": func() { tp.Scale(x, 2) }, "ReLU": func() { tp.ReLU(x, 0) },
		"CrossEntropy": func() { tp.CrossEntropy(x, []int{0, 1}) }, "L2Normalize": func() { tp.L2Normalize(x, 0) },
		"MeanSquare": func() { tp.MeanSquare(x) }, "Combine": func() { tp.Combine([]float32{1}, one) },
		"RowDot": func() { tp.RowDot(x, x) }, "Sub": func() { tp.Sub(x, host) }, "ScaleExp": func() { tp.ScaleExp(host, one) },
		"Op": func() { tp.Op(tp.Buffer(1), nil, x) },
	} {
		t.Run(name, func(t *testing.T) { mustPanic(t, f, "separate", name) })
	}
	if x.Data != nil {
		t.Error("the host can read a tensor on a device")
	}
	mustPanic(t, func() { tp.MatMulT(x, host) }, "MatMulT on separate", "[2 3]", "cpu")
}

// Addresses and their order repeat from step to step, so that a device can keep
// its calls.
func TestAddressesRepeat(t *testing.T) {
	w := newTower()
	tp, dev := NewTape(), &listing{Separate: NewSeparate()}
	w.step(tp, dev)
	dev.seen = nil
	w.step(tp, dev)
	second := dev.seen
	dev.seen = nil
	w.step(tp, dev)
	if !slices.Equal(dev.seen, second) || len(second) == 0 {
		t.Error("the third step's kernels have other operands than the second's")
	}
}

// listing notes the operands of kernels.
type listing struct {
	*Separate
	seen []uintptr
}

func (l *listing) Gemm(op simd.Op, c, a, b Mat, add bool, last Epilogue) {
	l.seen = append(l.seen, c.Ptr, a.Ptr, b.Ptr, last.Bias.Ptr, last.Add.Ptr, last.Out.Ptr)
	l.Separate.Gemm(op, c, a, b, add, last)
}

func (l *listing) Attention(a AttentionArgs) {
	l.seen = append(l.seen, a.Q.Ptr, a.KV.Ptr, a.Out.Ptr, a.Probs.Ptr)
	l.Separate.Attention(a)
}

func (l *listing) LayerNormGrad(n Norm) {
	l.seen = append(l.seen, n.X.Ptr, n.DX.Ptr, n.DY.Ptr, n.Stats.Ptr)
	l.Separate.LayerNormGrad(n)
}

// A trained weight gets a gradient, and nothing is computed or kept for the frozen
// ones beside it.
func TestOnlyTrainedWeightsGetGradients(t *testing.T) {
	w := newTower()
	cost := func(trained ...*Tensor) (adds, bytes int64) {
		for _, x := range trained {
			x.SetTrainable(true)
			defer x.SetTrainable(false)
		}
		dev, tp := NewSeparate(), NewTape()
		for _, x := range trained {
			x.MoveTo(dev)
			defer x.MoveTo(CPU)
		}
		w.step(tp, dev)
		for _, x := range []*Tensor{w.gamma, w.beta, w.q, w.kv, w.up, w.bias, w.down, w.proj, w.table} {
			if got := x.Gradient() != nil; got != slices.Contains(trained, x) {
				t.Errorf("of %d trained weights, shape %v got a gradient: %v", len(trained), x.Shape(), got)
			}
		}
		return dev.MultiplyAdds(), tp.ArenaBytes()
	}
	frozen, bytes := cost()
	one, more := cost(w.down) // [16, 40], used by both blocks, the second in a checkpoint
	if got, want := one-frozen, int64(2*12*16*40); got != want {
		t.Errorf("its gradient takes %d multiply-adds more, want %d", got, want)
	}
	// The first block keeps what enters it [12, 40]; what enters the second is
	// computed again, and kept meanwhile.
	if got, want := more-bytes, int64(4*2*12*40); got > want {
		t.Errorf("its gradient takes %d bytes more on the tape, want at most %d", got, want)
	}
}

// A step on a resident parameter is that of one on the host.
func TestResidentSGD(t *testing.T) {
	p, q := params([]int{3, 5})[0], params([]int{3, 5})[0]
	dev := NewSeparate()
	q.MoveTo(dev)
	buf := [2]*Tensor{Zeros(3, 5), Zeros(3, 5)}
	buf[1].MoveTo(dev)
	tp := NewTape()
	for i := range 3 {
		tp.Backward(tp.MeanSquare(p))
		tp.Reset()
		tp.Backward(tp.MeanSquare(tp.Host(q)))
		tp.Reset()
		for j, x := range []*Tensor{p, q} {
			x.Device().SGD(x.Mem(), x.Gradient().Mem(), buf[j].Mem(), SGDStep{LR: 0.1, Momentum: 0.9, WeightDecay: 0.01, First: i == 0})
		}
	}
	if !sameBits(p.Data, q.Host()) {
		t.Errorf("resident %v, on the host %v", q.Host(), p.Data)
	}
	if q.Data != nil || !strings.Contains(q.Device().Name(), "separate") {
		t.Error("the parameter is not resident")
	}
}
