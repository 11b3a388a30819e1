package method

import "frontdoor/adapter"

// lpp is LP++ (Huang et al., CVPR 2024). Its learning rates follow from the
// features.
var lpp = &Method{
	Name: "lpp", Aliases: []string{"lp++"}, Title: "LP++", Group: GroupAll,
	Published: Settings{Epochs: 300, Draws: 1, PerClass: true},
	Small:     Settings{Epochs: 300, Draws: 1, PerClass: true},
	Trains:    Views,
	New:       newHead("lpp", halfCrop, lppKind),
}

// lppPaper is LP++ as the paper describes it.
var lppPaper = &Method{
	Name: "lpp-paper", Title: "LP++, as described", Of: lpp,
	What:      "each step of alpha follows the gradient of that step, not the sum of all so far",
	Published: lpp.Published, Small: lpp.Small, Trains: Views,
	Options: func(s *Settings, _ Settings) { s.Head.Fresh = true },
	New:     newHead("lpp-paper", halfCrop, lppKind),
}

func lppKind(s Settings) adapter.Kind {
	o := adapter.DefaultLPP(nil)
	o.Iterations, o.Fresh = s.Epochs, s.Head.Fresh
	return o
}
