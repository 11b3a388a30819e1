package bench

import (
	"fmt"
	"strings"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/nn"
	"frontdoor/prompt"
	"frontdoor/textenc"
)

// saving is one of the exact savings, or one of the ways to trade time for
// memory: a step with all the savings beside the step with this one changed.
type saving struct {
	name    string
	method  string
	classes []int
	batch   int
	change  func(*variant)
}

// savings lists what is measured. The steps are those of step/; the batches of
// CoOp and CoCoOp are the published ones.
var savings = []saving{
	{"truncation", "maple", stepClasses, 4, func(v *variant) { v.packing.PadTo = clip.ViTB16.Text.Context }},
	{"prefix", "maple", stepClasses, 4, func(v *variant) { v.packing.NoSharing = true }},
	{"last-row", "maple", stepClasses, 4, func(v *variant) { v.allRows = true }},
	{"frozen", "maple", stepClasses, 4, func(v *variant) { v.weightGrads = true }},
	{"features", "coop", stepClasses, 32, func(v *variant) { v.fromImages = true }},
	{"features-cocoop", "cocoop", stepClasses, 1, func(v *variant) { v.fromImages = true }},
	{"all", "maple", stepClasses, 4, func(v *variant) {
		v.packing = textenc.Saving{NoSharing: true, PadTo: clip.ViTB16.Text.Context}
		v.allRows, v.weightGrads = true, true
	}},
	{"chunks", "maple", stepClasses, 4, func(v *variant) { v.packing.MaxRows = 64 }},
	{"recompute", "maple", stepClasses, 4, func(v *variant) { v.recompute = true }},
	{"recompute-cdc", "cdc", stepClasses, 4, func(v *variant) { v.recompute = true }},
}

// variant is a way to take a step. The zero value has all savings.
type variant struct {
	packing     textenc.Saving
	allRows     bool // all rows of the last blocks
	weightGrads bool // gradients of the frozen weights, which are not used
	fromImages  bool // image features computed in each step where they are constant
	recompute   bool // blocks run again in the backward
}

// savingSteps measures what each saving brings: savings/NAME-CLASSES is the
// time of a step with all of them, beside the step "without" this one. For the
// last ones, which save memory only, it is the step "with". Memory is that of the
// tape, activations and their gradients, and of gradients of weights.
//
// It takes long and is measured only if -only names it.
func (b *bench) savingSteps(setup func() (*stepSetup, error)) error {
	if strings.TrimSpace(b.only) == "" {
		return nil
	}
	for _, s := range savings {
		for _, classes := range s.classes {
			name := fmt.Sprintf("savings/%s-%d", s.name, classes)
			if !b.wanted(name) {
				continue
			}
			setup, err := setup()
			if err != nil {
				return err
			}
			for _, threads := range b.stepCounts {
				if err := b.saving(setup, name, s, classes, threads); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (b *bench) saving(setup *stepSetup, name string, s saving, classes, threads int) error {
	changed := variant{}
	s.change(&changed)
	peer := "without"
	if changed.recompute || changed.packing.MaxRows > 0 {
		peer = "with"
	}
	on, err := setup.stepper(s, variant{}, classes)
	if err != nil {
		return err
	}
	off, err := setup.stepper(s, changed, classes)
	if err != nil {
		return err
	}
	defer setup.use(variant{})
	o, err := b.race(threads, []runner{
		{name: "frontdoor", turn: timed(0, on.step), rounds: stepRounds},
		{name: peer, turn: timed(0, off.step), rounds: stepRounds},
	})
	if err != nil {
		return err
	}
	b.report(Record{name, o.seconds["frontdoor"], "s", threads, peer, o.seconds[peer], o.ratio("frontdoor", peer, b.best)})
	b.report(besidePeer(Record{Name: name + "/memory", Value: on.mebibytes(), Unit: "MiB", Threads: threads}, peer, off.mebibytes()))
	b.report(besidePeer(Record{Name: name + "/loss", Value: on.loss, Unit: "nats", Threads: threads}, peer, off.loss))
	return nil
}

// stepper takes training steps in one variant.
type stepper struct {
	setup   *stepSetup
	variant variant
	learner prompt.Learner
	batch   prompt.Batch
	trained []nn.Named // weights that get gradients
	tape    *autograd.Tape
	opt     *nn.SGD
	loss    float64 // of the first step
}

// stepper prepares steps of a saving's method. Variants share the model where
// they can; its switches are set before each step.
func (setup *stepSetup) stepper(s saving, v variant, classes int) (*stepper, error) {
	var trained []nn.Named
	if v.weightGrads {
		var err error
		if setup, err = setup.copyModel(); err != nil {
			return nil, err
		}
	}
	if v.weightGrads {
		trained = setup.model.Trained()
	}
	setup.use(v)
	l, views, err := setup.learner(s.method, classes)
	if err != nil {
		return nil, err
	}
	batch := setup.batch(s.batch, views, classes)
	if !v.fromImages && prompt.TrainsOnFeatures(l) {
		batch.Frozen = setup.model.ImageFeatures(nil, batch.Images) // [B, E]
	}
	return &stepper{setup: setup, variant: v, learner: l, batch: batch, trained: trained, tape: autograd.NewTape(), opt: nn.NewSGD(l.Params())}, nil
}

// use sets the switches of the model.
func (setup *stepSetup) use(v variant) {
	setup.model.Text.Saving = v.packing
	for _, t := range []*nn.Transformer{&setup.model.Text.Transformer, &setup.model.Vision.Transformer} {
		t.AllRows, t.Recompute = v.allRows, v.recompute
	}
}

// step takes one.
func (s *stepper) step() {
	s.setup.use(s.variant)
	loss := s.learner.Loss(s.tape, s.batch)
	if s.loss == 0 {
		s.loss = float64(loss.Item())
	}
	s.tape.Backward(loss)
	s.opt.Step(stepRate)
	s.tape.Reset()
}

// mebibytes is what the tape and the weights' gradients take.
func (s *stepper) mebibytes() float64 {
	bytes := s.tape.ArenaBytes()
	for _, w := range s.trained {
		bytes += 4 * int64(len(w.Grad()))
	}
	return float64(bytes) / (1 << 20)
}
