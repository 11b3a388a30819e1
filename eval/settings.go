package eval

import (
	"fmt"
	"slices"
	"strings"

	"frontdoor/cdc"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/nn"
	"frontdoor/prompt"
)

// Methods lists the methods that can be trained or evaluated, in the order in
// which tables show them.
var Methods = []string{"zeroshot", "maple", "cdc"}

// Settings are the numbers that shape a training. Zero values in overrides
// mean "as the recipe says".
type Settings struct {
	Epochs    int     `json:"epochs"`
	Batch     int     `json:"batch"`
	LR        float64 `json:"lr"`
	Templates int     `json:"templates,omitempty"` // M, for CDC
	Tokens    int     `json:"tokens"`              // n learned tokens
	Depth     int     `json:"depth"`               // J prompted blocks
	// Schedule is "step" (half an epoch of warm-up, then half a cosine, with
	// every batch) or "epoch" (the published one: an epoch at 1e-5, then a
	// cosine by epochs).
	Schedule string `json:"schedule"`
}

// smallImage is the image side up to which a model counts as small: its recipe
// was found on the synthetic world.
const smallImage = 64

// Recipe returns the settings of a method for a model: the tiny model's, found
// on the synthetic world, or MaPLe's published ones for ViT-B/16 and its kind.
// Non-zero fields of override win.
func Recipe(m *clip.Model, method string, override Settings) Settings {
	s := Settings{Epochs: 5, Batch: 4, LR: 0.0035, Tokens: 2, Depth: 9, Schedule: "epoch"}
	if m.Config.Vision.Image <= smallImage {
		s = Settings{Epochs: 6, Batch: 16, LR: 0.03, Tokens: 2, Depth: 3, Schedule: "step"}
	}
	s.Depth = min(s.Depth, m.Config.Text.Layers, m.Config.Vision.Layers)
	if method == "cdc" {
		s.Templates = 4
		if override.Templates != 0 {
			s.Templates = override.Templates
		}
	}
	if override.Epochs != 0 {
		s.Epochs = override.Epochs
	}
	if override.Batch != 0 {
		s.Batch = override.Batch
	}
	if override.LR != 0 {
		s.LR = override.LR
	}
	return s
}

// rate returns the learning rate of a step.
func (s Settings) rate(step, perEpoch int) float64 {
	if s.Schedule == "epoch" {
		return nn.EpochCosine(s.LR, step/perEpoch, s.Epochs)
	}
	return nn.WarmCosine(s.LR, step, perEpoch/2, s.Epochs*perEpoch, 0.1, 0)
}

// startJitter is the noise on the first words of CDC's templates.
const startJitter = 0.005

// NewLearner returns an untrained learner. template is the hand-crafted caption
// of the dataset.
func NewLearner(m *clip.Model, method, template string, s Settings, seed uint64) (prompt.Learner, error) {
	coupling := prompt.Coupling{Tokens: s.Tokens, Depth: s.Depth}
	switch method {
	case "zeroshot":
		return prompt.NewZeroShot(m, template), nil
	case "maple":
		views, err := augment.Set(1, 1) // the random crop with a flip
		if err != nil {
			return nil, err
		}
		return prompt.NewMaPLe(m, coupling, views[0], seed)
	case "cdc":
		coupling.Jitter = startJitter
		return cdc.New(m, cdc.DefaultOptions(s.Templates, coupling, template), seed)
	}
	return nil, CheckMethods([]string{method})
}

// CheckMethods returns an error that lists the valid methods if one is
// unknown or named twice.
func CheckMethods(methods []string) error {
	for i, m := range methods {
		if !slices.Contains(Methods, m) {
			return fmt.Errorf("unknown method %q: choose from %s", m, strings.Join(Methods, ", "))
		}
		if slices.Contains(methods[:i], m) {
			return fmt.Errorf("method %q is named twice", m)
		}
	}
	return nil
}
