package nn

import (
	"math"
	"math/rand/v2"
)

// Normal fills dst with draws from N(0, std²).
func Normal(dst []float32, std float64, r *rand.Rand) {
	for i := range dst {
		dst[i] = float32(std * r.NormFloat64())
	}
}

// Uniform fills dst with draws from [-bound, bound).
func Uniform(dst []float32, bound float64, r *rand.Rand) {
	for i := range dst {
		dst[i] = float32(bound * (2*r.Float64() - 1))
	}
}

// FanIn is PyTorch's default bound for the weights and biases of a Linear
// layer with n inputs: 1/sqrt(n).
func FanIn(n int) float64 { return 1 / math.Sqrt(float64(n)) }
