package golden

import (
	"hash/fnv"
	"math"
	"strings"

	"frontdoor/internal/parallel"
)

// counter returns element i of the sequence of a name, in [-1/2, 1/2). It is
// SplitMix64 (Steele, Lea and Flood 2014) started at the 64-bit FNV-1a hash of
// the name:
//
//	z = hash + (i+1) 0x9E3779B97F4A7C15                  mod 2⁶⁴
//	z = (z ^ z>>30) 0xBF58476D1CE4E5B9                   mod 2⁶⁴
//	z = (z ^ z>>27) 0x94D049BB133111EB                   mod 2⁶⁴
//	result = (top 24 bits of z ^ z>>31) / 2²⁴ - 1/2
//
// Element i needs none of the elements before it, so an array library can
// compute all at once: tools/golden/common.py has the same formula. With 24
// bits every result is exact in float32.
func counter(name string, i int) float64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return counterAt(h.Sum64(), i)
}

func counterAt(hash uint64, i int) float64 {
	z := hash + uint64(i+1)*0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	z ^= z >> 31
	return float64(z>>40)/(1<<24) - 0.5
}

// Tensor32 returns the first n elements of a name's sequence as
// shift + factor·counter, rounded to float32 at the end.
func Tensor32(name string, n int, factor, shift float64) []float32 {
	out := make([]float32, n)
	fill(out, name, 0, factor, shift)
	return out
}

// fill writes the elements from index first on.
func fill(dst []float32, name string, first int, factor, shift float64) {
	h := fnv.New64a()
	h.Write([]byte(name))
	hash := h.Sum64()
	parallel.For(len(dst), fillGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			// The conversion keeps the product from being fused with the sum, which
			// would round once less than Python does.
			dst[i] = float32(shift + float64(factor*counterAt(hash, first+i)))
		}
	})
}

// fillGrain is how many elements one worker fills at a time.
const fillGrain = 1 << 16

// CLIPFactor scales the weights of the models in tools/golden, and the learned
// tokens.
const CLIPFactor = 0.4

// FillCLIP sets the weight of a small CLIP that is called name to what
// tools/golden/clip.py gives it: gains of LayerNorms about one, the logit scale
// ln 100, everything else about zero. Names are those that the model trains,
// in which attn.in_proj is two tensors, attn.q and attn.kv; they get their
// share of its sequence.
func FillCLIP(name string, data []float32) { FillCLIPBy(CLIPFactor, name, data) }

// FillCLIPBy is FillCLIP with a factor of its own, for models of other widths.
func FillCLIPBy(factor float64, name string, data []float32) {
	if name == "logit_scale" {
		data[0] = float32(math.Log(100))
		return
	}
	shift, first := 0.0, 0
	if strings.Contains(name, "ln_") && strings.HasSuffix(name, ".weight") {
		shift = 1
	}
	stored, second := StoredName(name)
	if second {
		first = len(data) / 2 // kv has twice the rows of q, which come before
	}
	fill(data, stored, first, factor, shift)
}

// StoredName returns the name under which a checkpoint stores a tensor of the
// model, and whether the tensor is the second part of it: attn.in_proj is the
// rows of attn.q and then those of attn.kv.
func StoredName(name string) (stored string, second bool) {
	if strings.Contains(name, ".attn.q.") {
		return strings.Replace(name, ".attn.q.", ".attn.in_proj_", 1), false
	}
	if strings.Contains(name, ".attn.kv.") {
		return strings.Replace(name, ".attn.kv.", ".attn.in_proj_", 1), true
	}
	return name, false
}
