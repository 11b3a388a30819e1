package bench

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/autograd"
	"frontdoor/cdc"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/method"
	"frontdoor/nn"
	"frontdoor/prompt"
	"frontdoor/textenc/bpe"
	"frontdoor/weights"
)

// stepSetup holds what the steps share: a model, the images, and the file that
// the peer reads the same numbers from.
type stepSetup struct {
	model   *clip.Model
	weights map[string][]float32 // of the model, by name
	images  *autograd.Tensor     // [B, 3, S, S]
	dir     string               // of files for the peer
	base    string               // the model's tensors, if there are peers
}

// copyModel returns the setup with another model of the same weights.
func (setup *stepSetup) copyModel() (*stepSetup, error) {
	other := *setup
	var err error
	other.model, err = clip.Build(setup.model.Config, setup.model.Tokenizer, func(name string, _ []int) ([]float32, error) {
		return setup.weights[name], nil
	})
	return &other, err
}

func (b *bench) newStepSetup() (*stepSetup, error) {
	words := strings.Fields("a an the photo picture image drawing of . ")
	for k := range world.Kind(world.Kinds) {
		words = append(words, k.Names()...)
	}
	tok, err := bpe.New(bpe.LearnMerges(bpe.CountWords(slices.Values(words)), 2000))
	if err != nil {
		return nil, err
	}
	setup := &stepSetup{weights: map[string][]float32{}}
	c := clip.ViTB16
	c.Text.Vocab = tok.VocabSize()
	r := rand.New(rand.NewPCG(1, 2))
	var stored []weights.Tensor
	setup.model, err = clip.Build(c, tok, func(name string, shape []int) ([]float32, error) {
		data := stepWeights(name, shape, r)
		setup.weights[name] = data
		if b.peers {
			stored = append(stored, weights.NewF32(name, shape, data))
		}
		return data, nil
	})
	if err != nil {
		return nil, err
	}
	s := c.Vision.Image
	setup.images = autograd.Zeros(stepBatch, 3, s, s)
	nn.Normal(setup.images.Data, 1, r)
	if setup.dir, err = os.MkdirTemp("", "frontdoor-bench-"); err != nil {
		return nil, err
	}
	setup.base = filepath.Join(setup.dir, "clip.safetensors")
	if b.peers {
		err = weights.Write(setup.base, stored, nil)
	}
	return setup, err
}

func (setup *stepSetup) close() {
	if setup != nil && setup.dir != "" {
		os.RemoveAll(setup.dir)
	}
}

// stepWeights are random numbers of the sizes that a trained CLIP has.
func stepWeights(name string, shape []int, r *rand.Rand) []float32 {
	n := 1
	for _, d := range shape {
		n *= d
	}
	data := make([]float32, n)
	switch {
	case name == "logit_scale":
		data[0] = float32(math.Log(100))
	case strings.Contains(name, "ln_") && strings.HasSuffix(name, ".weight"):
		for i := range data {
			data[i] = 1
		}
	case strings.HasSuffix(name, ".bias"), strings.HasSuffix(name, "_bias"):
	default:
		nn.Uniform(data, 0.04, r)
	}
	return data
}

// classNames returns n names of two words each, or three where two are too few
// for that many names.
func classNames(n int) []string {
	var two, three []string
	for _, texture := range world.Textures {
		for _, shape := range world.Shapes {
			two = append(two, texture+" "+shape)
		}
	}
	if n <= len(two) {
		return two[:n]
	}
	for _, colour := range world.Colours {
		for _, name := range two {
			three = append(three, colour+" "+name)
		}
	}
	return three[:n]
}

// learner returns a method with the published sizes and the number of views of
// its batches.
func (setup *stepSetup) learner(name string, classes int) (prompt.Learner, int, error) {
	how, err := method.ByName(name)
	if err != nil {
		return nil, 0, err
	}
	l, err := how.New(setup.model, data.DefaultTemplate, how.Recipe(setup.model, method.BaseToNew, method.Settings{}), 1)
	if err != nil {
		return nil, 0, err
	}
	if err := l.SetClasses(classNames(classes)); err != nil {
		return nil, 0, err
	}
	if c, ok := l.(*cdc.Learner); ok {
		for _, s := range c.State() {
			if s.Name == "evidence_offset" {
				s.Data[0] = 1 // random weights give logits of about one
			}
		}
	}
	return l, len(l.Views()), nil
}

// batch returns a training batch of n images, the same in each view.
func (setup *stepSetup) batch(n, views, classes int) prompt.Batch {
	b := prompt.Batch{}
	s := setup.images.Shape()
	per := s[1] * s[2] * s[3]
	var data []float32
	for range views {
		for i := range n {
			at := i % stepBatch * per
			data = append(data, setup.images.Data[at:at+per]...)
		}
	}
	b.Images = autograd.Const(data, views*n, s[1], s[2], s[3]) // [V·n, 3, S, S]
	for i := range n {
		b.Labels = append(b.Labels, i*7%classes)
	}
	return b
}
