package pretrain

import (
	"math/rand/v2"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/world"
	"frontdoor/imaging"
	"frontdoor/internal/parallel"
	"frontdoor/textenc"
)

// batch is the input of one step.
type batch struct {
	images  *autograd.Tensor // [B, 3, S, S], normalised
	prompts *textenc.Batch   // B captions
	mask    *autograd.Tensor // [B, B]: never where another row has the same caption
	factors [world.Kinds][]int
}

// never is added to the logit of a pair that is no negative example.
const never = -1e9

// sampleBatch makes the batch of a step. Pair i of step s depends on the seed and
// s·B+i alone.
func sampleBatch(m *clip.Model, size int, seed, step uint64) (*batch, error) {
	s := m.Config.Vision.Image
	b := &batch{images: autograd.Zeros(size, 3, s, s), mask: autograd.Zeros(size, size)}
	for k := range b.factors {
		b.factors[k] = make([]int, size)
	}
	captions := make([]string, size)
	parallel.For(size, 1, func(lo, hi int) {
		im := imaging.New(s, s)
		for i := lo; i < hi; i++ {
			r := rand.New(rand.NewPCG(seed, step*uint64(size)+uint64(i)))
			f := world.SamplePretrain(r)
			captions[i] = world.Caption(r, f)
			world.Render(im.Pix, s, f, world.Photo)
			im.CHW(b.images.Data[i*3*s*s:(i+1)*3*s*s], imaging.Mean, imaging.Std)
			for k := range world.Kind(world.Kinds) {
				b.factors[k][i] = f.Value(k)
			}
		}
	})
	ids := make([][]int, size)
	for i, c := range captions {
		var err error
		if ids[i], err = m.Tokenizer.Tokenize(c, m.Config.Text.Context, false); err != nil {
			return nil, err
		}
		for j := range i {
			if captions[j] == c {
				b.mask.Data[i*size+j], b.mask.Data[j*size+i] = never, never
			}
		}
	}
	b.prompts = textenc.NewBatch([][][]int{ids}, textenc.Saving{})
	return b, nil
}
