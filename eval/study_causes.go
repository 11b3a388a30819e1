package eval

import (
	"context"
	"errors"
	"fmt"

	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/eval/metric"
	"frontdoor/prompt"
)

// otherPerKind is how many pictures of each kind of other world are shown.
const otherPerKind = 30

// studying is the study of one cell in progress.
type studying struct {
	*cell
	run  *Run
	load *loader // keeps no images: most pictures are looked at once
	row  *Row
}

// study makes the extra measurements on a trained cell that has been tested,
// and puts them into its row. The learner is left with other classes.
func (r *Run) study(ctx context.Context, c *cell, row *Row) error {
	if r.studyLoad == nil {
		r.studyLoad = newLoader(r.Model, r.Report)
		r.studyLoad.room = 0
	}
	s := &studying{cell: c, run: r, load: r.studyLoad, row: row}
	row.Study = &Study{}
	if err := c.learner.SetClasses(c.half.Classes); err != nil {
		return err
	}
	if err := s.otherWorld(ctx); err != nil {
		return err
	}
	if err := s.templates(); err != nil {
		return err
	}
	if r.Dataset.Task == nil {
		return nil
	}
	if err := s.causes(ctx); err != nil {
		return err
	}
	if err := s.shifted(ctx); err != nil {
		return err
	}
	if err := s.newClasses(ctx); errors.Is(err, prompt.ErrClassBound) {
		return nil // it cannot be asked about other classes
	} else if err != nil {
		return err
	}
	return s.reads(ctx)
}

// known returns the images of base classes with which strange ones are
// compared.
func (s *studying) known() []data.Item {
	if items, ok := s.half.ExtraSet(data.Decorrelated); ok {
		return items
	}
	return s.half.Test
}

// otherWorld shows pictures that no class is like.
func (s *studying) otherWorld(ctx context.Context) error {
	known, err := s.ask(ctx, s.known())
	if err != nil {
		return err
	}
	strange, err := s.ask(ctx, data.OtherWorld(otherPerKind, s.load.size))
	if err != nil {
		return err
	}
	s.row.Trust.Detect.OtherWorld = detect(strange.signals, known.signals)
	for kind, name := range world.Others {
		own := strange.signals.part(kind*otherPerKind, (kind+1)*otherPerKind)
		s.row.Study.OtherWorld = append(s.row.Study.OtherWorld, OtherKind{name, detect(own, known.signals)})
	}
	return nil
}

// causes intervenes on the base test set.
func (s *studying) causes(ctx context.Context) error {
	study, task, items := s.row.Study, s.run.Dataset.Task, s.half.Test
	before, effects, err := interventions(ctx, task, items, s.ask)
	if err != nil {
		return err
	}
	study.Effects = effects
	context := effects[len(effects)-2]
	study.Interventional = Value(context.Accuracy)
	study.Gap = Value(before.accuracy() - context.Accuracy)
	sum := 0.0
	for draw := range uint64(jointDraws) {
		mark := fmt.Sprintf("reversed %d", draw)
		o, err := s.ask(ctx, data.Redraw(items, mark, func(f world.Factors, label int) world.Factors {
			return task.Reverse(f, label, world.TrainRho, draw)
		}))
		if err != nil {
			return err
		}
		sum += o.accuracy() / jointDraws
	}
	study.Reversed = Value(sum)
	return nil
}

// asking is a way to get answers about pictures.
type asking func(ctx context.Context, items []data.Item) (*outcome, error)

// ask asks the learner.
func (s *studying) ask(ctx context.Context, items []data.Item) (*outcome, error) {
	return classify(ctx, s.learner, items, s.load)
}

// jointDraws is how many times several factors are drawn again together: the
// accuracies that come of it are compared with each other, and one draw would
// add its own chance.
const jointDraws = 3

// interventions returns the answers on pictures of the world and what becomes
// of them under do(cause), for each cause that is irrelevant to the task, for
// those that classes prefer together, and for all together.
func interventions(ctx context.Context, task *world.Task, items []data.Item, ask asking) (before *outcome, effects []Effect, err error) {
	if before, err = ask(ctx, items); err != nil {
		return nil, nil, err
	}
	do := func(name string, draws int, causes ...world.Cause) error {
		e := Effect{Factor: name}
		for draw := range draws {
			mark := fmt.Sprintf("do(%s) %d", name, draw)
			after, err := ask(ctx, data.Redraw(items, mark, func(f world.Factors, _ int) world.Factors {
				return world.Redraw(f, world.Downstream, uint64(draw), causes...)
			}))
			if err != nil {
				return err
			}
			e.add(before, after, 1/float64(draws))
		}
		effects = append(effects, e)
		return nil
	}
	for _, c := range task.IrrelevantCauses() {
		if err := do(c.Name, 1, c); err != nil {
			return nil, nil, err
		}
	}
	var preferred []world.Cause
	for _, k := range task.Irrelevant {
		preferred = append(preferred, k.Cause())
	}
	if err := do(DoContext, jointDraws, preferred...); err != nil {
		return nil, nil, err
	}
	return before, effects, do(DoEverything, jointDraws, task.IrrelevantCauses()...)
}

// add adds a share of what one intervention did.
func (e *Effect) add(before, after *outcome, share float64) {
	e.Changed += share * changed(before.predicted, after.predicted)
	e.Accuracy += share * after.accuracy()
	if e.TemplatesChanged == nil {
		e.TemplatesChanged = make([]float64, len(before.byTemplate))
		e.TemplatesAccuracy = make([]float64, len(before.byTemplate))
	}
	for m, predicted := range before.byTemplate {
		e.TemplatesChanged[m] += share * changed(predicted, after.byTemplate[m])
		e.TemplatesAccuracy[m] += share * metric.Accuracy(after.labels, after.byTemplate[m])
	}
}

// changed is the percentage of predictions that differ.
func changed(before, after []int) float64 { return 100 - metric.Accuracy(before, after) }

// shifted tests the variants of the task.
func (s *studying) shifted(ctx context.Context) error {
	for _, v := range s.run.Dataset.Task.Variants() {
		items, ok := s.half.ExtraSet(v.Name)
		if !ok {
			continue
		}
		o, err := s.ask(ctx, items)
		if err != nil {
			return err
		}
		s.row.Study.Shifted = append(s.row.Study.Shifted, SetAccuracy{v.Name, o.accuracy()})
	}
	return nil
}

// newClasses intervenes on the test set of the new classes, and tests them in
// the context that they prefer.
func (s *studying) newClasses(ctx context.Context) error {
	novel := data.Subset(s.run.Dataset, data.New)
	if err := s.learner.SetClasses(novel.Classes); err != nil {
		return err
	}
	_, effects, err := interventions(ctx, s.run.Dataset.Task, novel.Test, s.ask)
	if err != nil {
		return err
	}
	s.row.Study.EffectsNew = effects
	if items, ok := novel.ExtraSet(data.NewCorrelated); ok {
		o, err := s.ask(ctx, items)
		if err != nil {
			return err
		}
		s.row.Study.NewCorrelated = Value(o.accuracy())
	}
	return nil
}

// reads asks for the named factors of pictures in which they do not go
// together.
func (s *studying) reads(ctx context.Context) error {
	items := s.known()
	set := &testSet{items: items, load: s.load, again: true}
	for k := range world.Kind(world.Kinds) {
		if err := s.learner.SetClasses(k.Names()); err != nil {
			return err
		}
		o, err := set.classify(ctx, s.learner)
		if err != nil {
			return err
		}
		truth := make([]int, len(items))
		for i, it := range items {
			truth[i] = it.Source.(data.WorldItem).Factors.Value(k)
		}
		reading := Reading{Factor: k.String(), Chance: 100 / float64(k.Count()), Accuracy: metric.Accuracy(truth, o.predicted)}
		for _, predicted := range o.byTemplate {
			reading.Templates = append(reading.Templates, metric.Accuracy(truth, predicted))
		}
		s.row.Study.Reads = append(s.row.Study.Reads, reading)
	}
	return nil
}
