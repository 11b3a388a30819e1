package method

// ivlp is independent vision-language prompting (Khattak et al., CVPR 2023,
// section 4.1): learned tokens in both towers that do not depend on each other.
var ivlp = &Method{
	Name: "ivlp", Title: "IVLP", Group: GroupAll,
	Published: Settings{Epochs: 5, Batch: 4, LR: 0.0035, Tokens: 2, Depth: 12, VisionTokens: 2, VisionDepth: 12},
	Small:     Settings{Epochs: 6, Batch: 16, LR: 0.1, Tokens: 2, Depth: 3, VisionTokens: 2, VisionDepth: 3},
	Trains:    Images,
	New:       newIndependent("ivlp"),
	Original: &Original{
		Name:          "independent prompting",
		Folder:        "VLPromptLearner",
		Holds:         func(has func(string) bool) bool { return holdsVision(has) && holdsText(has) },
		Open:          openIndependent("ivlp"),
		randomNumbers: independentNumbers,
	},
	Reported: &Reported{Source: khattak, Average: [2]float64{82.15, 74.07}},
}
