package method

import (
	"math"

	"frontdoor/adapter"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/internal/setting"
	"frontdoor/prompt"
)

// Head holds what heads on cached features have besides numbers that other
// methods have too. Epochs, Batch and LR are theirs where they take steps, Draws
// is how many random crops of an image they read, and PerClass says that they
// have weights for each class.
type Head struct {
	Alpha    float64 `json:"alpha,omitempty"`     // weight of what is added to the text classifier
	MaxAlpha float64 `json:"max_alpha,omitempty"` // bounds of Tip-Adapter's grid
	MaxBeta  float64 `json:"max_beta,omitempty"`
	Lambda   float64 `json:"lambda,omitempty"` // weight of the distance to the start
	Fresh    bool    `json:"fresh,omitempty"`  // LP++: α follows the gradient of the step alone
}

// Shares of an image that random crops cover at least: that of the releases of
// GDA, Tip-Adapter and LP++, and torchvision's default.
const (
	halfCrop = 0.5
	anyCrop  = 0.08
)

// newHead returns the constructor of a method that is a head of package adapter
// on crops of at least a share of an image.
func newHead(name string, share float32, kind func(s Settings) adapter.Kind) func(*clip.Model, string, Settings, uint64) (prompt.Learner, error) {
	return func(m *clip.Model, template string, s Settings, seed uint64) (prompt.Learner, error) {
		return adapter.NewLearner(m, kind(s), name, template, augment.Crop(share), seed), nil
	}
}

// checkHead returns an error if a head cannot be fitted with the settings.
func (s Settings) checkHead() error {
	if s.LR < 0 || math.IsNaN(s.LR) || math.IsInf(s.LR, 0) {
		return setting.Errorf("{lr} %v: must be a positive number", s.LR)
	}
	return nil
}
