package cdc

import (
	"math"

	"frontdoor/autograd"
)

// softplus is log(1 + exp(x - shift)), element by element. With logits x and
// evidence e = exp(x - c) it is log alpha = log(e + 1) at shift c, and with
// shift c + log K one template's term log(1 + e/K) of the Dempster fusion.
func softplus(tp *autograd.Tape, x *autograd.Tensor, shift float32) *autograd.Tensor {
	y := tp.Buffer(x.Shape()...)
	for i, v := range x.Data {
		y.Data[i] = logOnePlusExp(v - shift)
	}
	return tp.Op(y, func(dy []float32) {
		dx := x.GradBuffer()
		for i, v := range y.Data { // dx += dy sigmoid(x - shift), and sigmoid = 1 - exp(-y)
			dx[i] += dy[i] * float32(-math.Expm1(-float64(v)))
		}
	}, x)
}

// logOnePlusExp is log(1 + e^x) without overflow or loss of small values.
func logOnePlusExp(x float32) float32 {
	v := float64(x)
	return float32(max(v, 0) + math.Log1p(math.Exp(-math.Abs(v))))
}

// log1p is log(1 + x), element by element, for x > -1.
func log1p(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor {
	y := tp.Buffer(x.Shape()...)
	for i, v := range x.Data {
		y.Data[i] = float32(math.Log1p(float64(v)))
	}
	return tp.Op(y, func(dy []float32) {
		dx := x.GradBuffer()
		for i, v := range x.Data {
			dx[i] += dy[i] / (1 + v)
		}
	}, x)
}

// fusedLinear is the A above which log(1 + K (e^A - 1)) is A + log K to
// float32 accuracy: the difference is about e^-A, 2e-9 here.
const fusedLinear = 20

// fuseTerms turns A = Σ_m log(1 + e_m/K), the sum over opinions, into the
// log of the fused Dirichlet parameter: the closed form of Dempster's rule,
// 1 + e_F/K = Π_m (1 + e_m/K), gives alpha_F = 1 + K (e^A - 1). The result has
// the shape of a; k is the number of classes.
func fuseTerms(tp *autograd.Tape, a *autograd.Tensor, k int) *autograd.Tensor {
	y := tp.Buffer(a.Shape()...)
	logK := math.Log(float64(k))
	for i, v := range a.Data {
		if v > fusedLinear {
			y.Data[i] = v + float32(logK)
		} else {
			y.Data[i] = float32(fusedLogAlpha(float64(v), k))
		}
	}
	// d/dA log(1 + K(e^A - 1)) = K e^A / (1 + K(e^A - 1)), which is exp(A + log K - y).
	return tp.Op(y, func(dy []float32) {
		da := a.GradBuffer()
		for i, v := range a.Data {
			slope := 1.0
			if v <= fusedLinear {
				slope = math.Exp(float64(v) + logK - float64(y.Data[i]))
			}
			da[i] += dy[i] * float32(slope)
		}
	}, a)
}

// fusedLogAlpha is log(1 + K (e^A - 1)), which is A + log K for large A.
func fusedLogAlpha(a float64, k int) float64 {
	if a > 36 { // e^-a is below the resolution of float64
		return a + math.Log(float64(k))
	}
	return math.Log1p(float64(k) * math.Expm1(a))
}
