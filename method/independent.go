package method

import (
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/internal/torchorder"
	"frontdoor/prompt"
	"frontdoor/weights"
)

// newIndependent returns the constructor of a method that learns prompts of one
// tower or of both, independently of each other.
func newIndependent(name string) func(*clip.Model, string, Settings, uint64) (prompt.Learner, error) {
	return func(m *clip.Model, _ string, s Settings, seed uint64) (prompt.Learner, error) {
		l, err := prompt.NewIndependent(m, s.towers(), seed)
		return tune(name, l, err)
	}
}

// openIndependent returns what reads such a method's checkpoint.
func openIndependent(name string) func(*clip.Model, *weights.File) (prompt.Learner, Settings, error) {
	return func(m *clip.Model, f *weights.File) (prompt.Learner, Settings, error) {
		l, err := prompt.ReadIndependent(m, f)
		if err != nil {
			return nil, Settings{}, err
		}
		s := Settings{Tokens: l.TextTokens, Depth: l.TextDepth, VisionTokens: l.VisionTokens, VisionDepth: l.VisionDepth}
		return prompt.Tune(name, l, augment.View{}), s, nil
	}
}

// independentNumbers counts the random numbers of learned tokens that do not
// begin as words.
func independentNumbers(sizes torchorder.Sizes, s Settings) (int, bool) {
	return torchorder.IndependentDraws(sizes, s.Tokens, s.Depth, s.VisionTokens, s.VisionDepth), true
}

// holdsVision and holdsText say which towers have learned tokens in a
// checkpoint of independent prompts.
func holdsVision(has func(string) bool) bool {
	return has("image_encoder.VPT") && !maPLe.Original.Holds(has)
}

func holdsText(has func(string) bool) bool {
	return has(prompt.LearnerPrefix+"ctx") && !maPLe.Original.Holds(has)
}
