package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"frontdoor/autograd"
	"frontdoor/cdc"
	"frontdoor/clip"
	"frontdoor/data/world"
	"frontdoor/eval"
	"frontdoor/nn"
	"frontdoor/prompt"
	"frontdoor/textenc"
	"frontdoor/weights"
)

// stepBatch is the batch of MaPLe's published configuration.
const stepBatch = 4

// stepRounds bounds how often a training step is measured: the peer's take many
// seconds.
const stepRounds = 3

// steps measures training steps with ViT-B/16's dimensions and random weights:
// MaPLe and CDC with four templates, among 24 and 100 classes. The peer is
// PyTorch doing the same as the published code does it: 77 tokens a prompt,
// every prompt on its own, templates one after another. Both start from the
// same numbers, and the losses of the first step are printed side by side.
func (b *bench) steps() error {
	var lab *stepLab
	defer func() { lab.close() }()
	for _, method := range []string{"maple", "cdc"} {
		for _, classes := range []int{24, 100} {
			name := fmt.Sprintf("step/%s-%d", method, classes)
			if !b.wanted(name) {
				continue
			}
			if lab == nil {
				var err error
				if lab, err = b.newStepLab(); err != nil {
					return err
				}
			}
			if err := b.step(lab, name, method, classes); err != nil {
				return err
			}
		}
	}
	return nil
}

// stepLab holds what the steps share: a model, the images, and the file that
// the peer reads the same numbers from.
type stepLab struct {
	model  *clip.Model
	images *autograd.Tensor // [B, 3, S, S]
	dir    string           // of files for the peer
	base   string           // the model's tensors, if there are peers
}

func (b *bench) newStepLab() (*stepLab, error) {
	words := strings.Fields("a an the photo picture image drawing of . ")
	for k := range world.Kind(world.Kinds) {
		words = append(words, k.Names()...)
	}
	tok, err := textenc.NewTokenizer(textenc.LearnMerges(textenc.CountWords(slices.Values(words)), 2000))
	if err != nil {
		return nil, err
	}
	lab := &stepLab{}
	c := clip.ViTB16
	c.Text.Vocab = tok.VocabSize()
	r := rand.New(rand.NewPCG(1, 2))
	var stored []weights.Tensor
	lab.model, err = clip.Build(c, tok, func(name string, shape []int) ([]float32, error) {
		data := stepWeights(name, shape, r)
		if b.peers {
			stored = append(stored, weights.NewF32(name, shape, data))
		}
		return data, nil
	})
	if err != nil {
		return nil, err
	}
	s := c.Vision.Image
	lab.images = autograd.Zeros(stepBatch, 3, s, s)
	nn.Normal(lab.images.Data, 1, r)
	if lab.dir, err = os.MkdirTemp("", "frontdoor-bench-"); err != nil {
		return nil, err
	}
	lab.base = filepath.Join(lab.dir, "clip.safetensors")
	if b.peers {
		err = weights.Write(lab.base, stored, nil)
	}
	return lab, err
}

func (lab *stepLab) close() {
	if lab != nil && lab.dir != "" {
		os.RemoveAll(lab.dir)
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

// classNames returns n names of two words each.
func classNames(n int) []string {
	var names []string
	for _, texture := range world.Textures {
		for _, shape := range world.Shapes {
			names = append(names, texture+" "+shape)
		}
	}
	return names[:n]
}

// step measures one step of a method among some classes.
func (b *bench) step(lab *stepLab, name, method string, classes int) error {
	l, views, err := lab.learner(method, classes)
	if err != nil {
		return err
	}
	batch := prompt.Batch{Images: repeated(lab.images, views)}
	for i := range stepBatch {
		batch.Labels = append(batch.Labels, i*7%classes)
	}
	file := filepath.Join(lab.dir, name[len("step/"):]+".safetensors")
	if b.peers {
		if err := lab.write(file, l, batch, classes); err != nil {
			return err
		}
		defer os.Remove(file)
	}
	for _, threads := range b.threads {
		if err := b.stepThreads(lab, name, l, batch, file, classes, threads); err != nil {
			return err
		}
	}
	return nil
}

// learner returns a method with the published sizes and the number of views of
// its batches.
func (lab *stepLab) learner(method string, classes int) (prompt.Learner, int, error) {
	l, err := eval.NewLearner(lab.model, method, "a photo of a {}.", eval.Recipe(lab.model, method, eval.Settings{}), 1)
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

func repeated(images *autograd.Tensor, n int) *autograd.Tensor {
	var data []float32
	for range n {
		data = append(data, images.Data...)
	}
	s := images.Shape()
	return autograd.Const(data, n*s[0], s[1], s[2], s[3])
}

// stepThreads races a step against the peer.
func (b *bench) stepThreads(lab *stepLab, name string, l prompt.Learner, batch prompt.Batch, file string, classes, threads int) error {
	tp := autograd.NewTape()
	opt := nn.NewSGD(l.Params())
	start := snapshot(l)
	var first float32
	debug.FreeOSMemory() // what was needed to get here is no part of a step
	eval.ResetPeak()
	ours := runner{name: "frontdoor", turn: func() (float64, error) {
		begin := time.Now()
		loss := l.Loss(tp, batch)
		if first == 0 {
			first = loss.Item()
		}
		tp.Backward(loss)
		opt.Step(stepRate)
		tp.Reset()
		return time.Since(begin).Seconds(), nil
	}}
	if _, err := ours.turn(); err != nil { // fills the arena
		return err
	}
	runners := []runner{ours}
	peer, err := b.startStepPeer(lab.base, file, len(l.Views()), classes, threads)
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: without PyTorch: %v\n", err)
	}
	defer peer.stop()
	if peer != nil {
		runners = append(runners, runner{name: peer.name, rounds: stepRounds, turn: peer.turn})
	}
	o, err := b.race(threads, runners)
	if err != nil {
		return err
	}
	restore(l, start)
	record := Record{Name: name, Value: o.seconds["frontdoor"], Unit: "s", Threads: threads}
	if peer != nil {
		record = besidePeer(record, peer.name, o.seconds[peer.name])
		record.Ratio = o.ratio("frontdoor", peer.name, b.best)
	}
	b.report(record)
	memory := Record{Name: name + "/memory", Value: float64(eval.PeakRSS()) / (1 << 20), Unit: "MiB", Threads: threads}
	loss := Record{Name: name + "/loss", Value: float64(first), Unit: "nats", Threads: threads}
	if peer != nil {
		memory = besidePeer(memory, peer.name, peer.peak)
		loss = besidePeer(loss, peer.name, peer.loss)
	}
	b.report(memory)
	b.report(loss)
	return nil
}

// stepRate is the learning rate of the steps.
const stepRate = 0.0035

// besidePeer adds what the peer measured, if it did.
func besidePeer(r Record, peer string, value float64) Record {
	if value != 0 && !math.IsNaN(value) {
		r.Peer, r.PeerValue, r.Ratio = peer, value, value/r.Value
	}
	return r
}

func snapshot(l prompt.Learner) [][]float32 {
	var all [][]float32
	for _, p := range l.Params() {
		all = append(all, slices.Clone(p.Data))
	}
	return all
}

func restore(l prompt.Learner, all [][]float32) {
	for i, p := range l.Params() {
		copy(p.Data, all[i])
	}
}
