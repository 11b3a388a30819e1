package eval

import (
	"context"
	"errors"
	"fmt"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/protocol"
	"frontdoor/eval/score"
	"frontdoor/eval/train"
	"frontdoor/method"
	"frontdoor/prompt"
)

// subject is a learner in training, or trained, and what it is trained on.
type subject struct {
	method   *method.Method
	settings method.Settings
	seed     uint64
	model    *clip.Model
	half     *data.Dataset // the classes to train on, few-shot
	learner  prompt.Learner
	load     *train.Loader
	*train.Training
}

// newSubject samples the training images and makes the untrained learner. shots
// images of every class are sampled from all of the dataset before the base
// classes are picked, as CoOp does.
func newSubject(ctx context.Context, m *clip.Model, ds *data.Dataset, half data.Half, how *method.Method, set method.Settings, shots int, seed uint64, load *train.Loader) (*subject, error) {
	sampled := ds.FewShot(shots, int64(seed))
	s := &subject{method: how, settings: set, seed: seed, model: m, half: data.Subset(sampled, half), load: load}
	var items []data.Item // few-shot sample, readable images only
	var err error
	if s.learner, err = s.untrained(ds.Template); err != nil {
		return nil, err
	}
	if err := s.learner.SetClasses(s.half.Classes); err != nil {
		return nil, err
	}
	if l, ok := s.learner.(prompt.Fitted); ok {
		return s, s.readShots(ctx, l, ds, sampled, half, shots)
	}
	if len(s.learner.Params()) > 0 {
		if items, err = load.Readable(ctx, s.half.Train); err != nil {
			return nil, err
		}
		if err := everyClass(s.half.Classes, items); err != nil {
			return nil, err
		}
	}
	s.Training = train.New(s.learner, how, set, seed, items, load)
	return s, ctx.Err()
}

// readShots reads the features that a fitted learner learns from. Where the
// dataset has no validation images, those are taken that the sample leaves over.
func (s *subject) readShots(ctx context.Context, l prompt.Fitted, ds, sampled *data.Dataset, half data.Half, shots int) error {
	val := s.half.Val
	if len(val) == 0 {
		rest := *sampled
		rest.Val = ds.Spare(sampled, shots, int64(s.seed))
		val = data.Subset(&rest, half).Val
	}
	read, kept, err := s.load.Shots(ctx, l.Views()[0], s.settings.Draws, s.half.Train, val)
	if err != nil {
		return err
	}
	s.Training = train.NewFit(l, s.settings, s.seed, read)
	return everyClass(s.half.Classes, kept)
}

// untrained returns a learner as it is before training, with a hand-crafted
// template.
func (s *subject) untrained(template string) (prompt.Learner, error) {
	l, err := s.method.New(s.model, template, s.settings, s.seed)
	if err != nil {
		return nil, err
	}
	return l, trainedOn(l, s.half.Classes)
}

// trainedOn tells a learner that asks for it which classes it learns from.
func trainedOn(l prompt.Learner, names []string) error {
	if f, ok := l.(interface{ TrainedOn(names []string) error }); ok { // ClassAware or Fitted
		return f.TrainedOn(names)
	}
	return nil
}

// everyClass reports a class without a readable training image.
func everyClass(classes []string, items []data.Item) error {
	found := make([]bool, len(classes))
	for _, it := range items {
		found[it.Label] = true
	}
	for k, ok := range found {
		if !ok {
			return fmt.Errorf("class %q has no readable training image: add one, or take the class out", classes[k])
		}
	}
	return nil
}

// calibrate fixes the learner's constants, if it has any.
func (s *subject) calibrate(ctx context.Context) error {
	return s.Calibrate(ctx, s.half.Template, s.half.Classes)
}

// copy returns a copy of the learner as it is now that chooses among other
// classes, with the hand-crafted template of their dataset. Training the learner
// further does not change the copy, nor the other way round.
func (s *subject) copy(template string, classes []string) (prompt.Learner, error) {
	l, err := s.untrained(template)
	if err != nil {
		return nil, err
	}
	if s.settings.PerClass { // its tensors are there once the classes are
		if err := l.SetClasses(s.half.Classes); err != nil {
			return nil, err
		}
	}
	own := s.learner.State()
	if f, ok := l.(prompt.Fitted); ok {
		if err := f.Restore(own); err != nil {
			return nil, err
		}
		return l, l.SetClasses(classes)
	}
	for i, named := range l.State() {
		copy(named.Data, own[i].Data)
	}
	return l, l.SetClasses(classes)
}

// answers puts the questions of a protocol to the learner, in their order, and
// gives each outcome to use. A learner that is bound to its classes is not asked
// about others. The learner is left with the classes of the last question.
func (s *subject) answers(ctx context.Context, tests []protocol.Test, use func(protocol.Test, *score.Outcome)) error {
	asked, classes := &score.TestSet{}, s.half
	for _, t := range tests {
		l, err := s.learner, error(nil)
		switch {
		case t.Copy:
			l, err = s.copy(t.Set.Template, t.Set.Classes)
		case t.Set != classes:
			err, classes = l.SetClasses(t.Set.Classes), t.Set
		}
		if errors.Is(err, prompt.ErrClassBound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("dataset %s: %w", t.Set.Name, err)
		}
		if !t.Again {
			asked = &score.TestSet{Items: t.Items, Load: s.load, Keep: t.Keep}
		}
		asked.Record = t.Keeps != ""
		o, err := asked.Classify(ctx, l)
		if err != nil {
			return err
		}
		use(t, o)
	}
	return nil
}

// Train is the short way to a trained learner: it samples shots images of each
// class from ds.Train, trains the method of that name on them with its recipe
// for the model, and returns the learner, ready to predict among ds.Classes.
func Train(ctx context.Context, m *clip.Model, ds *data.Dataset, name string, shots int, seed uint64) (prompt.Learner, error) {
	if m == nil || ds == nil {
		return nil, errors.New("eval: Train without a model or a dataset")
	}
	how, err := method.ByName(name)
	if err != nil {
		return nil, err
	}
	e := method.Experiment{Protocol: "all", Dataset: ds.Name, Shots: shots}
	set := how.Recipe(m, e, method.Settings{})
	if err := how.CheckSettings(set, e); err != nil {
		return nil, err
	}
	s, err := newSubject(ctx, m, ds, data.All, how, set, shots, seed, train.NewLoader(m, new(data.Report)))
	if err != nil {
		return nil, err
	}
	if err := s.calibrate(ctx); err != nil {
		return nil, err
	}
	err = s.Run(ctx, func() error { return nil }, func(int, float64) {})
	return s.learner, err
}
