package adapter

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"frontdoor/autograd"
	"frontdoor/internal/setting"
	"frontdoor/nn"
)

// GDA is the training-free classifier of "A Hard-to-Beat Baseline for
// Training-Free CLIP-based Adaptation" (Wang et al., ICLR 2024; released code
// main_few_shots.py): Gaussian discriminant analysis of the unit image features,
// one covariance for all classes, added to the zero-shot logits.
//
//	P = E ((n-1) S + tr(S) I)⁻¹,  W = P μᵀ,  b_k = ln(1/N) - μ_k P μ_kᵀ/2
//	logits = s cos(f, t) + α (f W + b)
//
// S is the covariance of the n centred rows, all views of all images. α is
// chosen by validation images.
type GDA struct {
	Alpha     float64
	Mean      *mat.Dense // [N, E] class means of unit features
	Precision *mat.Dense // [E, E] P
	W         *mat.Dense // [E, N]
	B         []float64  // N
	// Accuracy and Margin say for each α tried the percentage of validation
	// images classified rightly, and the smallest gap between two largest logits.
	Accuracy, Margin []float64

	scale float32
	text  *autograd.Tensor // [N, E] unit
	w32   *autograd.Tensor // [E, N]
	b32   []float32
}

// GDAOptions are the settings of GDA.
type GDAOptions struct {
	// NewClasses fits a [GDABase], which can be asked about other classes.
	NewClasses bool
}

// Fit computes the classifier.
func (o GDAOptions) Fit(_ context.Context, t *Task, _ uint64) (Head, error) {
	if o.NewClasses {
		h, err := FitGDABase(t, Alphas)
		if err != nil {
			return nil, err
		}
		return h, nil
	}
	h, err := FitGDA(t, Alphas)
	if err != nil {
		return nil, err
	}
	return h, nil
}

// Restore returns a classifier of stored tensors.
func (o GDAOptions) Restore(t *Task, s Stored) (Head, error) {
	n, e := t.Text.Rows(), t.Text.Cols()
	w, err1 := s.tensor("weight", e, n)
	b, err2 := s.tensor("bias", n)
	alpha, err3 := s.number("alpha")
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	h := &GDA{Alpha: float64(alpha), scale: t.Scale, text: Unit(t.Text), w32: w, b32: b.Data}
	if !o.NewClasses {
		return h, nil
	}
	rows, err := s.tensor("images", anyLength, e)
	if err != nil {
		return nil, err
	}
	return &GDABase{GDA: h, rows: rows}, nil
}

// Wide says that GDA reads features of the joint width.
func (o GDAOptions) Wide() bool { return false }

// Alphas are the weights that the released code tries, 1e-4 to 100.
var Alphas = []float64{1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100}

// defaultAlpha is the release's weight where no α classifies any validation
// image rightly, and ours where there are none.
const defaultAlpha = 0.1

// FitGDA computes the classifier and chooses α among those given; without
// validation images it is 0.1.
func FitGDA(t *Task, alphas []float64) (*GDA, error) {
	if err := t.check("GDA", nothing); err != nil {
		return nil, err
	}
	if err := t.everyClass("GDA"); err != nil {
		return nil, err
	}
	c := newCentred(t)
	scatter := c.scatter(func(int) float64 { return 1 }) // (n-1) S
	precision, err := shrunkInverse(scatter, float64(c.n()-1))
	if err != nil {
		return nil, fmt.Errorf("adapter: GDA: %w", err)
	}
	h := newGDA(t, c.mean, precision)
	h.choose(t, alphas)
	return h, nil
}

// shrunkInverse is E (M + tr(M)/d I)⁻¹ for a scatter matrix M [E, E] = d S.
func shrunkInverse(m *mat.SymDense, d float64) (*mat.Dense, error) {
	e := m.SymmetricDim()
	shrunk := mat.NewSymDense(e, nil)
	shrunk.CopySym(m)
	shift := mat.Trace(m) / d
	for i := range e {
		shrunk.SetSym(i, i, m.At(i, i)+shift)
	}
	var chol mat.Cholesky
	if !chol.Factorize(shrunk) {
		return nil, setting.Errorf("the features of all training images are equal within their class: take more images or crops of each ({shots}, {draws})")
	}
	var inv mat.SymDense
	if err := chol.InverseTo(&inv); err != nil {
		return nil, fmt.Errorf("inverse of the covariance: %w", err)
	}
	var p mat.Dense
	p.Scale(float64(e), &inv)
	return &p, nil
}

// newGDA returns the classifier of class means [N, E] and a precision [E, E].
func newGDA(t *Task, mean, precision *mat.Dense) *GDA {
	n, e := mean.Dims()
	h := &GDA{Alpha: defaultAlpha, Mean: mean, Precision: precision, W: mat.NewDense(e, n, nil), B: make([]float64, n), scale: t.Scale, text: Unit(t.Text)}
	h.W.Mul(precision, mean.T()) // [E, N]
	h.w32, h.b32 = autograd.Zeros(e, n), make([]float32, n)
	for k := range n {
		h.B[k] = -math.Log(float64(n)) - mat.Dot(mean.RowView(k), h.W.ColView(k))/2
		h.b32[k] = float32(h.B[k])
		for j := range e {
			h.w32.Row(j)[k] = float32(h.W.At(j, k))
		}
	}
	return h
}

// choose sets α to the first of alphas with the most right validation images.
func (h *GDA) choose(t *Task, alphas []float64) {
	if t.Val == nil {
		return
	}
	zero := cosineLogits(nil, t.Val, h.text, h.scale) // [V, N]
	gauss := h.Gaussian(t.Val)                        // [V, N]
	best := 0.0
	for _, a := range alphas {
		right, margin := scoreSum(zero, gauss, a, t.ValLabels)
		acc := 100 * float64(right) / float64(len(t.ValLabels))
		h.Accuracy, h.Margin = append(h.Accuracy, acc), append(h.Margin, margin)
		if acc > best {
			best, h.Alpha = acc, a
		}
	}
}

// Gaussian returns f W + b for features x [B, E], made unit: [B, N].
func (h *GDA) Gaussian(x *autograd.Tensor) *autograd.Tensor {
	var tp *autograd.Tape
	y := tp.MatMul(Unit(x), h.w32) // [B, N]
	for i := range y.Rows() {
		for k, b := range h.b32 {
			y.Row(i)[k] += b
		}
	}
	return y
}

// Logits are the zero-shot logits and α times the Gaussian's, [B, N]. The
// features must be constants: nothing is recorded.
func (h *GDA) Logits(_ *autograd.Tape, x *autograd.Tensor) *autograd.Tensor {
	mustFit("GDA", h.w32)
	y := cosineLogits(nil, x, h.text, h.scale) // [B, N]
	for i, g := range h.Gaussian(x).Data {
		y.Data[i] += float32(h.Alpha) * g
	}
	return y
}

// Learned lists the Gaussian's classifier.
func (h *GDA) Learned() []nn.Named {
	return []nn.Named{
		{Name: "weight", Tensor: h.w32},
		{Name: "bias", Tensor: autograd.Const(h.b32, len(h.b32))},
	}
}

// State lists the Gaussian's classifier and α.
func (h *GDA) State() []nn.Named {
	return append(h.Learned(), nn.Named{Name: "alpha", Tensor: autograd.Const([]float32{float32(h.Alpha)}, 1)})
}

// BestAccuracy is the percentage of validation images classified rightly with
// the chosen α, or 0 where there are none.
func (h *GDA) BestAccuracy() float64 {
	best := 0.0
	for _, a := range h.Accuracy {
		best = max(best, a)
	}
	return best
}
