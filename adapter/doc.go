// Package adapter holds classifiers that learn on cached features: the towers
// of CLIP run once, and what is trained is a head of a few numbers a class.
// They train in seconds.
//
//	gda.go, gda_new.go  GDA, training-free Gaussian classifier (Wang et al., ICLR 2024)
//	tip.go              Tip-Adapter, a cache of the training features (Zhang et al., ECCV 2022)
//	tipf.go             Tip-Adapter-F, its keys trained
//	lpp.go              LP++, linear probe with class-wise multipliers (Huang et al., CVPR 2024)
//	clap.go             CLAP and ZS-LP, linear probe from the class embeddings (Silva-Rodríguez et al., CVPR 2024)
//	taskres.go          TaskRes, residuals on the class embeddings (Yu et al., CVPR 2023)
//	prolip.go           ProLIP, the image tower's last projection (Fahes et al., 2024)
//
// A [Task] holds the features: R views of B training images [B, D], text
// features [N, E] of N classes, and where a method chooses something, validation
// images. A fitted [Head] turns features [B, D] into logits [B, N]. Heads whose
// weights are found by gradient steps are [Trained]: [Fit] runs them to the end,
// and a [Session] one step at a time.
//
// The formulas are those of the authors' released code where it differs from
// the paper; each file says so. docs/methods.md compares results.
package adapter
