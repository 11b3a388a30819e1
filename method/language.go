package method

// language learns tokens in the blocks of the text tower alone, as an ablation
// of MaPLe (Khattak et al., CVPR 2023, section 4.1).
var language = &Method{
	Name: "language", Title: "language prompts", Group: GroupAll,
	Published: Settings{Epochs: 5, Batch: 4, LR: 0.0025, Tokens: 4, Depth: 12},
	Small:     Settings{Epochs: 6, Batch: 16, LR: 0.1, Tokens: 4, Depth: 3},
	Trains:    Features,
	New:       newIndependent("language"),
	Original: &Original{
		Name:   "language prompting",
		Folder: "VLPromptLearner",
		Holds: func(has func(string) bool) bool {
			return has("text_encoder.transformer.resblocks.1.VPT_shallow") && holdsText(has) && !holdsVision(has)
		},
		Open:          openIndependent("language"),
		randomNumbers: independentNumbers,
	},
	Reported: &Reported{Source: khattak, Average: [2]float64{81.72, 73.81}},
}
