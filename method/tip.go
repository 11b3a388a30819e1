package method

import "frontdoor/adapter"

// tip is Tip-Adapter (Zhang et al., ECCV 2022), which keeps the training
// features and trains nothing.
var tip = &Method{
	Name: "tip", Aliases: []string{"tip-adapter"}, Title: "Tip-Adapter", Group: GroupAll,
	Published: Settings{Draws: 10, PerClass: true},
	Small:     Settings{Draws: 10, PerClass: true},
	Trains:    Views,
	Adjust:    tipAdjust,
	New: newHead("tip", halfCrop, func(s Settings) adapter.Kind {
		return adapter.TipOptions{Alpha: float32(s.Head.Alpha), Beta: 1, Grid: s.Head.grid()}
	}),
}

// tipConstants are the release's settings of a dataset: α while keys are trained,
// and the ends of the grid that is searched.
type tipConstants struct{ alpha, maxBeta, maxAlpha float64 }

// tipDefault are those of ImageNet, which a dataset without its own takes.
var tipDefault = tipConstants{1.17, 7, 3}

var tipByDataset = map[string]tipConstants{
	"imagenet":       tipDefault,
	"caltech101":     {3, 12, 5},
	"oxford_pets":    {1.17, 7, 3},
	"stanford_cars":  {3, 20, 10},
	"oxford_flowers": {10, 50, 50},
	"food101":        {1.17, 10, 10},
	"fgvc_aircraft":  {5, 30, 30},
	"sun397":         {1.17, 12, 10},
	"dtd":            {2, 13, 13},
	"eurosat":        {2, 12, 10},
	"ucf101":         {3, 7, 3},
}

// tipAdjust sets the constants of the dataset.
func tipAdjust(s *Settings, e Experiment) {
	c, known := tipByDataset[e.Dataset]
	if !known {
		c = tipDefault
	}
	s.Head.Alpha, s.Head.MaxBeta, s.Head.MaxAlpha = c.alpha, c.maxBeta, c.maxAlpha
}

// grid is where α and β are searched.
func (h Head) grid() adapter.TipGrid {
	return adapter.TipGrid{MaxBeta: h.MaxBeta, MaxAlpha: h.MaxAlpha}
}
