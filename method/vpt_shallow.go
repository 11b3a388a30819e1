package method

// vptShallow is VPT with learned tokens in front of the first block alone.
var vptShallow = &Method{
	Name: "vpt-shallow", Title: "VPT, shallow", Group: GroupAll,
	Published: Settings{Epochs: 5, Batch: 4, LR: 0.0025, VisionTokens: 8, VisionDepth: 1},
	Small:     Settings{Epochs: 6, Batch: 16, LR: 0.03, VisionTokens: 4, VisionDepth: 1},
	Trains:    Images,
	New:       newIndependent("vpt-shallow"),
	Original:  &Original{Name: "VPT", randomNumbers: independentNumbers},
}
