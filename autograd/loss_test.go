package autograd

import (
	"math"
	"testing"
)

func refCrossEntropy(k int, labels []int) func(in [][]float64) []float64 {
	return func(in [][]float64) []float64 {
		loss := 0.0
		for i, label := range labels {
			sum := 0.0
			for _, v := range in[0][i*k : (i+1)*k] {
				sum += math.Exp(v - in[0][i*k+label])
			}
			loss += math.Log(sum) / float64(len(labels))
		}
		return []float64{loss}
	}
}

func TestCrossEntropyGradients(t *testing.T) {
	labels := []int{3, 0, 3, 6}
	for _, scale := range []float32{1, 20} {
		in := params([]int{4, 7})
		for i := range in[0].Data {
			in[0].Data[i] *= scale
		}
		gradCase{
			name: map[float32]string{1: "small logits", 20: "logits as large as CLIP's"}[scale],
			in:   in,
			op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.CrossEntropy(in[0], labels) },
			ref:  refCrossEntropy(7, labels),
		}.run(t)
	}
}

func TestCrossEntropyByHand(t *testing.T) {
	// Probabilities 1/4 and 3/4.
	x := Param([]float32{0, float32(math.Log(3)), 5, 5}, 2, 2)
	tp := NewTape()
	loss := tp.CrossEntropy(x, []int{0, 1})
	numbers(t, "loss", loss.Data, (math.Log(4)+math.Log(2))/2)
	tp.Backward(loss)
	numbers(t, "dx", x.Grad(), -0.375, 0.375, 0.25, -0.25)
}

// Logits far apart overflow neither way.
func TestCrossEntropyOfExtremeLogits(t *testing.T) {
	x := Param([]float32{1000, -1000, 0}, 1, 3)
	tp := NewTape()
	loss := tp.CrossEntropy(x, []int{1})
	numbers(t, "loss", loss.Data, 2000)
	tp.Backward(loss)
	numbers(t, "dx", x.Grad(), 1, -1, 0)
}
