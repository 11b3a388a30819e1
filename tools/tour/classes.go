package main

import (
	"fmt"

	"frontdoor/adapter"
	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/world"
	"frontdoor/eval/metric"
	"frontdoor/internal/chart"
	"frontdoor/prompt"
	"frontdoor/simd"
)

// shapes are classes of the synthetic world, told apart by shape alone.
const shapes = 8

// shapeOf is a scene of a class.
func shapeOf(class int, seed uint64) world.Factors {
	f := scene(seed*4 + 1)
	f.Shape = 2 * class
	return f
}

// shapeImages are so many pictures of each class, as tensors [B, 3, S, S], with
// their classes. Other seeds give other pictures.
func shapeImages(m *clip.Model, each int, seed uint64) (*autograd.Tensor, []int) {
	side := m.Config.Vision.Image
	images := autograd.Zeros(each*shapes, 3, side, side) // [B, 3, S, S]
	labels := make([]int, each*shapes)
	for i := range labels {
		labels[i] = i % shapes
		pixels := images.Len() / len(labels)
		m.Preprocess(images.Data[i*pixels:(i+1)*pixels], render(shapeOf(labels[i], seed+uint64(i))))
	}
	return images, labels
}

// shapeCaptions put the names of the classes into a template.
func shapeCaptions(template string) (captions []string) {
	for class := range shapes {
		f := shapeOf(class, 0)
		captions = append(captions, fmt.Sprintf(template, f.Name(world.Shape)))
	}
	return captions
}

// probabilities are the softmax of logits [B, N] by rows.
func probabilities(logits *autograd.Tensor) *autograd.Tensor {
	p := autograd.Zeros(logits.Rows(), logits.Cols())
	for i := range logits.Rows() {
		simd.SoftmaxScaled(p.Row(i), logits.Row(i), 1)
	}
	return p
}

// chosen are the classes of the largest logits [B, N].
func chosen(logits *autograd.Tensor) []int {
	classes := make([]int, logits.Rows())
	for i := range classes {
		classes[i] = prompt.Argmax(logits.Row(i))
	}
	return classes
}

// words shows how much the words around a class matter: the probability of the
// right class for pictures in columns, and templates in rows.
func words(path string, m *clip.Model) error {
	const cell = 56
	templates := []string{"%s", "a photo of a %s.", "a picture of a %s.", "it is not a %s.", "red red red %s."}
	images, labels := shapeImages(m, 1, 0)
	features := m.ImageFeatures(nil, images) // [B, E]
	s := newSheet(len(templates)+1, shapes, cell, 250)
	for i, class := range labels {
		s.put(0, i, render(shapeOf(class, uint64(i))))
	}
	for row, template := range templates {
		w, err := m.TextFeatures(nil, shapeCaptions(template)) // [N, E]
		if err != nil {
			return err
		}
		s.row(row+1, fmt.Sprintf(template, "{}"))
		p := probabilities(m.Logits(nil, features, w))
		for i, class := range labels {
			s.fill(s.at(row+1, i), 0.02+0.98*float64(p.Row(i)[class]))
		}
	}
	return s.save(path)
}

// reliability shows how far zero-shot CLIP's probabilities can be believed.
func reliability(path string, m *clip.Model) error {
	images, labels := shapeImages(m, 50, 100)
	w, err := m.TextFeatures(nil, shapeCaptions("a photo of a %s."))
	if err != nil {
		return err
	}
	p := probabilities(m.Logits(nil, m.ImageFeatures(nil, images), w))
	bins := make([]chart.ReliabilityBin, 10)
	for i, class := range labels {
		best := prompt.Argmax(p.Row(i))
		b := &bins[min(int(10*p.Row(i)[best]), 9)]
		b.Count++
		b.Confidence += float64(p.Row(i)[best])
		if best == class {
			b.Accuracy++
		}
	}
	for i := range bins {
		if n := bins[i].Count; n > 0 {
			bins[i].Confidence, bins[i].Accuracy = bins[i].Confidence/n, bins[i].Accuracy/n
		}
	}
	f, err := chart.Reliability{Bins: bins}.Figure()
	if err != nil {
		return err
	}
	return f.Save(path)
}

// shots shows how a closed form on cached features learns from a few images of
// each class, beside zero-shot CLIP.
func shots(path string, m *clip.Model) error {
	text, err := m.TextFeatures(nil, shapeCaptions("a photo of a %s."))
	if err != nil {
		return err
	}
	images, labels := shapeImages(m, 40, 1000)
	test := m.ImageFeatures(nil, images)
	zero := metric.Accuracy(labels, chosen(m.Logits(nil, test, text)))
	images, valLabels := shapeImages(m, 20, 9000)
	val := m.ImageFeatures(nil, images)
	gda, none := chart.Series{Name: "GDA"}, chart.Series{Name: "zero-shot"}
	for _, k := range []int{2, 4, 8, 16, 32} {
		images, labelsOf := shapeImages(m, k, 5000)
		head, err := adapter.FitGDA(&adapter.Task{Views: []*autograd.Tensor{m.ImageFeatures(nil, images)}, Labels: labelsOf, Val: val, ValLabels: valLabels, Text: text, Scale: m.Scale()}, adapter.Alphas)
		if err != nil {
			return err
		}
		gda.X, none.X = append(gda.X, float64(k)), append(none.X, float64(k))
		gda.Y = append(gda.Y, metric.Accuracy(labels, chosen(head.Logits(nil, test))))
		none.Y = append(none.Y, zero)
	}
	return curves(path, "images of each class", "accuracy (%)", []chart.Series{gda, none})
}
