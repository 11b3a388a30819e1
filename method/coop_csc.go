package method

import (
	"frontdoor/clip"
	"frontdoor/prompt"
)

// coOpCSC is CoOp with class-specific contexts (Zhou et al., IJCV 2022, section
// 3.2). It cannot be asked about classes that it was not trained on.
var coOpCSC = &Method{
	Name: "coop-csc", Title: "CoOp, class-specific", Group: GroupAll,
	Published: Settings{Epochs: 200, Batch: 32, LR: 0.002, Tokens: 16, PerClass: true},
	Small:     Settings{Epochs: 6, Batch: 16, LR: 0.2, Tokens: 4, PerClass: true},
	Trains:    Features,
	Options:   coOpOptions,
	New: func(m *clip.Model, _ string, s Settings, seed uint64) (prompt.Learner, error) {
		l, err := prompt.NewCoOp(m, s.context(), seed)
		return tune("coop-csc", l, err)
	},
}
