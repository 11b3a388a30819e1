package bench

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"time"

	"frontdoor/adapter"
	"frontdoor/autograd"
)

//go:embed peers/adapter.py
var adapterSource string

// headSize is a few-shot task on cached features of ViT-B/16.
type headSize struct {
	classes, shots, views, val int
	named                      bool // measured only if -only names it
}

// headSizes are what somebody adapts to, and ImageNet.
var headSizes = []headSize{
	{classes: 20, shots: 20, views: 10, val: 4},
	{classes: 1000, shots: 16, views: 10, val: 4, named: true},
}

// heads lists what is fitted, by name.
var heads = []struct {
	name string
	fit  func(b *bench, t *adapter.Task) error
}{
	{"gda", func(b *bench, t *adapter.Task) error { return second(adapter.FitGDA(t, adapter.Alphas)) }},
	{"tip", func(b *bench, t *adapter.Task) error {
		h, err := adapter.NewTip(t, 1.17, 1)
		if err != nil {
			return err
		}
		return second(h.Search(adapter.DefaultTipF().Grid))
	}},
	{"tipf", func(b *bench, t *adapter.Task) error {
		h, err := adapter.NewTipF(t, adapter.DefaultTipF(), shuffled(len(t.Labels)))
		return b.fit(h, err)
	}},
	{"lpp", func(b *bench, t *adapter.Task) error {
		h, err := adapter.NewLPP(t, adapter.DefaultLPP(make([]float32, t.Text.Rows())))
		return b.fit(h, err)
	}},
	{"clap", func(b *bench, t *adapter.Task) error {
		h, err := adapter.NewCLAP(t, adapter.DefaultCLAP(true), shuffled(len(t.Labels)*len(t.Views)))
		return b.fit(h, err)
	}},
	{"taskres", func(b *bench, t *adapter.Task) error {
		h, err := adapter.NewTaskRes(t, adapter.DefaultTaskRes(16), shuffled(len(t.Labels)))
		return b.fit(h, err)
	}},
	{"prolip", func(b *bench, t *adapter.Task) error {
		h, err := adapter.NewProLIP(t, adapter.DefaultProLIP(16))
		return b.fit(h, err)
	}},
}

// second is the error of a call whose result is of no matter.
func second[T any](_ T, err error) error { return err }

// fit trains a head to the end.
func (b *bench) fit(h adapter.Trained, err error) error {
	if err != nil {
		return err
	}
	return adapter.Fit(b.ctx, h, nil)
}

// shuffled gives each epoch an order of n rows.
func shuffled(n int) func(int) []int {
	return func(epoch int) []int { return rand.New(rand.NewPCG(1, uint64(epoch))).Perm(n) }
}

// adapters measures how long heads take on features that are there:
// adapter/METHOD-CLASSESxSHOTS, with the published settings, beside PyTorch
// doing the same.
func (b *bench) adapters() error {
	for _, s := range headSizes {
		var task, wide *adapter.Task
		for _, h := range heads {
			name := fmt.Sprintf("adapter/%s-%dx%d", h.name, s.classes, s.shots)
			if !b.wanted(name) || s.named && b.only == "" {
				continue
			}
			if task == nil {
				task, wide = s.task(512), s.task(768)
			}
			for _, threads := range b.stepCounts {
				if err := b.head(name, h.name, s, threads, func() error {
					if h.name == "prolip" { // reads features before the projection
						return h.fit(b, wide)
					}
					return h.fit(b, task)
				}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// head measures one method.
func (b *bench) head(name, method string, s headSize, threads int, fit func() error) error {
	rounds := 0
	if s.named { // minutes each
		rounds = 1
	}
	runners := []runner{{name: name, rounds: rounds, turn: func() (float64, error) {
		begin := time.Now()
		err := fit()
		return time.Since(begin).Seconds(), err
	}}}
	if b.peers {
		peer, err := b.startAdapterPeer(s, threads)
		if err != nil {
			fmt.Fprintf(stderr, "bench: PyTorch is left out: %v\n", err)
		} else {
			defer peer.stop()
			runners = append(runners, runner{name: "pytorch", rounds: rounds, turn: func() (float64, error) { return peer.ask("%s", method) }})
		}
	}
	o, err := b.race(threads, runners)
	if err != nil {
		return err
	}
	r := Record{Name: name, Value: o.seconds[name], Unit: "s", Threads: threads}
	if t, ok := o.seconds["pytorch"]; ok {
		r.Peer, r.PeerValue, r.Ratio = "pytorch", t, o.ratio(name, "pytorch", b.best)
	}
	b.report(r)
	return nil
}

// startAdapterPeer starts PyTorch with a task of a size.
func (b *bench) startAdapterPeer(s headSize, threads int) (*child, error) {
	python, err := b.pythonWithTorch()
	if err != nil {
		return nil, err
	}
	cmd, err := b.torchCommand(python, adapterSource, fmt.Sprint(threads), fmt.Sprint(s.classes), fmt.Sprint(s.shots), fmt.Sprint(s.views), fmt.Sprint(s.val))
	if err != nil {
		return nil, err
	}
	return startChild(cmd)
}

// task makes features of width d: each class a direction, each image around it.
func (s headSize) task(d int) *adapter.Task {
	const e = 512
	r := rand.New(rand.NewPCG(1, 2))
	noisy := func(mean []float32, scale float64) []float32 {
		out := make([]float32, len(mean))
		for j, v := range mean {
			out[j] = v + float32(scale*r.NormFloat64())
		}
		return out
	}
	zero := make([]float32, max(d, e))
	classes := make([][]float32, s.classes)
	var text []float32
	for k := range classes {
		classes[k] = noisy(zero, 1)
		text = append(text, noisy(classes[k][:e], 3)...)
	}
	set := func(perClass int) (*autograd.Tensor, []int) {
		var data []float32
		var labels []int
		for range perClass {
			for k := range classes {
				data, labels = append(data, noisy(classes[k][:d], 2)...), append(labels, k)
			}
		}
		return autograd.Const(data, len(labels), d), labels
	}
	t := &adapter.Task{Text: autograd.Const(text, s.classes, e), Scale: 100}
	for range s.views {
		x, labels := set(s.shots)
		t.Views, t.Labels = append(t.Views, x), labels
	}
	t.Val, t.ValLabels = set(s.val)
	if d != e {
		t.Val, t.ValLabels = nil, nil
		proj := make([]float32, d*e)
		for i := range proj {
			proj[i] = float32(r.NormFloat64()) / 16
		}
		t.Proj = autograd.Const(proj, d, e)
	}
	return t
}
