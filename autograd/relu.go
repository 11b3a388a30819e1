package autograd

// ReLU is max(0, x - shift), element by element. Its derivative at the corner
// is taken to be zero.
func (tp *Tape) ReLU(x *Tensor, shift float32) *Tensor {
	onHost("ReLU", x)
	y := tp.like(x)
	for i, v := range x.Data {
		y.Data[i] = max(0, v-shift)
	}
	tp.record(y, reluBack, x)
	return y
}

func reluBack(r *record) {
	dx := r.in[0].gradient().Data
	for i, y := range r.out.Data {
		if y > 0 {
			dx[i] += r.out.grad.Data[i]
		}
	}
}
