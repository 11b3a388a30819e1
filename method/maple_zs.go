package method

import (
	"frontdoor/clip"
	"frontdoor/prompt"
)

// maPLeZeroShot classifies by the mean of MaPLe's logits and zero-shot CLIP's:
// what CDC's hand-crafted template brings without the rest of CDC.
var maPLeZeroShot = &Method{
	Name: "maple+zs", Title: "MaPLe + CLIP", Group: GroupAll, Style: 5,
	Published: maPLe.Published,
	Small:     maPLe.Small,
	Trains:    Images,
	Coupled:   true,
	Adjust:    coupledAbroad,
	New: func(m *clip.Model, template string, s Settings, seed uint64) (prompt.Learner, error) {
		view, err := crop()
		if err != nil {
			return nil, err
		}
		l, err := prompt.NewMaPLe(m, s.coupling(), view, seed)
		if err != nil {
			return nil, err
		}
		return prompt.NewWithZeroShot(l, template), nil
	},
	Original: &Original{Name: "MaPLe", Folder: "MultiModalPromptLearner", Prefix: prompt.LearnerPrefix, randomNumbers: mapleNumbers},
}
