package method

import (
	"frontdoor/clip"
	"frontdoor/prompt"
)

// ensembleZeroShot is the ensemble with zero-shot CLIP as one member more.
var ensembleZeroShot = &Method{
	Name: "ensemble+zs", Title: "ensemble + CLIP", Group: GroupAll,
	Published: ensemble.Published,
	Small:     ensemble.Small,
	Trains:    Images,
	Coupled:   true,
	Adjust:    coupledAbroad,
	New: func(m *clip.Model, template string, s Settings, seed uint64) (prompt.Learner, error) {
		view, err := crop()
		if err != nil {
			return nil, err
		}
		l, err := prompt.NewEnsemble(m, s.Templates, s.jittered(), view, seed)
		if err != nil {
			return nil, err
		}
		return prompt.NewWithZeroShot(l, template), nil
	},
}
