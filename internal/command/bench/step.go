package bench

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"frontdoor/autograd"
	"frontdoor/internal/procmem"
	"frontdoor/nn"
	"frontdoor/prompt"
	"frontdoor/textenc"
)

// stepBatch is the batch of MaPLe's published configuration.
const stepBatch = 4

// stepRounds bounds how often a training step is measured: some take half a
// minute. So steps are measured with all threads only, unless -threads says more.
const stepRounds = 3

// steps measures training steps with ViT-B/16's dimensions and random weights:
// MaPLe and CDC with four templates, among 24 and 100 classes, and CDC among
// 1,000. The peer is PyTorch computing the same as the published code does: 77
// tokens a prompt, every prompt on its own, templates one after another. Both
// start from the same numbers, and the losses of the first step are printed
// side by side.
func (b *bench) steps() error {
	var setup *stepSetup
	defer func() { setup.close() }()
	get := func() (*stepSetup, error) {
		var err error
		if setup == nil {
			setup, err = b.newStepSetup()
		}
		return setup, err
	}
	for _, s := range stepSizes {
		name := fmt.Sprintf("step/%s-%d", s.method, s.classes)
		if !b.wanted(name) {
			continue
		}
		setup, err := get()
		if err != nil {
			return err
		}
		setup.use(variant{packing: textenc.Saving{MaxRows: s.maxRows}})
		if err := b.step(setup, name, s.method, s.classes); err != nil {
			return err
		}
	}
	return b.savingSteps(get)
}

// stepSizes lists the steps. The last is of ImageNet's size: its prompts go
// through the text tower in chunks, so that it needs no more memory than the
// others.
var stepSizes = []struct {
	method           string
	classes, maxRows int
}{
	{"maple", 24, 0}, {"maple", 100, 0}, {"cdc", 24, 0}, {"cdc", 100, 0}, {"cdc", 1000, 1 << 12},
}

// stepClasses are the numbers of classes that steps choose among.
var stepClasses = []int{24, 100}

// step measures one step of a method among some classes.
func (b *bench) step(setup *stepSetup, name, method string, classes int) error {
	l, views, err := setup.learner(method, classes)
	if err != nil {
		return err
	}
	batch := setup.batch(stepBatch, views, classes)
	file := filepath.Join(setup.dir, name[len("step/"):]+".safetensors")
	if b.peers {
		if err := setup.write(file, l, batch, classes); err != nil {
			return err
		}
		defer os.Remove(file)
	}
	for _, threads := range b.stepCounts {
		if err := b.stepThreads(setup, name, l, batch, file, classes, threads); err != nil {
			return err
		}
	}
	return nil
}

// stepThreads races a step against the peer.
func (b *bench) stepThreads(setup *stepSetup, name string, l prompt.Learner, batch prompt.Batch, file string, classes, threads int) error {
	tp := autograd.NewTape()
	opt := nn.NewSGD(l.Params())
	start := snapshot(l)
	var first float32
	debug.FreeOSMemory() // memory of the setup is no part of a step
	procmem.ResetPeak()
	ours := runner{name: "frontdoor", rounds: stepRounds, turn: func() (float64, error) {
		begin := clock()
		loss := l.Loss(tp, batch)
		if first == 0 {
			first = loss.Item()
		}
		tp.Backward(loss)
		opt.Step(stepRate)
		tp.Reset()
		return clock() - begin, nil
	}}
	if _, err := ours.turn(); err != nil { // fills the arena
		return err
	}
	runners := []runner{ours}
	peer, err := b.startStepPeer(setup.base, file, len(l.Views()), classes, threads)
	if err != nil {
		fmt.Fprintf(stderr, "bench: without PyTorch: %v\n", err)
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
	memory := Record{Name: name + "/memory", Value: float64(procmem.Peak()) / (1 << 20), Unit: "MiB", Threads: threads}
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
