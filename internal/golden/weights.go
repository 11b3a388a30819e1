package golden

import (
	"hash/fnv"
	"math"
	"strings"
)

// Factors that scale the generator's numbers, by what they are used for.
const (
	Factor      = 0.3 // weights of the model, learned contexts, projections
	imageFactor = 4.0 // the input image
	MetaFactor  = 1.0 // CoCoOp's meta-net
)

// Weights returns the first n elements, row-major, of the tensor called name:
// factor (s/2³² - 1/2), with s from a linear congruential generator that
// starts at the 32-bit FNV-1a hash of the name. The gains of LayerNorms,
// recognised by name, are shifted by one, and the logit scale is ln 100.
//
// Because the name alone determines the sequence, a tensor with more rows
// begins with the same numbers.
func Weights(name string, n int, factor float64) []float32 {
	out := make([]float32, n)
	if name == "logit_scale" {
		for i := range out {
			out[i] = float32(math.Log(100))
		}
		return out
	}
	shift := 0.0
	if strings.Contains(name, "ln_") && strings.HasSuffix(name, ".weight") {
		shift = 1
	}
	h := fnv.New32a()
	h.Write([]byte(name))
	s := h.Sum32()
	for i := range out {
		s = s*1664525 + 1013904223
		out[i] = float32(shift + factor*(float64(s)/(1<<32)-0.5))
	}
	return out
}

// Fetch returns the elements of one tensor of the model, in the form in which
// nn.Builder asks for them.
func Fetch(name string, shape []int) ([]float32, error) {
	return Weights(name, elements(shape), Factor), nil
}

func elements(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
