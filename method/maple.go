package method

import (
	"frontdoor/clip"
	"frontdoor/internal/torchorder"
	"frontdoor/prompt"
	"frontdoor/weights"
)

// maPLe is MaPLe (Khattak et al., CVPR 2023): learned text tokens in several
// blocks, from which the tokens of the image tower are projected.
var maPLe = &Method{
	Name: "maple", Title: "MaPLe", Group: GroupAll, Style: 2,
	Published: Settings{Epochs: 5, Batch: 4, LR: 0.0035, Tokens: 2, Depth: 9},
	Small:     Settings{Epochs: 6, Batch: 16, LR: 0.03, Tokens: 2, Depth: 3},
	Trains:    Images,
	Coupled:   true,
	Adjust:    coupledAbroad,
	New: func(m *clip.Model, _ string, s Settings, seed uint64) (prompt.Learner, error) {
		view, err := crop()
		if err != nil {
			return nil, err
		}
		return prompt.NewMaPLe(m, s.coupling(), view, seed)
	},
	Original: &Original{
		Name:   "MaPLe",
		Folder: "MultiModalPromptLearner", Prefix: prompt.LearnerPrefix,
		Holds: func(has func(string) bool) bool { return has(prompt.LearnerPrefix + "proj.weight") },
		Open: func(m *clip.Model, f *weights.File) (prompt.Learner, Settings, error) {
			l, err := prompt.ReadMaPLe(m, f)
			if err != nil {
				return nil, Settings{}, err
			}
			return l, Settings{Tokens: l.Templates[0].Tokens, Depth: l.Templates[0].Depth}, nil
		},
		randomNumbers: mapleNumbers,
	},
	Reported: &Reported{
		Source: khattak,
		BaseNew: [][2]float64{{76.66, 70.54}, {97.74, 94.36}, {95.43, 97.76}, {72.94, 74.00}, {95.92, 72.46}, {90.71, 92.05}, {37.44, 35.61},
			{80.82, 78.70}, {80.36, 59.18}, {94.07, 73.23}, {83.00, 78.66}},
		Average: [2]float64{82.28, 75.14},
		Cross:   []float64{70.72, 93.53, 90.49, 65.57, 72.23, 86.20, 24.74, 67.01, 46.49, 48.06, 68.69},
		Shifted: []float64{70.72, 64.07, 49.15, 50.90, 76.98},
	},
}

// mapleNumbers counts the random numbers of MaPLe's projections and deeper
// tokens; its first tokens are words.
func mapleNumbers(sizes torchorder.Sizes, s Settings) (int, bool) {
	return torchorder.MaPLeDraws(sizes, s.Tokens, s.Depth), true
}
