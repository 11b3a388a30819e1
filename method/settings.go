package method

import (
	"fmt"
	"math"
	"strings"

	"frontdoor/cdc"
	"frontdoor/internal/setting"
	"frontdoor/prompt"
)

// Settings are the numbers that shape a training. Zero values in what a user
// asks for mean "as the recipe says". Settings are comparable and are kept in
// config.json; a method whose numbers have no place yet adds a struct of its
// own, as CDC does.
type Settings struct {
	Epochs    int     `json:"epochs"`
	Batch     int     `json:"batch"`
	LR        float64 `json:"lr"`
	Templates int     `json:"templates,omitempty"` // M, of methods with several
	Tokens    int     `json:"tokens"`              // n learned text tokens
	Depth     int     `json:"depth"`               // J prompted blocks of the text tower; of both if coupled

	// Tokens and prompted blocks of the image tower, where they are
	// independent of the text tower's.
	VisionTokens int `json:"vision_tokens,omitempty"`
	VisionDepth  int `json:"vision_depth,omitempty"`

	// Contexts in the manner of CoOp: the words they begin as, where the class
	// name stands (end, middle or front), and whether each class has its own.
	Words    string `json:"words,omitempty"`
	Position string `json:"position,omitempty"`
	PerClass bool   `json:"per_class,omitempty"`

	// Head holds the numbers of heads on cached features.
	Head Head `json:"head,omitzero"`

	// CDC holds the switches of CDC and its ablations.
	CDC cdc.Options `json:"cdc,omitzero"`

	// Draws, if it is positive, trains on this many crops of each image only:
	// epoch e sees crop e mod Draws. A method that trains nothing in the image
	// tower then encodes each image Draws times in all. The published schedules
	// crop anew in every epoch, so with fewer crops than epochs this is an
	// approximation to them. A head reads this many crops of each image, and none
	// more; other methods take no notice.
	Draws int `json:"draws,omitempty"`

	// EveryImage trains on every image in every epoch, in batches that differ by one
	// image at most. The published experiments, and runs of older versions, leave
	// out what does not fill the last batch: 8 of 24 images at a batch of 16.
	EveryImage bool `json:"every_image,omitempty"`

	// Schedule is "step" (half an epoch of warm-up, then half a cosine, with
	// every batch), "epoch" (the published one: an epoch at 1e-5, then a
	// cosine by epochs) or "none".
	Schedule string `json:"schedule"`
}

const (
	// maxTemplates bounds the number of templates of a method that has several.
	maxTemplates = 64
	// maxTokens bounds learned tokens and prompted blocks, which no model has
	// room for.
	maxTokens = 1 << 12
	// maxDraws bounds the crops of an image that are kept.
	maxDraws = 1000
	// maxSteps bounds epochs and batches.
	maxSteps = 1 << 30
)

// check returns an error that names the first number that cannot be trained
// with.
func (s Settings) check(severalTemplates bool) error {
	switch {
	case s.Epochs < 1 || s.Epochs > maxSteps:
		return setting.Errorf("{epochs} %d: must be at least 1 and at most %d", s.Epochs, maxSteps)
	case s.Batch < 1 || s.Batch > maxSteps:
		return setting.Errorf("{batch} %d: must be at least 1 and at most %d", s.Batch, maxSteps)
	case !(s.LR > 0) || math.IsInf(s.LR, 0):
		return setting.Errorf("{lr} %v: must be a positive number", s.LR)
	case severalTemplates && (s.Templates < 1 || s.Templates > maxTemplates):
		return setting.Errorf("{templates} %d: must be 1 to %d", s.Templates, maxTemplates)
	}
	return s.CheckSizes()
}

// CheckSizes returns an error that names the first size that no
// learner has: settings of a run folder are anybody's, and learners are made as
// large as they say.
func (s Settings) CheckSizes() error {
	switch {
	case max(s.Tokens, s.VisionTokens) > maxTokens || min(s.Tokens, s.VisionTokens) < 0:
		return setting.Errorf("{tokens} %d: must be at most %d", max(s.Tokens, s.VisionTokens), maxTokens)
	case max(s.Depth, s.VisionDepth) > maxTokens || min(s.Depth, s.VisionDepth) < 0:
		return setting.Errorf("{depth} %d: must be at most %d", max(s.Depth, s.VisionDepth), maxTokens)
	case s.Draws < 0 || s.Draws > maxDraws:
		return setting.Errorf("{draws} %d: must be at most %d", s.Draws, maxDraws)
	case s.Templates < 0 || s.Templates > maxTemplates:
		return setting.Errorf("{templates} %d: must be at most %d", s.Templates, maxTemplates)
	}
	return nil
}

// FewDraws says that crops of training images come back.
func (s Settings) FewDraws() bool { return s.Draws > 0 && s.Draws < s.Epochs }

// Draw says which crop of its images an epoch sees.
func (s Settings) Draw(epoch int) int {
	if s.FewDraws() {
		return epoch % s.Draws
	}
	return epoch
}

// Steps is how many steps an epoch of n images has. It panics without a batch, as
// zero settings are; Recipe completes them.
func (s Settings) Steps(n int) int {
	if s.Batch < 1 {
		panic(fmt.Sprintf("method: Steps of settings with a batch of %d: Method.Recipe completes settings", s.Batch))
	}
	if s.EveryImage {
		return max(1, (n+s.Batch-1)/s.Batch)
	}
	return max(1, n/s.Batch)
}

// Span returns which [lo, hi) of n images, in the order of an epoch, step i of the
// epoch trains on.
func (s Settings) Span(n, i int) (lo, hi int) {
	if s.EveryImage {
		k := s.Steps(n)
		return i * n / k, (i + 1) * n / k
	}
	return i * s.Batch, min(n, (i+1)*s.Batch)
}

// Describe says in words what will be trained, and how.
func (s Settings) Describe() string {
	var parts []string
	add := func(ok bool, format string, args ...any) {
		if ok {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(s.Epochs > 0 && s.Batch > 0, "%s, batch %d, lr %g", counted(s.Epochs, "epoch"), s.Batch, s.LR)
	add(s.Epochs > 0 && s.Batch == 0, "%s on all images", counted(s.Epochs, "step"))
	add(s.Batch == 0 && s.LR > 0, "lr %g", s.LR)
	add(s.Templates > 0, "%s", counted(s.Templates, "template"))
	add(s.Tokens > 0 && s.Depth == 0, "%s", counted(s.Tokens, "token"))
	add(s.Depth > 0, "%s in %s", counted(s.Tokens, "token"), counted(s.Depth, "block"))
	add(s.VisionDepth > 0, "%s in %s", counted(s.VisionTokens, "vision token"), counted(s.VisionDepth, "block"))
	add(s.Words != "", "from %q", s.Words)
	add(s.Position != "", "name at %s", s.Position)
	add(s.PerClass, "per class")
	add(s.FewDraws() || s.Draws > 0 && s.Batch == 0, "%s of each image", counted(s.Draws, "draw"))
	if len(parts) == 0 {
		return "nothing to train"
	}
	return strings.Join(parts, ", ")
}

// counted is a number of things: "1 epoch", "2 epochs".
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// startJitter is the standard deviation of the noise on the first words of
// several templates.
const startJitter = 0.005

func (s Settings) coupling() prompt.Coupling {
	return prompt.Coupling{Tokens: s.Tokens, Depth: s.Depth}
}

// jittered is the coupling of several templates.
func (s Settings) jittered() prompt.Coupling {
	return prompt.Coupling{Tokens: s.Tokens, Depth: s.Depth, Jitter: startJitter}
}

func (s Settings) context() prompt.Context {
	return prompt.Context{Words: s.Words, Tokens: s.Tokens, Position: prompt.Position(s.Position), PerClass: s.PerClass}
}

func (s Settings) towers() prompt.Towers {
	return prompt.Towers{TextTokens: s.Tokens, TextDepth: s.Depth, VisionTokens: s.VisionTokens, VisionDepth: s.VisionDepth}
}
