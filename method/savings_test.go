package method

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/nn"
	"frontdoor/prompt"
	"frontdoor/textenc"
)

// Every method does as the model's towers are told, and its loss, gradients and
// predictions are those of the plain computation: every prompt on its own,
// padded to the context, all rows of the last block, and all of it kept.
func TestEveryMethodSavesExactly(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	s := m.Config.Vision.Image
	images := autograd.Zeros(3, 3, s, s)
	nn.Normal(images.Data, 1, rand.New(rand.NewPCG(3, 3)))
	classes := []string{"red star", "blue circle", "a very green ring", "ring"}
	type result struct {
		loss  float32
		grads [][]float32
		prob  []float32
		bytes int64 // of the tape
	}
	type saving struct {
		textenc.Saving
		allRows, recompute bool
	}
	run := func(method *Method, how saving) (r result) {
		m.Text.Saving = how.Saving
		for _, t := range []*nn.Transformer{&m.Text.Transformer, &m.Vision.Transformer} {
			t.AllRows, t.Recompute = how.allRows, how.recompute
		}
		l, err := method.New(m, "a photo of a {}.", method.Recipe(m, Experiment{Protocol: "all", Shots: 16}, Settings{Templates: 2, Tokens: 2}), 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.SetClasses(classes); err != nil {
			t.Fatal(err)
		}
		r.prob = prompt.Predict(m, l, images).Prob.Data
		if !method.Trained() || method.Trains == Views {
			return r
		}
		tp := autograd.NewTape()
		loss := l.Loss(tp, prompt.Batch{Images: autograd.Const(slices.Repeat(images.Data, len(l.Views())), len(l.Views())*3, 3, s, s), Labels: []int{0, 1, 3}})
		r.loss = loss.Item()
		tp.Backward(loss)
		for _, p := range l.Params() {
			r.grads = append(r.grads, p.Grad())
		}
		r.bytes = tp.ArenaBytes()
		return r
	}
	near := func(what string, got, want []float32) {
		t.Helper()
		scale := 0.0
		for _, w := range want {
			scale = max(scale, math.Abs(float64(w)))
		}
		for i, w := range want {
			if d := math.Abs(float64(got[i] - w)); !(d <= 5e-5*scale) {
				t.Errorf("%s, element %d: %v, plain %v", what, i, got[i], w)
				return
			}
		}
	}
	for _, method := range All {
		if method.Group != GroupAll {
			continue
		}
		long := textenc.Saving{NoSharing: true, PadTo: m.Text.Context}
		inChunks := long
		inChunks.MaxRows = 60
		plain := run(method, saving{long, true, false})
		for name, how := range map[string]saving{
			"all":                    {},
			"cut at the end of text": {textenc.Saving{NoSharing: true}, true, false},
			"beginnings shared":      {textenc.Saving{PadTo: m.Text.Context}, true, false},
			"last block, one row":    {long, false, false},
			"in chunks":              {inChunks, true, false},
			"blocks recomputed":      {long, true, true},
			"least memory":           {textenc.Saving{MaxRows: 12}, false, true},
		} {
			got := run(method, how)
			at := method.Name + ", " + name
			near(at+": loss", []float32{got.loss}, []float32{plain.loss})
			near(at+": probabilities", got.prob, plain.prob)
			for i, g := range plain.grads {
				near(at+": gradient", got.grads[i], g)
			}
			// Without learned text tokens the text tower is not on the tape.
			text := method != vpt && method != vptShallow && method.Trains != Views
			if text && method.Trained() && got.bytes >= plain.bytes {
				t.Errorf("%s: %d bytes on the tape, plain %d", at, got.bytes, plain.bytes)
			}
		}
	}
}
