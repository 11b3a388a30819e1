package simd

// Exp computes dst = eˣ for every x of src; dst may be src. It panics when the
// lengths differ.
//
// The error is below 2 units in the last place. Results below the smallest
// normal number are denormal, not flushed (unless the processor is told to);
// -Inf gives 0, +Inf and whatever overflows +Inf, and NaN gives NaN.
func Exp(dst, src []float32) {
	same("Exp", len(dst), len(src))
	expSum(dst, src, 0, 1)
}

// Softmax computes dst = e^(x - max) / Σ e^(x - max) over one row; dst may be
// src. -Inf is a masked element and gives 0. A row of nothing but -Inf, or one
// with +Inf or NaN, gives NaN throughout or in part, as the formula does. It
// panics when the lengths differ.
func Softmax(dst, src []float32) {
	same("Softmax", len(dst), len(src))
	SoftmaxScaled(dst, src, 1)
}

// SoftmaxScaled computes Softmax of f x, for f > 0, in one go.
func SoftmaxScaled(dst, src []float32, f float32) {
	same("SoftmaxScaled", len(dst), len(src))
	s := expSum(dst, src, maximum(src), f)
	scale(dst, 1/s, dst)
}

// SoftmaxGrad computes the gradient of Softmax for one row, dx = y (dy - Σ dy y),
// from its result y; dx may be dy. It panics when the lengths differ.
func SoftmaxGrad(dx, y, dy []float32) {
	same("SoftmaxGrad", len(dx), len(y), len(dy))
	softmaxGrad(dx, y, dy, dot(y, dy), 1)
}

// SoftmaxScaledGrad computes the gradient of SoftmaxScaled for one row,
// dx = f y (dy - Σ dy y), from its result y; dx may be dy. It panics when the
// lengths differ.
func SoftmaxScaledGrad(dx, y, dy []float32, f float32) {
	same("SoftmaxScaledGrad", len(dx), len(y), len(dy))
	softmaxGrad(dx, y, dy, dot(y, dy), f)
}

// sigmoidSlope is the factor that brings the sigmoid close to the normal
// distribution's cumulative function.
const sigmoidSlope = 1.702

// QuickGELU computes dst = z σ(1.702 z), CLIP's activation; dst may be src.
// NaN and -Inf give NaN. It panics when the lengths differ.
func QuickGELU(dst, src []float32) {
	same("QuickGELU", len(dst), len(src))
	quickGELU(dst, src)
}

// QuickGELUGrad computes the gradient of QuickGELU,
//
//	dx = dy σ (1 + 1.702 z (1 - σ)),   σ = σ(1.702 z),
//
// and overwrites dx, which may be dy. It panics when the lengths differ.
func QuickGELUGrad(dx, dy, z []float32) {
	same("QuickGELUGrad", len(dx), len(dy), len(z))
	quickGELUGrad(dx, dy, z)
}
