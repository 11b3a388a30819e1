package adapter

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"frontdoor/autograd"
	"frontdoor/internal/parallel"
	"frontdoor/internal/setting"
	"frontdoor/nn"
)

// GDABase is GDA for base-to-new experiments (released code main_base2new.py).
// Its classifier of the base classes has the pseudo-inverse of the mean class
// covariance, without shrinkage; classifiers of new classes are made of their
// text embeddings and the base images nearest to them.
type GDABase struct {
	*GDA
	// Spectrum holds the eigenvalues of the mean class covariance, largest first,
	// and Rank how many of them the pseudo-inverse keeps.
	Spectrum []float64
	Rank     int

	rows *autograd.Tensor // [R·B, E] unit features of the base images
}

// The release takes so many base images for a new class, and so many copies of
// its text embedding beside them.
const (
	nearestImages = 64
	textCopies    = 16
)

// float32Eps is the distance from 1 to the next float32.
const float32Eps = 1.0 / (1 << 23)

// FitGDABase computes the classifier of the base classes and chooses α.
func FitGDABase(t *Task, alphas []float64) (*GDABase, error) {
	if err := t.check("GDA", nothing); err != nil {
		return nil, err
	}
	if err := t.everyClass("GDA"); err != nil {
		return nil, err
	}
	c := newCentred(t)
	for k, m := range c.count {
		if m < 2 {
			return nil, fmt.Errorf("adapter: GDA: %s has one training feature, and a covariance needs two: take more images or more views", t.class(k))
		}
	}
	n := float64(len(c.count))
	cov := c.scatter(func(k int) float64 { return 1 / (float64(c.count[k]-1) * n) })
	h := &GDABase{}
	precision, err := h.pseudoInverse(cov)
	if err != nil {
		return nil, err
	}
	h.GDA = newGDA(t, c.mean, precision)
	h.choose(t, alphas)
	h.rows = stack(c.views)
	return h, nil
}

// pseudoInverse inverts a covariance [E, E] on the eigenvectors whose
// eigenvalues are above E·eps times the largest, with eps of float32, in which
// the released code computes.
func (h *GDABase) pseudoInverse(cov *mat.SymDense) (*mat.Dense, error) {
	var eig mat.EigenSym
	if !eig.Factorize(cov, true) {
		return nil, fmt.Errorf("adapter: GDA: the eigenvalues of the covariance did not converge")
	}
	e := cov.SymmetricDim()
	values := eig.Values(nil) // ascending
	var v mat.Dense
	eig.VectorsTo(&v)
	cut := float64(e) * float32Eps * values[e-1]
	for _, x := range values {
		if x > cut {
			h.Rank++
		}
	}
	if h.Rank == 0 {
		return nil, setting.Errorf("adapter: GDA: the features of all training images are equal within their class: take more images or crops of each ({shots}, {draws})")
	}
	kept := v.Slice(0, e, e-h.Rank, e) // [E, rank]
	var scaled, p mat.Dense
	scaled.Apply(func(_, j int, x float64) float64 { return x / values[e-h.Rank+j] }, kept)
	p.Mul(&scaled, kept.T())
	slices.Reverse(values)
	h.Spectrum = values
	return &p, nil
}

// NewClasses are classifiers of classes without images.
type NewClasses struct {
	*GDA
	// Nearest lists for each new class the base features that it was made of, as
	// rows of all views below each other, and Gap the similarity of the last of
	// them less that of the next.
	Nearest [][]int
	Gap     []float64
}

// New returns a classifier of new classes with text embeddings [N', E]. For a
// unit embedding w, the 64 base features x nearest to it give
//
//	μ = (Σ x + 16 w)/80,  C = Σ (x-w)(x-w)ᵀ/63,  P_w = E (63 C + tr(C) I)⁻¹
//
// and P is the mean of all P_w. α stays what the base classes chose.
func (h *GDABase) New(text *autograd.Tensor) (*NewClasses, error) {
	n, e := text.Rows(), text.Cols()
	unit := Unit(text)
	out := &NewClasses{Nearest: make([][]int, n), Gap: make([]float64, n)}
	mean, total := mat.NewDense(n, e, nil), mat.NewDense(e, e, nil)
	parts := make([]*mat.Dense, n)
	errs := make([]error, n)
	const together = 8 // new classes whose precisions are held at once
	for lo := 0; lo < n; lo += together {
		hi := min(lo+together, n)
		parallel.For(hi-lo, 1, func(a, b int) {
			for k := lo + a; k < lo+b; k++ {
				out.Nearest[k], out.Gap[k] = h.nearest(unit.Row(k))
				parts[k], errs[k] = h.newClass(unit.Row(k), out.Nearest[k], mean.RawRowView(k))
			}
		})
		for k := lo; k < hi; k++ {
			if errs[k] != nil {
				return nil, &classError{k, errs[k]}
			}
			total.Add(total, parts[k])
			parts[k] = nil
		}
	}
	total.Scale(1/float64(n), total)
	t := &Task{Text: text, Scale: h.scale}
	out.GDA = newGDA(t, mean, total)
	out.Alpha = h.Alpha
	return out, nil
}

// Among is New for an [OpenHead].
func (h *GDABase) Among(text *autograd.Tensor) (Head, error) {
	c, err := h.New(text)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// State lists the base classifier and the images that new ones are made of.
func (h *GDABase) State() []nn.Named {
	return append(h.GDA.State(), nn.Named{Name: "images", Tensor: h.rows})
}

// nearest returns the rows of the base features with the largest inner products
// with w [E], nearest first, and the gap to the next row.
func (h *GDABase) nearest(w []float32) (rows []int, gap float64) {
	type near struct {
		row int
		dot float64
	}
	all := make([]near, h.rows.Rows())
	for i := range all {
		sum := 0.0
		for j, x := range h.rows.Row(i) {
			sum += float64(x) * float64(w[j])
		}
		all[i] = near{i, sum}
	}
	slices.SortStableFunc(all, func(a, b near) int {
		switch {
		case a.dot > b.dot:
			return -1
		case a.dot < b.dot:
			return 1
		}
		return 0
	})
	m := min(nearestImages, len(all))
	for _, x := range all[:m] {
		rows = append(rows, x.row)
	}
	if m < len(all) {
		gap = all[m-1].dot - all[m].dot
	}
	return rows, gap
}

// newClass writes μ [E] of a new class w and returns P_w [E, E]. With the
// centred rows A [m, E], (m-1) C = AᵀA and t = tr(C), the inverse needs only an
// m×m system (Woodbury):
//
//	(AᵀA + t I)⁻¹ = (I - Aᵀ (A Aᵀ + t I)⁻¹ A) / t
func (h *GDABase) newClass(w []float32, rows []int, mean []float64) (*mat.Dense, error) {
	m, e := len(rows), len(w)
	a := mat.NewDense(m, e, nil) // [m, E]
	for i, r := range rows {
		for j, x := range h.rows.Row(r) {
			mean[j] += float64(x)
			a.Set(i, j, float64(x)-float64(w[j]))
		}
	}
	for j, x := range w {
		mean[j] = (mean[j] + textCopies*float64(x)) / float64(m+textCopies)
	}
	var gram mat.SymDense
	gram.SymOuterK(1, a) // A Aᵀ [m, m]
	t := mat.Trace(&gram) / float64(m-1)
	for i := range m {
		gram.SetSym(i, i, gram.At(i, i)+t)
	}
	var chol mat.Cholesky
	if !(t > 0) || !chol.Factorize(&gram) {
		return nil, fmt.Errorf("%d base images do not give a covariance", m)
	}
	var solved, p mat.Dense
	if err := chol.SolveTo(&solved, a); err != nil { // (A Aᵀ + t I)⁻¹ A  [m, E]
		return nil, err
	}
	p.Mul(a.T(), &solved) // [E, E]
	p.Apply(func(i, j int, x float64) float64 {
		if i == j {
			return float64(e) * (1 - x) / t
		}
		return -float64(e) * x / t
	}, &p)
	return &p, nil
}

// classError is what is wrong with a new class, by its number: a head does not know
// its name.
type classError struct {
	class int
	err   error
}

func (e *classError) Error() string {
	return fmt.Sprintf("adapter: GDA: new class %d: %v", e.class, e.err)
}
func (e *classError) Unwrap() error { return e.err }
