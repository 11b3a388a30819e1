package pretrain

import (
	"math/rand/v2"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/world"
	"frontdoor/nn"
)

// head reads the named factors off an image feature, one linear layer each.
type head [world.Kinds]nn.Linear

// featureGain brings unit features to the size of ordinary activations before
// the head reads them.
const featureGain = 8

func newHead(embed int, seed uint64) *head {
	r := rand.New(rand.NewPCG(seed, 0x68656164))
	h := &head{}
	for k := range world.Kind(world.Kinds) {
		n := k.Count()
		w := make([]float32, n*embed)
		nn.Uniform(w, nn.FanIn(embed), r)
		h[k] = nn.Linear{W: autograd.Param(w, n, embed), B: autograd.Param(make([]float32, n), n)}
	}
	return h
}

func (h *head) params() []nn.Named {
	var ps []nn.Named
	for k := range world.Kind(world.Kinds) {
		ps = append(ps, nn.Named{Name: "head." + k.String() + ".weight", Tensor: h[k].W},
			nn.Named{Name: "head." + k.String() + ".bias", Tensor: h[k].B})
	}
	return ps
}

// headWeight is the share of the head's cross entropy, summed over factors.
const headWeight = 0.5

// lossWeights combines the two directions of the contrast and the four
// factors.
var lossWeights = []float32{0.5, 0.5, headWeight, headWeight, headWeight, headWeight}

// loss is the symmetric contrastive loss plus the head's.
func loss(tp *autograd.Tape, m *clip.Model, h *head, b *batch) *autograd.Tensor {
	size := b.images.Dim(0)
	v := m.ImageFeatures(tp, b.images)                        // [B, E]
	w := tp.L2Normalize(m.Text.Encode(tp, b.prompts, nil), 0) // [B, E]
	terms := make([]*autograd.Tensor, 0, len(lossWeights))
	for _, pair := range [2][2]*autograd.Tensor{{v, w}, {w, v}} {
		logits := tp.ScaleExp(tp.MatMulT(pair[0], pair[1]), m.LogitScale) // [B, B]
		terms = append(terms, tp.CrossEntropy(tp.Add(logits, b.mask), b.own[:size]))
	}
	x := tp.Scale(v, featureGain)
	for k := range h {
		terms = append(terms, tp.CrossEntropy(h[k].Forward(tp, x), b.factors[k]))
	}
	return tp.Combine(lossWeights, terms...)
}
