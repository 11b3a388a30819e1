package study

import (
	"context"
	"errors"
	"fmt"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/eval/metric"
	"frontdoor/eval/rundir"
	"frontdoor/eval/score"
	"frontdoor/eval/train"
	"frontdoor/prompt"
)

// otherPerKind is how many pictures of each kind of other world are shown.
const otherPerKind = 30

// Subject is a trained learner that is studied.
type Subject struct {
	Model   *clip.Model
	Dataset *data.Dataset // all classes
	Half    *data.Dataset // those that were trained on, which the learner chooses among
	Learner prompt.Learner
	Load    *train.Loader
}

// measuring is the study of a subject in progress.
type measuring struct {
	Subject
	study *rundir.Study
}

// Measure makes the extra measurements on a trained learner. Besides the study
// it returns how well doubt finds pictures of another world. The learner is left
// with other classes.
func Measure(ctx context.Context, subject Subject) (*rundir.Study, *rundir.Signals, error) {
	s := &measuring{subject, &rundir.Study{}}
	found, err := s.otherWorld(ctx)
	if err != nil {
		return nil, nil, err
	}
	return s.study, found, s.measure(ctx)
}

func (s *measuring) measure(ctx context.Context) error {
	if err := s.templates(); err != nil {
		return err
	}
	if s.Dataset.Task == nil {
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

// known returns the images of base classes with which pictures of another
// world are compared.
func (s *measuring) known() []data.Item {
	if items, ok := s.Half.ExtraSet(data.Decorrelated); ok {
		return items
	}
	return s.Half.Test
}

// otherWorld shows pictures that no class is like, and returns how well doubt
// finds them.
func (s *measuring) otherWorld(ctx context.Context) (*rundir.Signals, error) {
	known, err := s.ask(ctx, s.known())
	if err != nil {
		return nil, err
	}
	others, err := s.ask(ctx, data.OtherWorld(otherPerKind, s.Load.Side()))
	if err != nil {
		return nil, err
	}
	for kind, name := range world.Others {
		own := others.Part(kind*otherPerKind, (kind+1)*otherPerKind)
		s.study.OtherWorld = append(s.study.OtherWorld, rundir.OtherKind{Kind: name, Signals: score.Detect(own, known)})
	}
	return score.Detect(others, known), nil
}

// causes intervenes on the base test set.
func (s *measuring) causes(ctx context.Context) error {
	study, task, items := s.study, s.Dataset.Task, s.Half.Test
	before, effects, err := interventions(ctx, task, items, s.ask)
	if err != nil {
		return err
	}
	study.Effects = effects
	context := effects[len(effects)-2]
	study.Interventional = rundir.Value(context.Accuracy)
	study.Gap = rundir.Value(before.Accuracy() - context.Accuracy)
	sum := 0.0
	for draw := range uint64(jointDraws) {
		mark := fmt.Sprintf("reversed %d", draw)
		o, err := s.ask(ctx, data.Intervene(items, mark, func(f world.Factors, label int) world.Factors {
			return task.Reverse(f, label, world.TrainRho, draw)
		}))
		if err != nil {
			return err
		}
		sum += o.Accuracy() / jointDraws
	}
	study.Reversed = rundir.Value(sum)
	return nil
}

// asking is a way to get answers about pictures.
type asking func(ctx context.Context, items []data.Item) (*score.Outcome, error)

// ask asks the learner.
func (s *measuring) ask(ctx context.Context, items []data.Item) (*score.Outcome, error) {
	return score.Classify(ctx, s.Learner, items, s.Load)
}

// jointDraws is how many times several factors are drawn again together: the
// accuracies that come of it are compared with each other, and one draw would
// add its own chance.
const jointDraws = 3

// interventions returns the answers on pictures of the world and what becomes
// of them under do(cause), for each cause that is irrelevant to the task, for
// those that classes prefer together, and for all together.
func interventions(ctx context.Context, task *world.Task, items []data.Item, ask asking) (before *score.Outcome, effects []rundir.Effect, err error) {
	if before, err = ask(ctx, items); err != nil {
		return nil, nil, err
	}
	do := func(name string, draws int, causes ...world.Cause) error {
		e := rundir.Effect{Factor: name}
		for draw := range draws {
			mark := fmt.Sprintf("do(%s) %d", name, draw)
			after, err := ask(ctx, data.Intervene(items, mark, func(f world.Factors, _ int) world.Factors {
				return world.Intervene(f, world.Downstream, uint64(draw), causes...)
			}))
			if err != nil {
				return err
			}
			add(&e, before, after, 1/float64(draws))
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
	if err := do(rundir.DoContext, jointDraws, preferred...); err != nil {
		return nil, nil, err
	}
	return before, effects, do(rundir.DoEverything, jointDraws, task.IrrelevantCauses()...)
}

// add adds a share of what one intervention did.
func add(e *rundir.Effect, before, after *score.Outcome, share float64) {
	e.Changed += share * changed(before.Predicted, after.Predicted)
	e.Accuracy += share * after.Accuracy()
	if e.TemplatesChanged == nil {
		e.TemplatesChanged = make([]float64, len(before.ByTemplate))
		e.TemplatesAccuracy = make([]float64, len(before.ByTemplate))
	}
	for m, predicted := range before.ByTemplate {
		e.TemplatesChanged[m] += share * changed(predicted, after.ByTemplate[m])
		e.TemplatesAccuracy[m] += share * metric.Accuracy(after.Labels, after.ByTemplate[m])
	}
}

// changed is the percentage of predictions that differ.
func changed(before, after []int) float64 { return 100 - metric.Accuracy(before, after) }

// shifted tests the variants of the task.
func (s *measuring) shifted(ctx context.Context) error {
	for _, v := range s.Dataset.Task.Variants() {
		items, ok := s.Half.ExtraSet(v.Name)
		if !ok {
			continue
		}
		o, err := s.ask(ctx, items)
		if err != nil {
			return err
		}
		s.study.Shifted = append(s.study.Shifted, rundir.SetAccuracy{Name: v.Name, Accuracy: o.Accuracy()})
	}
	return nil
}

// newClasses intervenes on the test set of the new classes, and tests them in
// the context that they prefer.
func (s *measuring) newClasses(ctx context.Context) error {
	novel := data.Subset(s.Dataset, data.New)
	if err := s.Learner.SetClasses(novel.Classes); err != nil {
		return err
	}
	_, effects, err := interventions(ctx, s.Dataset.Task, novel.Test, s.ask)
	if err != nil {
		return err
	}
	s.study.EffectsNew = effects
	if items, ok := novel.ExtraSet(data.NewCorrelated); ok {
		o, err := s.ask(ctx, items)
		if err != nil {
			return err
		}
		s.study.NewCorrelated = rundir.Value(o.Accuracy())
	}
	return nil
}

// reads asks for the named factors of pictures in which they do not go
// together.
func (s *measuring) reads(ctx context.Context) error {
	items := s.known()
	set := &score.TestSet{Items: items, Load: s.Load, Keep: true}
	for k := range world.Kind(world.Kinds) {
		if err := s.Learner.SetClasses(k.Names()); err != nil {
			return err
		}
		o, err := set.Classify(ctx, s.Learner)
		if err != nil {
			return err
		}
		truth := make([]int, len(items))
		for i, it := range items {
			truth[i] = it.Source.(data.WorldItem).Factors.Value(k)
		}
		reading := rundir.Reading{Factor: k.String(), Chance: 100 / float64(k.Count()), Accuracy: metric.Accuracy(truth, o.Predicted)}
		for _, predicted := range o.ByTemplate {
			reading.Templates = append(reading.Templates, metric.Accuracy(truth, predicted))
		}
		s.study.Reads = append(s.study.Reads, reading)
	}
	return nil
}
