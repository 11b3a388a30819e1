package eval

import (
	"context"
	"fmt"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/prompt"
)

// cell is the training and evaluation of a Cell.
type cell struct {
	id    Cell
	model *clip.Model
	half  *data.Dataset // the classes to train on, few-shot
	*training
}

// newCell samples the training images and makes the untrained learner. shots
// images of every class are drawn from all of the dataset before the base
// classes are picked, as CoOp does.
func newCell(ctx context.Context, m *clip.Model, ds *data.Dataset, half data.Half, method string, set Settings, shots int, seed uint64, load *loader) (*cell, error) {
	sampled := ds.FewShot(shots, int64(seed))
	c := &cell{model: m, half: data.Subset(sampled, half)}
	var train []data.Item // few-shot sample, readable images only
	learner, err := NewLearner(m, method, ds.Template, set, seed)
	if err != nil {
		return nil, err
	}
	if err := trainedOn(learner, c.half.Classes); err != nil {
		return nil, err
	}
	if err := learner.SetClasses(c.half.Classes); err != nil {
		return nil, err
	}
	if len(learner.Params()) > 0 {
		train = load.readable(c.half.Train)
		if err := everyClass(c.half.Classes, train); err != nil {
			return nil, err
		}
	}
	c.training = newTraining(learner, method, set, seed, train, load)
	return c, ctx.Err()
}

// trainedOn tells a learner that asks for it which classes it learns from.
func trainedOn(l prompt.Learner, names []string) error {
	if f, ok := l.(prompt.ClassAware); ok {
		return f.TrainedOn(names)
	}
	return nil
}

// everyClass reports a class without a readable training image.
func everyClass(classes []string, items []data.Item) error {
	seen := make([]bool, len(classes))
	for _, it := range items {
		seen[it.Label] = true
	}
	for k, ok := range seen {
		if !ok {
			return fmt.Errorf("class %q has no readable training image: add one, or take the class out", classes[k])
		}
	}
	return nil
}

// calibrate fixes the learner's constants, if it has any.
func (c *cell) calibrate(ctx context.Context) error {
	learner, ok := c.learner.(prompt.ClassAware)
	if !ok {
		return nil
	}
	zero := prompt.NewZeroShot(c.model, c.half.Template)
	if err := zero.SetClasses(c.half.Classes); err != nil {
		return err
	}
	return calibrate(ctx, learner, zero, c.items, c.load)
}

// twin returns a copy of the learner as it is now that chooses among other
// classes, with the hand-crafted caption of their dataset. Training the learner
// further does not change the copy, nor the other way round.
func (c *cell) twin(template string, classes []string) (prompt.Learner, error) {
	l, err := NewLearner(c.model, c.method, template, c.set, c.seed)
	if err != nil {
		return nil, err
	}
	if err := trainedOn(l, c.half.Classes); err != nil {
		return nil, err
	}
	if c.set.PerClass { // its tensors are there once the classes are
		if err := l.SetClasses(c.half.Classes); err != nil {
			return nil, err
		}
	}
	own := c.learner.State()
	for i, named := range l.State() {
		copy(named.Data, own[i].Data)
	}
	return l, l.SetClasses(classes)
}

// Train is the short way to a trained learner: it samples shots images of each
// class from ds.Train, trains method on them with the recipe for the model,
// and returns the learner, ready to predict among ds.Classes.
func Train(ctx context.Context, m *clip.Model, ds *data.Dataset, method string, shots int, seed uint64) (prompt.Learner, error) {
	if err := CheckMethods([]string{method}); err != nil {
		return nil, err
	}
	c, err := newCell(ctx, m, ds, data.All, method, RecipeFor(m, method, "all", shots, Settings{}), shots, seed, newLoader(m, new(data.Report)))
	if err != nil {
		return nil, err
	}
	if err := c.calibrate(ctx); err != nil {
		return nil, err
	}
	err = c.run(ctx, func() error { return nil }, func(int, float64) {})
	return c.learner, err
}
