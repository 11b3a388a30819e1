package autograd

import "math"

// Softplus is log(1 + exp(x - shift)), element by element. With logits x and
// evidence e = exp(x - c) it is log alpha = log(e + 1) at shift c, and with
// shift c + log K one template's term log(1 + e/K) of the Dempster fusion.
func (tp *Tape) Softplus(x *Tensor, shift float32) *Tensor {
	y := tp.like(x)
	for i, v := range x.Data {
		y.Data[i] = softplus(v - shift)
	}
	tp.record(y, softplusBack, x)
	return y
}

// softplusBack: dx += dy sigmoid(x - shift), and sigmoid = 1 - exp(-y).
func softplusBack(r *record) {
	dx := r.in[0].gradient()
	for i, y := range r.out.Data {
		dx[i] += r.out.grad[i] * float32(-math.Expm1(-float64(y)))
	}
}

// softplus is log(1 + e^x) without overflow or loss of small values.
func softplus(x float32) float32 {
	v := float64(x)
	return float32(max(v, 0) + math.Log1p(math.Exp(-math.Abs(v))))
}

// Log1p is log(1 + x), element by element, for x > -1.
func (tp *Tape) Log1p(x *Tensor) *Tensor {
	y := tp.like(x)
	for i, v := range x.Data {
		y.Data[i] = float32(math.Log1p(float64(v)))
	}
	tp.record(y, log1pBack, x)
	return y
}

func log1pBack(r *record) {
	dx := r.in[0].gradient()
	for i, x := range r.in[0].Data {
		dx[i] += r.out.grad[i] / (1 + x)
	}
}

// ReLU is max(0, x - shift), element by element. Its derivative at the corner
// is taken to be zero.
func (tp *Tape) ReLU(x *Tensor, shift float32) *Tensor {
	y := tp.like(x)
	for i, v := range x.Data {
		y.Data[i] = max(0, v-shift)
	}
	tp.record(y, reluBack, x)
	return y
}

func reluBack(r *record) {
	dx := r.in[0].gradient()
	for i, y := range r.out.Data {
		if y > 0 {
			dx[i] += r.out.grad[i]
		}
	}
}

// fusedLinear is the A above which log(1 + K (e^A - 1)) is A + log K to
// float32 accuracy: the difference is about e^-A, 2e-9 here.
const fusedLinear = 20

// FusedLogAlpha turns A = Σ_m log(1 + e_m/K), the sum over opinions, into the
// log of the fused Dirichlet parameter: the closed form of Dempster's rule,
// 1 + e_F/K = Π_m (1 + e_m/K), gives alpha_F = 1 + K (e^A - 1). The result has
// the shape of a; k is the number of classes.
func (tp *Tape) FusedLogAlpha(a *Tensor, k int) *Tensor {
	y := tp.like(a)
	for i, v := range a.Data {
		y.Data[i] = fusedLogAlpha(v, k)
	}
	if r := tp.record(y, fusedLogAlphaBack, a); r != nil {
		r.n = k
	}
	return y
}

func fusedLogAlpha(a float32, k int) float32 {
	if a > fusedLinear {
		return a + float32(math.Log(float64(k)))
	}
	return float32(math.Log1p(float64(k) * math.Expm1(float64(a))))
}

// fusedLogAlphaBack: d/dA log(1 + K(e^A - 1)) = K e^A / (1 + K(e^A - 1)), which
// is exp(A + log K - y).
func fusedLogAlphaBack(r *record) {
	da := r.in[0].gradient()
	logK := math.Log(float64(r.n))
	for i, a := range r.in[0].Data {
		slope := 1.0
		if a <= fusedLinear {
			slope = math.Exp(float64(a) + logK - float64(r.out.Data[i]))
		}
		da[i] += r.out.grad[i] * float32(slope)
	}
}
