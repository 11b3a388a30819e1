package method

import (
	"frontdoor/adapter"
	"frontdoor/clip"
	"frontdoor/prompt"
)

// clap is CLAP (Silva-Rodríguez et al., CVPR 2024): prototypes that are held near
// the text embeddings.
var clap = &Method{
	Name: "clap", Title: "CLAP", Group: GroupAll,
	Published: Settings{Epochs: 300, Batch: 256, LR: 0.1, Draws: 20, PerClass: true},
	Small:     Settings{Epochs: 300, Batch: 256, LR: 0.1, Draws: 20, PerClass: true},
	Trains:    Views,
	New:       newCLAP("clap", true),
}

// newCLAP returns the constructor of CLAP or, without its penalty, of ZS-LP.
func newCLAP(name string, penalty bool) func(*clip.Model, string, Settings, uint64) (prompt.Learner, error) {
	return newHead(name, anyCrop, func(s Settings) adapter.Kind {
		o := adapter.DefaultCLAP(penalty)
		o.Epochs, o.Batch, o.LR = s.Epochs, s.Batch, s.LR
		return o
	})
}
