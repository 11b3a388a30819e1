package method

import "frontdoor/adapter"

// taskRes is TaskRes (Yu et al., CVPR 2023): residuals on the text embeddings. Its
// images are cropped anew in every epoch.
var taskRes = &Method{
	Name: "taskres", Title: "TaskRes", Group: GroupAll,
	Published: Settings{Epochs: 200, Batch: 256, LR: 2e-3, Draws: 200, PerClass: true, Head: Head{Alpha: 0.5}},
	Small:     Settings{Epochs: 200, Batch: 256, LR: 2e-3, Draws: 20, PerClass: true, Head: Head{Alpha: 0.5}},
	Trains:    Views,
	Adjust: func(s *Settings, e Experiment) {
		s.Epochs = adapter.DefaultTaskRes(e.Shots).Epochs
		s.Draws = min(s.Draws, s.Epochs)
		switch e.Dataset {
		case "imagenet":
			s.LR = 2e-4
		case "oxford_flowers":
			s.Head.Alpha = 1
		}
	},
	New: newHead("taskres", anyCrop, func(s Settings) adapter.Kind {
		o := adapter.DefaultTaskRes(0)
		o.Epochs, o.Batch, o.LR, o.Alpha = s.Epochs, s.Batch, s.LR, float32(s.Head.Alpha)
		return o
	}),
}
