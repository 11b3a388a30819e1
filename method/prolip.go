package method

import "frontdoor/adapter"

// proLIP is ProLIP (Fahes et al., 2024): the image tower's last projection,
// trained on 300 crops of each image. The text side is untouched, so that it can
// be asked about any classes.
var proLIP = &Method{
	Name: "prolip", Title: "ProLIP", Group: GroupAll,
	Published: Settings{Epochs: 300, LR: 1e-5, Draws: 300},
	Small:     Settings{Epochs: 300, LR: 1e-5, Draws: 20},
	Trains:    Views,
	Adjust:    func(s *Settings, e Experiment) { s.Head.Lambda = 1 / float64(max(1, e.Shots)) },
	New: newHead("prolip", anyCrop, func(s Settings) adapter.Kind {
		o := adapter.DefaultProLIP(1)
		o.Iterations, o.LR, o.Lambda = s.Epochs, s.LR, float32(s.Head.Lambda)
		return o
	}),
}
