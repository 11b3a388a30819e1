package autograd

import "math"

// DirichletCE is the expected cross entropy under a Dirichlet distribution,
// mean over rows of psi(S) - psi(alpha_y) with S = Σ alpha: the trusted cross
// entropy (Han et al. 2021, Trusted Multi-View Classification, eq. 8; L_t-ce of
// CDC). logAlpha is [B, K], labels [B], result [1]. labels must stay unchanged
// until the tape's Reset.
func (tp *Tape) DirichletCE(logAlpha *Tensor, labels []int) *Tensor {
	mustLabels("DirichletCE", logAlpha, labels)
	sum := 0.0
	for i, label := range labels {
		row := logAlpha.Row(i)
		sum += psiExp(logSumExp(row)) - psiExp(float64(row[label]))
	}
	y := tp.Buffer(1)
	y.Data[0] = float32(sum / float64(len(labels)))
	if r := tp.record(y, dirichletCEBack, logAlpha); r != nil {
		r.idx = labels
	}
	return y
}

// dirichletCEBack: with a_k = log alpha_k,
// d psi(S)/da_k = psi1(S) S · alpha_k/S and d psi(alpha_y)/da_y = psi1(alpha_y) alpha_y.
func dirichletCEBack(r *record) {
	x := r.in[0]
	dx := x.gradient()
	k := x.Cols()
	g := float64(r.out.grad[0]) / float64(len(r.idx))
	for i, label := range r.idx {
		row := x.Row(i)
		logS := logSumExp(row)
		slope := g * psi1Exp(logS)
		for j, a := range row {
			dx[i*k+j] += float32(slope * math.Exp(float64(a)-logS))
		}
		dx[i*k+label] -= float32(g * psi1Exp(float64(row[label])))
	}
}

// DirichletKL is the mean over rows of KL(Dir(alpha~) || Dir(1)), where
// alpha~ is alpha with the evidence of the true class removed (alpha~_y = 1):
// it pulls evidence for wrong classes to zero (Trusted Multi-View
// Classification, eq. 9). logAlpha is [B, K], labels [B], result [1]. labels
// must stay unchanged until the tape's Reset.
func (tp *Tape) DirichletKL(logAlpha *Tensor, labels []int) *Tensor {
	mustLabels("DirichletKL", logAlpha, labels)
	sum := 0.0
	for i, label := range labels {
		sum += dirichletKL(logAlpha.Row(i), label)
	}
	y := tp.Buffer(1)
	y.Data[0] = float32(sum / float64(len(labels)))
	if r := tp.record(y, dirichletKLBack, logAlpha); r != nil {
		r.idx = labels
	}
	return y
}

// dirichletKL is the divergence of one row. The textbook form
//
//	lnΓ(S) - Σ lnΓ(α_k) - lnΓ(K) + Σ (α_k - 1)(ψ(α_k) - ψ(S)),
//
// all of alpha~, subtracts numbers as large as S log S. With
// h(x) = lnΓ(x) - (x-1) ψ(x) + x, which grows like log x / 2, they cancel on
// paper, because Σ α_k = S:
//
//	h(S) + (K-1) ψ(S) - Σ h(α_k) - lnΓ(K)
func dirichletKL(logAlpha []float32, label int) float64 {
	k := float64(len(logAlpha))
	logS := logSumWithout(logAlpha, label)
	lnGammaK, _ := math.Lgamma(k)
	kl := entropyExp(logS) + (k-1)*psiExp(logS) - entropyExp(0) - lnGammaK // α~_y = e^0
	for j, a := range logAlpha {
		if j != label {
			kl -= entropyExp(float64(a))
		}
	}
	return kl
}

// logSumWithout is log S of alpha~: the true class counts as one.
func logSumWithout(logAlpha []float32, label int) float64 {
	top := 0.0
	for j, a := range logAlpha {
		if j != label {
			top = max(top, float64(a))
		}
	}
	sum := math.Exp(-top)
	for j, a := range logAlpha {
		if j != label {
			sum += math.Exp(float64(a) - top)
		}
	}
	return top + math.Log(sum)
}

// dirichletKLBack: dKL/da_k = α_k ((α_k - 1) ψ1(α_k) - (S - K) ψ1(S)); nothing
// flows to the true class. Both products tend to one, so that their difference
// is again taken on paper, with r(x) = x (x ψ1(x) - 1), which tends to 1/2:
//
//	r(α_k) - α_k ψ1(α_k) - α_k/S (r(S) - K S ψ1(S))
func dirichletKLBack(r *record) {
	x := r.in[0]
	dx := x.gradient()
	k := x.Cols()
	g := float64(r.out.grad[0]) / float64(len(r.idx))
	for i, label := range r.idx {
		row := x.Row(i)
		logS := logSumWithout(row, label)
		common := restExp(logS) - float64(k)*psi1Exp(logS)
		for j, v := range row {
			if a := float64(v); j != label {
				dx[i*k+j] += float32(g * (restExp(a) - psi1Exp(a) - math.Exp(a-logS)*common))
			}
		}
	}
}
