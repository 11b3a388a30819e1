package method

import (
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/augment"
	"frontdoor/internal/torchorder"
	"frontdoor/prompt"
	"frontdoor/weights"
)

// coCoOp is CoCoOp (Zhou et al., CVPR 2022): a context that a small network
// shifts by the image's features.
var coCoOp = &Method{
	Name: "cocoop", Title: "CoCoOp", Group: GroupAll, Style: 7,
	Published: Settings{Epochs: 10, Batch: 1, LR: 0.002, Words: data.Phrase},
	Small:     Settings{Epochs: 6, Batch: 16, LR: 0.1, Words: data.Phrase},
	Trains:    Features,
	Options:   contextOptions,
	New: func(m *clip.Model, _ string, s Settings, seed uint64) (prompt.Learner, error) {
		l, err := prompt.NewCoCoOp(m, s.context(), seed)
		return tune("cocoop", l, err)
	},
	Original: &Original{
		Name:   "CoCoOp",
		Folder: "prompt_learner",
		Holds:  func(has func(string) bool) bool { return has("meta_net.linear1.weight") },
		Open: func(m *clip.Model, f *weights.File) (prompt.Learner, Settings, error) {
			l, err := prompt.ReadCoCoOp(m, f)
			if err != nil {
				return nil, Settings{}, err
			}
			return prompt.Tune("cocoop", l, augment.View{}), Settings{Tokens: l.Tokens}, nil
		},
		randomNumbers: func(sizes torchorder.Sizes, s Settings) (int, bool) {
			return randomContext(sizes, s) + torchorder.CoCoOpDraws(sizes), true
		},
	},
	Reported: &Reported{
		Source: zhou,
		BaseNew: [][2]float64{{75.98, 70.43}, {97.96, 93.81}, {95.20, 97.69}, {70.49, 73.59}, {94.87, 71.75}, {90.70, 91.29}, {33.41, 23.71},
			{79.74, 76.86}, {77.01, 56.00}, {87.49, 60.04}, {82.33, 73.45}},
		Average: [2]float64{80.47, 71.69},
		Cross:   []float64{71.02, 94.43, 90.14, 65.32, 71.88, 86.06, 22.94, 67.36, 45.73, 45.37, 68.21},
		Shifted: []float64{71.02, 64.07, 48.75, 50.63, 76.18},
	},
}
