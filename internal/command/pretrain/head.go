package pretrain

import (
	"math/rand/v2"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/world"
	"frontdoor/nn"
)

// head predicts the named factors from an image feature, one linear layer each.
// It is used in training only: without it, shape stays at chance for long.
type head [world.Kinds]nn.Linear

// featureGain scales unit features to the size of ordinary activations before
// the head.
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

// lossWeights combines the contrastive loss and the four factors.
var lossWeights = []float32{1, headWeight, headWeight, headWeight, headWeight}

// loss is the contrastive loss plus the head's.
func loss(tp *autograd.Tape, m *clip.Model, h *head, b *batch) *autograd.Tensor {
	v := m.ImageFeatures(tp, b.images)                        // [B, E]
	w := tp.L2Normalize(m.Text.Encode(tp, b.prompts, nil), 0) // [B, E]
	terms := []*autograd.Tensor{m.Contrastive(tp, v, w, b.mask)}
	x := tp.Scale(v, featureGain) // [B, E]
	for k := range h {
		terms = append(terms, tp.CrossEntropy(h[k].Forward(tp, x), b.factors[k]))
	}
	return tp.Combine(lossWeights, terms...)
}
