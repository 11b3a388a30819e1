package cdc

import (
	"fmt"
	"slices"

	"frontdoor/prompt"
)

// Options are CDC's settings. DefaultOptions has the recipe; an ablation
// changes one of them.
type Options struct {
	TrainOptions
	FuseOptions

	// Lite makes classification cost one or two passes of the image tower; see
	// lite.go.
	Lite Lite `json:"lite,omitempty"`
}

// TrainOptions are our reading of the paper: the templates, their views, DSTC and
// the losses. The first three are general settings of a method, which are stored
// beside these.
type TrainOptions struct {
	M        int             `json:"-"` // number of templates
	Coupling prompt.Coupling `json:"-"`
	Template string          `json:"-"` // hand-crafted t^0, such as "a photo of a {}."

	// ViewSet is the set of augmentations (package augment): 1, or 2 with a
	// random crop before each. 0 leaves VSD out: all templates train on the
	// random crop with a flip.
	ViewSet int `json:"views"`

	// Trusted is DSTC: templates are trained by L_t-ce and give opinions. Without
	// it they are trained by cross entropy, and the mean of their logits
	// decides.
	Trusted  bool     `json:"trusted"`
	Evidence Evidence `json:"evidence"`
	Offset   Offset   `json:"offset"`

	Fused       float32 `json:"fused"`         // weight of L_t-ce of the fused opinion
	Diversity   float32 `json:"diversity"`     // weight of L_de
	RawCosine   bool    `json:"raw_diversity"` // L_de of the features, not of their residuals
	Consistency float32 `json:"consistency"`   // weight of L_con
	KL          float32 `json:"kl"`            // weight of the annealed KL term; 0 leaves it out
}

// FuseOptions say how opinions become a prediction at test time. The paper's
// are Dempster's rule over the opinions of all templates, the hand-crafted one
// among them; the four that follow these two are ours.
type FuseOptions struct {
	Fusion Fusion `json:"fusion"`
	// HandCrafted adds the opinion of the hand-crafted template to the fusion.
	HandCrafted bool `json:"hand_crafted"`

	// TestViews gives each template a view of its own at test time too
	// (augment.TestViews), in place of the whole image for all.
	TestViews bool `json:"looks"`
	// ClassSimilarity gives the learned templates less weight for classes that are
	// not similar to the training classes.
	ClassSimilarity bool `json:"familiarity"`
	// Independence says how far the opinions count as independent evidence: 1
	// is Dempster's rule, 0 counts all of them as one. See pool.
	Independence float64 `json:"independence"`
	// Closed assumes that every image is of one of the classes: belief alone
	// makes the probabilities, and the uncertainty stands beside them. See
	// Opinion.closed.
	Closed bool `json:"closed"`
}

// DefaultOptions returns the recipe for m templates.
func DefaultOptions(m int, c prompt.Coupling, template string) Options {
	return Options{
		TrainOptions: TrainOptions{
			M:           m,
			Coupling:    c,
			Template:    template,
			ViewSet:     1,
			Trusted:     true,
			Evidence:    Exp,
			Offset:      Midpoint,
			Fused:       1,
			Diversity:   0.3,
			Consistency: 1,
		},
		FuseOptions: FuseOptions{
			Fusion:          Dempster,
			HandCrafted:     true,
			TestViews:       true,
			ClassSimilarity: true,
			Closed:          true,
		},
	}
}

// maxTemplates is the largest M.
const maxTemplates = 64

// check reports unusable options.
func (o *Options) check() error {
	switch {
	case o.M < 1 || o.M > maxTemplates:
		return fmt.Errorf("cdc: %d templates; choose 1 to %d", o.M, maxTemplates)
	case !slices.Contains([]Evidence{Exp, Softplus, ReLU}, o.Evidence):
		return fmt.Errorf("cdc: unknown evidence %q; choose from %s, %s, %s", o.Evidence, Exp, Softplus, ReLU)
	case !slices.Contains([]Offset{Midpoint, Mean, MeanMax}, o.Offset):
		return fmt.Errorf("cdc: unknown offset %q; choose from %s, %s, %s", o.Offset, Midpoint, Mean, MeanMax)
	case !slices.Contains([]Lite{"", Shared, Student}, o.Lite):
		return fmt.Errorf("cdc: unknown lite %q; choose from %s, %s", o.Lite, Shared, Student)
	case !(o.Independence >= 0 && o.Independence <= 1):
		return fmt.Errorf("cdc: independence %v is not in [0, 1]", o.Independence)
	case !slices.Contains([]Fusion{Dempster, MeanProb, MeanLogits}, o.Fusion):
		return fmt.Errorf("cdc: unknown fusion %q; choose from %s, %s, %s", o.Fusion, Dempster, MeanProb, MeanLogits)
	}
	return nil
}
