package method

import (
	"frontdoor/clip"
	"frontdoor/prompt"
)

// ensemble is M templates of MaPLe's kind whose logits are averaged: CDC
// without anything of CDC. Its small settings are CDC's.
var ensemble = &Method{
	Name: "ensemble", Title: "ensemble", Group: GroupAll, Style: 4,
	Published: Settings{Epochs: 5, Batch: 4, LR: 0.0035, Tokens: 2, Depth: 9, Templates: 4},
	Small:     Settings{Epochs: 6, Batch: 16, LR: 0.03, Tokens: 2, Depth: 3, Templates: 4},
	Trains:    Images,
	Coupled:   true,
	Adjust:    coupledAbroad,
	New: func(m *clip.Model, _ string, s Settings, seed uint64) (prompt.Learner, error) {
		view, err := crop()
		if err != nil {
			return nil, err
		}
		return prompt.NewEnsemble(m, s.Templates, s.jittered(), view, seed)
	},
}
