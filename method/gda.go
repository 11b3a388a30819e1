package method

import "frontdoor/adapter"

// gda is GDA, the training-free Gaussian classifier (Wang et al., ICLR 2024).
// Asked about new classes, it makes their Gaussians of the base images nearest
// to their names, as its base-to-new script does; no other transfer is defined.
var gda = &Method{
	Name: "gda", Title: "GDA", Group: GroupAll,
	Published: Settings{Draws: 10},
	Small:     Settings{Draws: 10},
	Trains:    Views,
	StandsIn:  true, // it has a closed form
	Adjust:    func(s *Settings, e Experiment) { s.PerClass = e.Protocol != BaseToNew.Protocol },
	New: newHead("gda", halfCrop, func(s Settings) adapter.Kind {
		return adapter.GDAOptions{NewClasses: !s.PerClass}
	}),
}
