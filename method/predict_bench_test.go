package method

import (
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/prompt"
)

// BenchmarkPredict classifies a batch of 50 images among 16 classes by methods
// that cost different numbers of image passes. What they have learned does not
// matter for that.
func BenchmarkPredict(b *testing.B) {
	m, err := clip.Tiny()
	if err != nil {
		b.Fatal(err)
	}
	classes := []string{"star", "ring", "cross", "heart", "square", "arrow", "drop", "bar",
		"red star", "red ring", "red cross", "red heart", "red square", "red arrow", "red drop", "red bar"}
	images := autograd.Zeros(50, 3, m.Config.Vision.Image, m.Config.Vision.Image)
	for i := range images.Data {
		images.Data[i] = float32(i%19)/9 - 1
	}
	for _, name := range []string{"zeroshot", "maple", "ensemble", "cdc", "cdc-lite", "cdc-shared", "cdc-student"} {
		b.Run(name, func(b *testing.B) {
			how := Find(name)
			l, err := how.New(m, data.DefaultTemplate, how.Recipe(m, BaseToNew, Settings{}), 1)
			if err != nil {
				b.Fatal(err)
			}
			if err := l.SetClasses(classes); err != nil {
				b.Fatal(err)
			}
			prompt.Predict(m, l, images) // lays out batches, encodes the classes
			for b.Loop() {
				prompt.Predict(m, l, images)
			}
			b.ReportMetric(float64(50*b.N)/b.Elapsed().Seconds(), "images/s")
		})
	}
}
