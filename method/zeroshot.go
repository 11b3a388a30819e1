package method

import (
	"frontdoor/clip"
	"frontdoor/prompt"
)

// zeroShot is CLIP as it is, with the hand-crafted template of the dataset
// (Radford et al. 2021, section 3.1).
var zeroShot = &Method{
	Name: "zeroshot", Title: "zero-shot CLIP", Group: GroupAll, Style: 6,
	New: func(m *clip.Model, template string, _ Settings, _ uint64) (prompt.Learner, error) {
		return prompt.NewZeroShot(m, template), nil
	},
	Reported: &Reported{
		Source: zhou,
		BaseNew: [][2]float64{{72.43, 68.14}, {96.84, 94.00}, {91.17, 97.26}, {63.37, 74.89}, {72.08, 77.80}, {90.10, 91.22}, {27.19, 36.29},
			{69.36, 75.35}, {53.24, 59.90}, {56.48, 64.05}, {70.53, 77.50}},
		Average: [2]float64{69.34, 74.22},
		Shifted: []float64{66.73, 60.83, 46.15, 47.77, 73.96},
	},
}

// zeroShot7 and zeroShot80 average the text features of several hand-crafted
// templates (Radford et al. 2021, section 3.1.4).
var zeroShot7 = &Method{
	Name: "zeroshot7", Title: "zero-shot CLIP, 7 captions", Group: GroupAll,
	New: func(m *clip.Model, template string, _ Settings, _ uint64) (prompt.Learner, error) {
		return prompt.NewZeroShotEnsemble(m, "zeroshot7", prompt.Templates7(template)), nil
	},
}

var zeroShot80 = &Method{
	Name: "zeroshot80", Title: "zero-shot CLIP, 80 captions", Group: GroupAll,
	New: func(m *clip.Model, _ string, _ Settings, _ uint64) (prompt.Learner, error) {
		return prompt.NewZeroShotEnsemble(m, "zeroshot80", prompt.Templates80()), nil
	},
}
