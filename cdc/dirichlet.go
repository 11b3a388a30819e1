package cdc

import (
	"fmt"
	"math"

	"frontdoor/autograd"
	"frontdoor/simd"
)

// dirichletCE is the expected cross entropy under a Dirichlet distribution,
// mean over rows of psi(S) - psi(alpha_y) with S = Σ alpha: the trusted cross
// entropy (Han et al. 2021, Trusted Multi-View Classification, eq. 8; L_t-ce of
// CDC). logAlpha is [B, K], labels [B], result [1].
//
// With a_k = log alpha_k, d psi(S)/da_k = psi1(S) S · alpha_k/S and
// d psi(alpha_y)/da_y = psi1(alpha_y) alpha_y.
func dirichletCE(tp *autograd.Tape, logAlpha *autograd.Tensor, labels []int) *autograd.Tensor {
	mustLabels("dirichletCE", logAlpha, labels)
	sum := 0.0
	for i, label := range labels {
		row := logAlpha.Row(i)
		sum += psiExp(logSumExp(row)) - psiExp(float64(row[label]))
	}
	y := tp.Buffer(1)
	y.Data[0] = float32(sum / float64(len(labels)))
	return tp.Op(y, func(dy []float32) {
		dx, k := logAlpha.GradBuffer(), logAlpha.Cols()
		g := float64(dy[0]) / float64(len(labels))
		for i, label := range labels {
			row := logAlpha.Row(i)
			logS := logSumExp(row)
			slope := g * psi1Exp(logS)
			for j, a := range row {
				dx[i*k+j] += float32(slope * math.Exp(float64(a)-logS))
			}
			dx[i*k+label] -= float32(g * psi1Exp(float64(row[label])))
		}
	}, logAlpha)
}

// dirichletKL is the mean over rows of KL(Dir(alpha~) || Dir(1)), where
// alpha~ is alpha with the evidence of the true class removed (alpha~_y = 1):
// it pulls evidence for wrong classes to zero (Trusted Multi-View
// Classification, eq. 9). logAlpha is [B, K], labels [B], result [1].
//
// dKL/da_k = α_k ((α_k - 1) ψ1(α_k) - (S - K) ψ1(S)); nothing flows to the true
// class. Both products tend to one, so that their difference is taken on paper,
// with r(x) = x (x ψ1(x) - 1), which tends to 1/2:
//
//	r(α_k) - α_k ψ1(α_k) - α_k/S (r(S) - K S ψ1(S))
func dirichletKL(tp *autograd.Tape, logAlpha *autograd.Tensor, labels []int) *autograd.Tensor {
	mustLabels("dirichletKL", logAlpha, labels)
	sum := 0.0
	for i, label := range labels {
		sum += divergence(logAlpha.Row(i), label)
	}
	y := tp.Buffer(1)
	y.Data[0] = float32(sum / float64(len(labels)))
	return tp.Op(y, func(dy []float32) {
		dx, k := logAlpha.GradBuffer(), logAlpha.Cols()
		g := float64(dy[0]) / float64(len(labels))
		for i, label := range labels {
			row := logAlpha.Row(i)
			logS := logSumWithout(row, label)
			common := restExp(logS) - float64(k)*psi1Exp(logS)
			for j, v := range row {
				if a := float64(v); j != label {
					dx[i*k+j] += float32(g * (restExp(a) - psi1Exp(a) - math.Exp(a-logS)*common))
				}
			}
		}
	}, logAlpha)
}

// divergence is that of one row. The textbook form
//
//	lnΓ(S) - Σ lnΓ(α_k) - lnΓ(K) + Σ (α_k - 1)(ψ(α_k) - ψ(S)),
//
// all of alpha~, subtracts numbers as large as S log S. With
// h(x) = lnΓ(x) - (x-1) ψ(x) + x, which grows like log x / 2, they cancel on
// paper, because Σ α_k = S:
//
//	h(S) + (K-1) ψ(S) - Σ h(α_k) - lnΓ(K)
func divergence(logAlpha []float32, label int) float64 {
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

// mustLabels panics unless there is a label in [0, K) for each row of logAlpha.
func mustLabels(op string, logAlpha *autograd.Tensor, labels []int) {
	if logAlpha.Rows() != len(labels) {
		panic(fmt.Sprintf("cdc: %s: shape %v, %d labels", op, logAlpha.Shape(), len(labels)))
	}
	for i, label := range labels {
		if label < 0 || label >= logAlpha.Cols() {
			panic(fmt.Sprintf("cdc: %s: label %d of row %d is not in 0..%d", op, label, i, logAlpha.Cols()-1))
		}
	}
}

// logSumExp returns log Σ exp(x) without overflow.
func logSumExp(x []float32) float64 {
	top := float64(simd.Max(x))
	if math.IsInf(top, 0) {
		return top
	}
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(float64(v) - top)
	}
	return top + math.Log(sum)
}
