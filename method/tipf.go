package method

import "frontdoor/adapter"

// tipF is Tip-Adapter-F: Tip-Adapter with trained keys.
var tipF = &Method{
	Name: "tipf", Aliases: []string{"tip-adapter-f"}, Title: "Tip-Adapter-F", Group: GroupAll,
	Published: Settings{Epochs: 20, Batch: 256, LR: 1e-3, Draws: 10, PerClass: true},
	Small:     Settings{Epochs: 20, Batch: 256, LR: 1e-3, Draws: 10, PerClass: true},
	Trains:    Views,
	Adjust: func(s *Settings, e Experiment) {
		tipAdjust(s, e)
		if e.Dataset == "eurosat" {
			s.Epochs = 100
		}
	},
	New: newHead("tipf", halfCrop, func(s Settings) adapter.Kind {
		o := adapter.DefaultTipF()
		o.Epochs, o.Batch, o.LR = s.Epochs, s.Batch, s.LR
		o.Alpha, o.Grid = float32(s.Head.Alpha), s.Head.grid()
		return o
	}),
}
