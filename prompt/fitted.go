package prompt

import (
	"context"

	"frontdoor/autograd"
	"frontdoor/nn"
)

// Fitted is a learner that learns from features of the frozen image tower, all
// of them at once, and not by the steps of a training loop: a head (package
// adapter). Params and State are empty before Fit or Restore; until then it
// classifies as zero-shot CLIP. Its Loss is never asked for.
type Fitted interface {
	Learner
	// TrainedOn names the classes that it is fitted on. It is called first.
	TrainedOn(names []string) error
	// ReadsPooled says that Classify reads Features.Pooled.
	ReadsPooled() bool
	// FitCost counts what Fit takes for so many classes.
	FitCost(classes int, s ShotSize) FitCost
	// FitSeconds measures how long it takes, on made-up features.
	FitSeconds(classes int, s ShotSize) (float64, error)
	// Fit learns, for the classes of TrainedOn.
	Fit(ctx context.Context, s Shots) error
	// Epochs lists those of the last Fit; none for what is found without steps.
	Epochs() []FitEpoch
	// Restore takes the tensors that State listed after a Fit on the same
	// classes.
	Restore(state []nn.Named) error
}

// Shots are what a Fitted learner learns from.
type Shots struct {
	// Views holds the pooled features [B, D] of B training images, once for each
	// of R random crops.
	Views  []*autograd.Tensor
	Labels []int // B
	// Val [V, D] are pooled features of validation images as they are; nil for
	// none.
	Val       *autograd.Tensor
	ValLabels []int
}

// ShotSize is how much a Fitted learner learns from: images, crops of each, and
// validation images.
type ShotSize struct{ Images, Draws, Val int }

// FitCost is what a Fit takes.
type FitCost struct {
	Products float64 // operations of matrix products in float32, two for a multiply-add
	Bytes    int64   // of memory
}

// FitEpoch is an epoch of a Fit: the mean loss of its steps, and the learning rate
// of the last one.
type FitEpoch struct{ Loss, LR float64 }

// ReadsPooled reports whether a learner classifies by the image tower's features
// before its last projection.
func ReadsPooled(l Learner) bool {
	f, ok := l.(Fitted)
	return ok && f.ReadsPooled()
}
