package pretrain

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/cuda"
	"frontdoor/data/world"
	"frontdoor/nn"
	"frontdoor/textenc"
	"frontdoor/textenc/bpe"
	"frontdoor/vit"
)

// options says what to train and for how long.
type options struct {
	Steps int     // batches
	Batch int     // pairs a batch
	LR    float64 // peak learning rate
	Seed  uint64
	State string // file that holds work in progress; "" keeps none
	Every int    // steps between two writes of State and two reports
	// Report is called after every Every steps and at the end.
	Report func(status)
	// Tick is called after every step.
	Tick func()

	GPU *cuda.Device // that runs the towers; nil is the CPU
}

// status is the state of a run at one step.
type status struct {
	Step     int
	Loss     float64
	Scale    float64
	ZeroShot accuracy
	Elapsed  time.Duration // of this process, not of the work before a resume
}

// tinyConfig is the model that the project embeds. The vocabulary size follows
// from the merges that its captions need.
var tinyConfig = clip.Config{
	Embed:  96,
	Vision: vit.Config{Image: 48, Patch: 12, Width: 128, Layers: 4, Heads: 4},
	Text:   textenc.Config{Context: 24, Width: 96, Layers: 3, Heads: 4},
}

const (
	warmup      = 100  // steps
	finalRate   = 0.02 // last learning rate as a share of the peak
	weightDecay = 0.05
	clipNorm    = 1
	maxScale    = 100 // of the logits, as in CLIP
	merges      = 512 // at most; the captions need fewer
	captions    = 20000
)

// newModel returns an untrained model of the given sizes whose tokenizer has
// learned its merges from captions of the world.
func newModel(c clip.Config, seed uint64) (*clip.Model, error) {
	counts := bpe.CountWords(sampleCaptions(captions, seed))
	tok, err := bpe.New(bpe.LearnMerges(counts, merges))
	if err != nil {
		return nil, err
	}
	c.Text.Vocab = tok.VocabSize()
	return clip.New(c, tok, seed)
}

// train trains m. It stops early, after writing the state, when ctx ends, and
// returns ctx's error then.
func train(ctx context.Context, m *clip.Model, o options) error {
	h := newHead(m.Config.Embed, o.Seed)
	there := place(m, m.Trained(), o.GPU)
	params := slices.Concat(m.Trained(), h.params())
	for _, p := range params {
		p.SetTrainable(true)
	}
	opt := nn.NewAdamW(params, weightDecay)
	step, err := loadState(o.State, params, opt, o)
	if err != nil {
		return err
	}
	begin := time.Now()
	tp := autograd.NewTape()
	mean := 0.0 // running mean of the loss
	for ; step < o.Steps; step++ {
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), saveState(o.State, params, opt, step, o))
		}
		b, err := sampleBatch(m, o.Batch, o.Seed, uint64(step))
		if err != nil {
			return err
		}
		there.up()
		l := loss(tp, m, h, b)
		value := float64(l.Item())
		if o.GPU != nil && o.GPU.Err() != nil {
			return o.GPU.Err()
		}
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return fmt.Errorf("the loss of step %d is %v; try a lower learning rate", step, value)
		}
		tp.Backward(l)
		there.down()
		opt.Step(nn.WarmCosine(o.LR, step, warmup, o.Steps, 0.01, finalRate), clipNorm)
		m.LogitScale.Data[0] = min(m.LogitScale.Data[0], float32(math.Log(maxScale)))
		tp.Reset()
		if mean == 0 {
			mean = value
		}
		mean += 0.02 * (value - mean)
		if o.Tick != nil {
			o.Tick()
		}
		if done := step + 1; done%o.Every == 0 || done == o.Steps {
			if err := saveState(o.State, params, opt, done, o); err != nil {
				return err
			}
			if o.Report != nil {
				there.up()
				acc, err := zeroShotAccuracy(m, 512, o.Seed+1)
				if err != nil {
					return err
				}
				there.down()
				o.Report(status{done, mean, float64(m.Scale()), acc, time.Since(begin)})
			}
		}
	}
	return nil
}

// accuracy is the share of right answers for each named factor, in [0, 1].
type accuracy [world.Kinds]float64

// String lists the accuracies in percent.
func (a accuracy) String() string {
	var parts []string
	for k := range world.Kind(world.Kinds) {
		parts = append(parts, fmt.Sprintf("%v %.1f%%", k, 100*a[k]))
	}
	return strings.Join(parts, "  ")
}
