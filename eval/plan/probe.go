package plan

import (
	"context"
	"math"
	"math/bits"
	"slices"
	"time"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/augment"
	"frontdoor/eval/metric"
	"frontdoor/eval/train"
	"frontdoor/nn"
	"frontdoor/prompt"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// prober measures how fast this machine does the work of a plan. It runs the
// model's own blocks, a few of them, on about as many rows as the work has, so
// that products, attention and what goes row by row count in the proportions of
// the model. Nothing that a training computes depends on it.
type prober struct {
	model *clip.Model
	names []string // of classes
	rates map[probeKey]rate
	// each bounds the seconds of a measurement, work its operations.
	each, work float64
}

// rate is operations a second.
type rate struct{ forward, backward float64 }

// probeKey is what a rate depends on: the size of the pass as a power of two.
type probeKey struct {
	tower prompt.Tower
	taped bool
	size  int
}

// newProber returns a prober that takes about a second in all.
func newProber(m *clip.Model, names []string) *prober {
	return &prober{model: m, names: names, rates: map[probeKey]rate{}, each: 0.04, work: 6e9}
}

// seconds returns how long a pass is expected to take.
func (p *prober) seconds(pass prompt.Pass) float64 {
	r := p.rate(pass)
	s := pass.Forward / r.forward
	if pass.Taped {
		s += pass.Backward / r.backward
	}
	return s
}

// total is the seconds of several passes.
func (p *prober) total(passes []prompt.Pass) (s float64) {
	for _, pass := range passes {
		s += p.seconds(pass)
	}
	return s
}

// rate returns the speed of a pass, measured once for passes of about its size.
func (p *prober) rate(pass prompt.Pass) rate {
	rows := min(pass.Rows, p.mostRows(pass.Tower))
	key := probeKey{pass.Tower, pass.Taped, bits.Len(uint(rows))}
	r, ok := p.rates[key]
	if !ok {
		if pass.Tower == prompt.Vision {
			r = p.vision(rows, pass.Taped)
		} else {
			r = p.text(rows, pass.Taped)
		}
		p.rates[key] = r
	}
	return r
}

// fastest returns the greatest rates of forward and backward.
func (p *prober) fastest() (r rate) {
	for key, other := range p.rates {
		if key.taped {
			r.forward, r.backward = max(r.forward, other.forward), max(r.backward, other.backward)
		}
	}
	return r
}

// fewBlocks are what a probe runs of a tower: two, so that the weights of one
// do not wait in the cache for the next time, or all where they are small.
func (p *prober) fewBlocks(t nn.Transformer, rows int) nn.Transformer {
	d := float64(t.Blocks[0].Up.W.Cols())
	n := int(p.work / (24 * d * d * float64(rows)))
	t.Blocks = t.Blocks[:min(len(t.Blocks), max(2, n))]
	t.Recompute, t.AllRows = false, true
	return t
}

// mostRows bounds a probe: more rows go no faster.
func (p *prober) mostRows(t prompt.Tower) int {
	d, least := p.model.Config.Text.Width, 1
	if t == prompt.Vision {
		d, least = p.model.Config.Vision.Width, p.model.Config.Vision.Tokens()
	}
	return max(least, int(p.work/(2*24*float64(d)*float64(d))))
}

// vision measures the image tower on about so many rows.
func (p *prober) vision(rows int, taped bool) rate {
	e := *p.model.Vision
	tokens := 0
	var learned *vit.Prompts
	if taped {
		tokens = 2
		learned = &vit.Prompts{First: autograd.Param(make([]float32, tokens*e.Width), tokens, e.Width)}
	}
	n := max(1, rows/(e.Tokens()+tokens))
	e.Transformer = p.fewBlocks(e.Transformer, n*(e.Tokens()+tokens))
	batch := vit.NewBatch(e.Config, make([]int, n), tokens)
	images := autograd.Zeros(n, 3, e.Image, e.Image)
	for i := range images.Data {
		images.Data[i] = float32(i%255)/127 - 1
	}
	return p.measure(taped, func(tp *autograd.Tape, dev autograd.Device) *autograd.Tensor {
		e.Device = dev
		return e.Encode(tp, images, batch, learned)
	})
}

// text measures the text tower on about so many rows: captions of the classes,
// several times if they are few, that begin with learned tokens.
func (p *prober) text(rows int, taped bool) rate {
	e := *p.model.Text
	n := 0
	var groups [][][]int
	for have := 0; have < rows; {
		var group [][]int
		for k := 0; k < len(p.names) && have < rows; k++ {
			ids, err := p.model.Tokenizer.Tokenize(p.names[k]+".", e.Context-2, true)
			if err != nil || len(ids) < 2 {
				break
			}
			group = append(group, append([]int{ids[0], textenc.Learned(n), textenc.Learned(n + 1)}, ids[1:]...))
			have += len(ids) - 1
		}
		if group == nil {
			break
		}
		have += 3
		groups = append(groups, group)
		n += 2
	}
	packed := textenc.NewBatch(groups, textenc.Saving{})
	e.Transformer = p.fewBlocks(e.Transformer, packed.Rows())
	first := autograd.Zeros(max(1, n), e.Width)
	first.SetTrainable(taped)
	return p.measure(taped, func(tp *autograd.Tape, dev autograd.Device) *autograd.Tensor {
		e.Device = dev
		return e.Encode(tp, packed, &textenc.Prompts{First: first})
	})
}

// measure counts the operations of a pass on a meter and times it after a
// warm-up, which fills the arena.
func (p *prober) measure(taped bool, encode func(*autograd.Tape, autograd.Device) *autograd.Tensor) rate {
	meter := autograd.NewMeter(nil)
	var tp *autograd.Tape
	if taped {
		tp = autograd.NewTape()
	}
	y := encode(tp, meter)
	forward := 2 * float64(meter.MultiplyAdds())
	if taped {
		tp.Backward(tp.MeanSquare(y))
		tp = autograd.NewTape() // on the host now
	}
	backward := 2*float64(meter.MultiplyAdds()) - forward
	var forwards, backwards []float64 // seconds
	begin := time.Now()
	for i := 0; i < 3 || time.Since(begin).Seconds() < p.each; i++ {
		from := time.Now()
		y := encode(tp, autograd.CPU)
		mid := time.Now()
		if taped {
			tp.Backward(tp.MeanSquare(y))
			tp.Reset()
		}
		if i >= 1 {
			forwards = append(forwards, mid.Sub(from).Seconds())
			backwards = append(backwards, time.Since(mid).Seconds())
		}
	}
	r := rate{forward: forward / typical(forwards), backward: math.Inf(1)}
	if taped {
		r.backward = backward / typical(backwards)
	}
	return r
}

// typical is the mean of the faster half, so that a pause of the machine does
// not count; never zero.
func typical(x []float64) float64 {
	slices.Sort(x)
	return max(metric.Mean(x[:(len(x)+1)/2]), 1e-9)
}

// pictures measures the seconds of a training image in all its views and, if
// known is 0, of a test image, from reading to the pixels of the tower.
func (p *prober) pictures(views []augment.View, shots, test []data.Item, known float64) (view, clean float64) {
	load := train.NewLoader(p.model, new(data.Report))
	if clean = known; clean == 0 {
		clean = p.timeFour(test, func(items []data.Item) { load.Clean(context.Background(), items) })
	}
	if len(views) == 0 {
		return 0, clean
	}
	pixels := make([]float32, len(views)*int(imageBytes(p.model)))
	view = p.timeFour(shots, func(items []data.Item) {
		which := make([]int, len(items))
		for i := range which {
			which[i] = i
		}
		n := len(items) * len(pixels) / 4
		_ = load.Views(context.Background(), pixels[:n], items, which, views, 0, 0) // an unreadable image is for the training to report
	})
	return view, clean
}

// timeFour times do on four items at a time, from all over the list, and returns
// the seconds an item.
func (p *prober) timeFour(items []data.Item, do func(items []data.Item)) float64 {
	const most = 64
	var times []float64
	begin := time.Now()
	for n := 0; n < min(len(items), most) && (len(times) < 3 || time.Since(begin).Seconds() < p.each/2); n += 4 {
		at := n * len(items) / most % len(items)
		some := items[at:min(len(items), at+4)]
		from := time.Now()
		do(some)
		times = append(times, time.Since(from).Seconds()/float64(len(some)))
	}
	return undisturbed(times)
}

// undisturbed is the mean without the greatest: the first image of a kind, or
// one during which the machine paused.
func undisturbed(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	slices.Sort(x)
	return metric.Mean(x[:max(1, len(x)-1)])
}
