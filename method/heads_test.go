package method

import "testing"

// The published settings of heads, in words and in what words leave out.
func TestPublishedHeads(t *testing.T) {
	m := big(t)
	for _, c := range []struct {
		method, dataset string
		shots           int
		want            string
		head            Head
	}{
		{"gda", "dtd", 16, "per class, 10 draws of each image", Head{}},
		{"tip", "dtd", 16, "per class, 10 draws of each image", Head{Alpha: 2, MaxAlpha: 13, MaxBeta: 13}},
		{"tipf", "eurosat", 16, "100 epochs, batch 256, lr 0.001, per class, 10 draws of each image", Head{Alpha: 2, MaxAlpha: 10, MaxBeta: 12}},
		{"tipf", "folder", 16, "20 epochs, batch 256, lr 0.001, per class, 10 draws of each image", Head{Alpha: 1.17, MaxAlpha: 3, MaxBeta: 7}},
		{"lpp", "dtd", 1, "300 steps on all images, per class, 1 draw of each image", Head{}},
		{"lpp-paper", "dtd", 1, "300 steps on all images, per class, 1 draw of each image", Head{Fresh: true}},
		{"clap", "dtd", 16, "300 epochs, batch 256, lr 0.1, per class, 20 draws of each image", Head{}},
		{"taskres", "oxford_flowers", 4, "100 epochs, batch 256, lr 0.002, per class", Head{Alpha: 1}},
		{"taskres", "imagenet", 8, "200 epochs, batch 256, lr 0.0002, per class", Head{Alpha: 0.5}},
		{"prolip", "dtd", 4, "300 steps on all images, lr 1e-05, 300 draws of each image", Head{Lambda: 0.25}},
	} {
		e := Experiment{Protocol: "fewshot", Dataset: c.dataset, Shots: c.shots}
		s := Find(c.method).Recipe(m, e, Settings{})
		if got := s.Describe(); got != c.want || s.Head != c.head {
			t.Errorf("%s on %s, %d shots: %s, %+v; want %s, %+v", c.method, c.dataset, c.shots, got, s.Head, c.want, c.head)
		}
	}
	if s := gda.Recipe(m, BaseToNew, Settings{Draws: 3, Epochs: 7, LR: 2}); s.PerClass || s.Draws != 3 || s.Epochs != 0 || s.LR != 0 {
		t.Errorf("gda for base-to-new, with numbers that it does not have: %+v", s)
	}
}
