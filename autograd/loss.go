package autograd

import (
	"fmt"
	"math"

	"frontdoor/simd"
)

// CrossEntropy is the mean over rows of -log softmax(logits)[label]: logits
// [B, K], labels [B], result [1]. It panics on a label outside [0, K).
func (tp *Tape) CrossEntropy(logits *Tensor, labels []int) *Tensor {
	onHost("CrossEntropy", logits)
	b := logits.Rows()
	mustLabels("CrossEntropy", logits, labels)
	probs := tp.like(logits)
	sum := 0.0
	for i := range b {
		row, p := logits.Row(i), probs.Row(i)
		simd.Softmax(p, row)
		sum += logSumExp(row) - float64(row[labels[i]])
	}
	y := tp.Buffer(1)
	y.Data[0] = float32(sum / float64(b))
	if r := tp.record(y, crossEntropyBack, logits); r != nil {
		r.probs, r.labels = probs, tp.keepLabels(labels)
	}
	return y
}

// crossEntropyBack: dlogits += (softmax - onehot) / B.
func crossEntropyBack(r *record) {
	dx, k := r.in[0].gradient().Data, r.in[0].Cols()
	g := r.out.grad.Data[0] / float32(len(r.labels))
	simd.Axpy(g, r.probs.Data, dx)
	for i, label := range r.labels {
		dx[i*k+label] -= g
	}
}

func mustLabels(op string, logits *Tensor, labels []int) {
	mustShape(logits.Rows() == len(labels), op, logits)
	for i, label := range labels {
		if label < 0 || label >= logits.Cols() {
			panic(fmt.Sprintf("autograd: %s: label %d of row %d is not in 0..%d", op, label, i, logits.Cols()-1))
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
