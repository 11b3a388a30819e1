package method

import (
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/augment"
	"frontdoor/internal/torchorder"
	"frontdoor/prompt"
	"frontdoor/weights"
)

// coOp is CoOp (Zhou et al., IJCV 2022): one learned context for all classes.
var coOp = &Method{
	Name: "coop", Title: "CoOp", Group: GroupAll, Style: 3,
	Published: Settings{Epochs: 200, Batch: 32, LR: 0.002, Words: data.Phrase},
	Small:     Settings{Epochs: 6, Batch: 16, LR: 0.2, Words: data.Phrase},
	Trains:    Features,
	Adjust:    coOpSchedule,
	Options:   coOpOptions,
	New: func(m *clip.Model, _ string, s Settings, seed uint64) (prompt.Learner, error) {
		l, err := prompt.NewCoOp(m, s.context(), seed)
		return tune("coop", l, err)
	},
	Original: &Original{
		Name:   "CoOp",
		Folder: "prompt_learner",
		Holds: func(has func(string) bool) bool {
			return has("ctx") && !has("meta_net.linear1.weight")
		},
		Open: func(m *clip.Model, f *weights.File) (prompt.Learner, Settings, error) {
			l, err := prompt.ReadCoOp(m, f)
			if err != nil {
				return nil, Settings{}, err
			}
			return prompt.Tune("coop", l, augment.View{}), Settings{Tokens: l.Tokens, PerClass: l.PerClass}, nil
		},
		// Known from runs of the original that begin with words; a random context
		// is one number each. Contexts of single classes were not published.
		randomNumbers: func(sizes torchorder.Sizes, s Settings) (int, bool) {
			return randomContext(sizes, s), !s.PerClass
		},
	},
	Reported: &Reported{
		Source: zhou,
		BaseNew: [][2]float64{{76.47, 67.88}, {98.00, 89.81}, {93.67, 95.29}, {78.12, 60.40}, {97.60, 59.67}, {88.33, 82.26}, {40.44, 22.30},
			{80.60, 65.89}, {79.44, 41.18}, {92.19, 54.74}, {84.69, 56.05}},
		Average: [2]float64{82.69, 63.22},
		Cross:   []float64{71.51, 93.70, 89.14, 64.51, 68.71, 85.30, 18.47, 64.15, 41.92, 46.39, 66.55},
		Shifted: []float64{71.51, 64.20, 47.99, 49.71, 75.21},
	},
}

// coOpSchedule has what CoOp publishes for its few-shot curves (16 random
// tokens, epochs by shots) and for ImageNet.
func coOpSchedule(s *Settings, e Experiment) {
	switch {
	case e.Protocol == "all" || e.Protocol == "fewshot":
		s.Words, s.Tokens, s.Epochs = "", 16, 200
		if e.Shots == 1 {
			s.Epochs = 50
		} else if e.Shots < 8 {
			s.Epochs = 100
		}
	case e.Transfer():
		s.Epochs = 50
	}
	if e.Dataset == "imagenet" {
		s.Epochs = 50
	}
}

// coOpOptions takes the position of the class name and contexts of single
// classes besides what all contexts have.
func coOpOptions(s *Settings, asked Settings) {
	if asked.Position != "" {
		s.Position = asked.Position
	}
	s.PerClass = s.PerClass || asked.PerClass
	contextOptions(s, asked)
}

// randomContext is how many random numbers a context takes that does not begin
// as words.
func randomContext(sizes torchorder.Sizes, s Settings) int {
	if s.Words != "" {
		return 0
	}
	return s.Tokens * sizes.Text.Width
}
