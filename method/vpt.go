package method

// vpt is VPT (Jia et al., ECCV 2022) on CLIP, as MaPLe's repository has it:
// learned tokens in every block of the image tower.
var vpt = &Method{
	Name: "vpt", Title: "VPT", Group: GroupAll,
	Published: Settings{Epochs: 5, Batch: 4, LR: 0.0025, VisionTokens: 8, VisionDepth: 12},
	Small:     Settings{Epochs: 6, Batch: 16, LR: 0.1, VisionTokens: 4, VisionDepth: 4},
	Trains:    Images,
	New:       newIndependent("vpt"),
	Original: &Original{
		Name:          "VPT",
		Holds:         func(has func(string) bool) bool { return holdsVision(has) && !holdsText(has) },
		Open:          openIndependent("vpt"),
		randomNumbers: independentNumbers,
	},
	Reported: &Reported{Source: khattak, Average: [2]float64{80.24, 73.43}},
}
