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
var Methods = []string{
	"zeroshot", "zeroshot7", "zeroshot80",
	"coop", "coop-csc", "cocoop", "vpt-shallow", "vpt", "language", "ivlp",
	"maple", "maple+zs", "ensemble", "ensemble+zs", "cdc", "cdc-lite",
}

// DefaultMethods lists the methods that are compared when none are named.
var DefaultMethods = []string{"zeroshot", "maple", "cdc"}

// RivalMethods lists the methods that are compared on the synthetic world, where
// each takes seconds, when none are named: the baselines of the paper and what
// CDC must beat to show that it is more than several prompts or a second look at
// CLIP's own answer.
var RivalMethods = []string{"zeroshot", "coop", "cocoop", "maple", "maple+zs", "ensemble", "cdc", "cdc-lite"}

// Untrained says whether a method has nothing to train.
func Untrained(method string) bool { return strings.HasPrefix(method, "zeroshot") }

// Settings are the numbers that shape a training. Zero values in overrides
// mean "as the recipe says".
type Settings struct {
	Epochs    int     `json:"epochs"`
	Batch     int     `json:"batch"`
	LR        float64 `json:"lr"`
	Templates int     `json:"templates,omitempty"` // M, for CDC and the ensemble
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

	// CDC holds the switches of CDC and its ablations.
	CDC cdc.Options `json:"cdc,omitzero"`

	// Draws, if it is positive, lets each image be drawn this often only: epoch e
	// sees draw e mod Draws. A method that trains nothing in the image tower
	// then encodes each image Draws times in all. The published schedules draw
	// anew in every epoch, so with fewer draws than epochs this is an
	// approximation to them; other methods take no notice.
	Draws int `json:"draws,omitempty"`

	// Schedule is "step" (half an epoch of warm-up, then half a cosine, with
	// every batch), "epoch" (the published one: an epoch at 1e-5, then a
	// cosine by epochs) or "none".
	Schedule string `json:"schedule"`
}

// rate returns the learning rate of a step.
func (s Settings) rate(step, perEpoch int) float64 {
	if s.Schedule == "epoch" {
		return nn.EpochCosine(s.LR, step/perEpoch, s.Epochs)
	}
	return nn.WarmCosine(s.LR, step, perEpoch/2, s.Epochs*perEpoch, 0.1, 0)
}

// startJitter is the noise on the first words of several templates.
const startJitter = 0.005

// NewLearner returns an untrained learner. template is the hand-crafted caption
// of the dataset.
func NewLearner(m *clip.Model, method, template string, s Settings, seed uint64) (prompt.Learner, error) {
	if isCDC(method) {
		return cdc.New(m, s.options(template), seed)
	}
	switch method {
	case "zeroshot":
		return prompt.NewZeroShot(m, template), nil
	case "zeroshot7":
		return prompt.NewZeroShotEnsemble(m, method, prompt.Templates7(template)), nil
	case "zeroshot80":
		return prompt.NewZeroShotEnsemble(m, method, prompt.Templates80()), nil
	}
	views, err := augment.Set(1, 1) // the random crop with a flip
	if err != nil {
		return nil, err
	}
	switch method {
	case "maple":
		return prompt.NewMaPLe(m, s.coupling(), views[0], seed)
	case "maple+zs":
		l, err := prompt.NewMaPLe(m, s.coupling(), views[0], seed)
		if err != nil {
			return nil, err
		}
		return prompt.NewWithZeroShot(l, template), nil
	case "ensemble":
		return prompt.NewEnsemble(m, s.Templates, s.jittered(), views[0], seed)
	case "ensemble+zs":
		l, err := prompt.NewEnsemble(m, s.Templates, s.jittered(), views[0], seed)
		if err != nil {
			return nil, err
		}
		return prompt.NewWithZeroShot(l, template), nil
	}
	tuned, err := newMethod(m, method, s, seed)
	if err != nil {
		return nil, err
	}
	return prompt.Tune(method, tuned, views[0]), nil
}

// newMethod returns one of the methods that need nothing but cross entropy.
func newMethod(m *clip.Model, method string, s Settings, seed uint64) (prompt.Method, error) {
	context := prompt.Context{Words: s.Words, Tokens: s.Tokens, Position: prompt.Position(s.Position), PerClass: s.PerClass}
	switch method {
	case "coop", "coop-csc":
		return prompt.NewCoOp(m, context, seed)
	case "cocoop":
		return prompt.NewCoCoOp(m, context, seed)
	case "vpt-shallow", "vpt", "language", "ivlp":
		return prompt.NewIndependent(m, prompt.Towers{
			TextTokens: s.Tokens, TextDepth: s.Depth, VisionTokens: s.VisionTokens, VisionDepth: s.VisionDepth,
		}, seed)
	}
	return nil, CheckMethods([]string{method})
}

func (s Settings) coupling() prompt.Coupling {
	return prompt.Coupling{Tokens: s.Tokens, Depth: s.Depth}
}

// jittered is the coupling of several templates.
func (s Settings) jittered() prompt.Coupling {
	return prompt.Coupling{Tokens: s.Tokens, Depth: s.Depth, Jitter: startJitter}
}

// options completes the switches of CDC by the settings that it shares with
// other methods. A run folder without switches was trained with the defaults.
func (s Settings) options(template string) cdc.Options {
	o := s.CDC
	if o == (cdc.Options{}) {
		o = cdc.DefaultOptions(0, prompt.Coupling{}, "")
	}
	o.M, o.Coupling, o.Template = s.Templates, s.jittered(), template
	return o
}

// SplitMethods returns the methods of a list such as "maple,cdc"; "all" stands
// for all that a user would choose from, "ablations" for CDC and its variants.
func SplitMethods(list string) ([]string, error) {
	var methods []string
	for _, m := range strings.Split(list, ",") {
		switch m = strings.TrimSpace(m); m {
		case "":
		case "all":
			methods = append(methods, Methods...)
		case "ablations":
			methods = append(methods, "cdc")
			for _, a := range Ablations {
				methods = append(methods, a.Name)
			}
		default:
			methods = append(methods, m)
		}
	}
	return methods, CheckMethods(methods)
}

// CheckMethods returns an error that lists the valid methods if one is
// unknown or named twice.
func CheckMethods(methods []string) error {
	for i, m := range methods {
		if _, variant := ablation(m); !variant && !slices.Contains(Methods, m) {
			return fmt.Errorf("unknown method %q: choose from %s, or all; variants of CDC, or ablations for all of them, are %s",
				m, strings.Join(Methods, ", "), strings.Join(ablationNames(), ", "))
		}
		if slices.Contains(methods[:i], m) {
			return fmt.Errorf("method %q is named twice", m)
		}
	}
	return nil
}
