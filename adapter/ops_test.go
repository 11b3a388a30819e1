package adapter

import (
	"math"
	"testing"

	"frontdoor/autograd"
	"frontdoor/internal/golden"
	"frontdoor/internal/gradcheck"
)

func TestGradients(t *testing.T) {
	param := func(name string, r, c int) *autograd.Tensor {
		return autograd.Param(golden.Tensor32(name, r*c, 1.5, 0), r, c)
	}
	labels := []int{1, 0, 2, 1, 1}
	target := autograd.Const(golden.Tensor32("target", 8, 1, 0), 2, 4)
	fixed := autograd.Const(golden.Tensor32("fixed", 6, 1, 0), 3, 2)
	weight := []float32{0.3, 2}
	for _, c := range []gradcheck.Case{
		{
			Name: "cacheLogits",
			In:   []*autograd.Tensor{param("cos", 3, 5)},
			Op: func(tp *autograd.Tape, in []*autograd.Tensor) *autograd.Tensor {
				return cacheLogits(tp, in[0], labels, 3, 1.17, 2)
			},
			Ref: func(in [][]float64) []float64 {
				y := make([]float64, 9)
				for i, v := range in[0] {
					y[i/5*3+labels[i%5]] += float64(float32(1.17)) * math.Exp(-2*(1-v))
				}
				return y
			},
		}, {
			Name: "meanSquaredDistance",
			In:   []*autograd.Tensor{param("w", 2, 4)},
			Op: func(tp *autograd.Tape, in []*autograd.Tensor) *autograd.Tensor {
				return meanSquaredDistance(tp, in[0], target, weight)
			},
			Ref: func(in [][]float64) []float64 {
				sum := 0.0
				for i, v := range in[0] {
					d := v - float64(target.Data[i])
					sum += float64(weight[i/4]) * d * d / 2
				}
				return []float64{sum}
			},
		}, {
			Name: "scaleColumns",
			In:   []*autograd.Tensor{param("a", 1, 2)},
			Op: func(tp *autograd.Tape, in []*autograd.Tensor) *autograd.Tensor {
				return scaleColumns(tp, fixed, in[0])
			},
			Ref: func(in [][]float64) []float64 {
				y := make([]float64, 6)
				for i := range y {
					y[i] = in[0][i%2] * float64(fixed.Data[i])
				}
				return y
			},
		},
	} {
		c.Run(t)
	}
}
