package pretrain

import (
	"iter"
	"math/rand/v2"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/imaging"
	"frontdoor/internal/parallel"
	"frontdoor/prompt"
)

// sampleCaptions yields n captions of the pre-training distribution.
func sampleCaptions(n int, seed uint64) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range n {
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			if !yield(world.Caption(r, world.SamplePretrain(r))) {
				return
			}
		}
	}
}

// zeroShotAccuracy measures how often m names each factor of n pictures whose
// factors are sampled independently, with the captions "a photo of a {}.".
func zeroShotAccuracy(m *clip.Model, n int, seed uint64) (accuracy, error) {
	s := m.Config.Vision.Image
	images := autograd.Zeros(n, 3, s, s)
	truth := make([]world.Factors, n)
	parallel.For(n, 1, func(lo, hi int) {
		im := imaging.New(s, s)
		for i := lo; i < hi; i++ {
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			f := world.SamplePretrain(r)
			for k := range world.Kind(world.Kinds) {
				f = f.Do(k, r.IntN(k.Count()))
			}
			truth[i] = f
			world.Render(im.Pix, s, f, world.Photo)
			im.CHW(images.Data[i*3*s*s:(i+1)*3*s*s], imaging.Mean, imaging.Std)
		}
	})
	v := m.ImageFeatures(nil, images) // [n, E]
	var acc accuracy
	for k := range world.Kind(world.Kinds) {
		var texts []string
		for _, name := range k.Names() {
			texts = append(texts, prompt.Fill(data.DefaultTemplate, name))
		}
		w, err := m.TextFeatures(nil, texts)
		if err != nil {
			return acc, err
		}
		logits := m.Logits(nil, v, w) // [n, values of k]
		for i, f := range truth {
			if prompt.Argmax(logits.Row(i)) == f.Value(k) {
				acc[k] += 1 / float64(n)
			}
		}
	}
	return acc, nil
}
