package eval

import (
	"fmt"

	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/eval/train"
	"frontdoor/method"
)

// loaded makes a cell whose learner comes from the file that the configuration
// names, with nothing left to train, and writes its state, so that the run ends
// with a checkpoint like any other.
func (r *Run) loaded(id rundir.Cell) (*subject, error) {
	l, found, set, err := method.OpenOriginal(r.Model, r.Config.Load)
	if err != nil {
		return nil, err
	}
	if found.Name != id.Method {
		return nil, fmt.Errorf("%s is a checkpoint of %s", r.Config.Load, found.Name)
	}
	s := &subject{method: found, settings: set, seed: id.Seed, model: r.Model, half: data.Subset(r.data.Dataset, r.data.Half()), learner: l, load: r.load}
	if err := l.SetClasses(s.half.Classes); err != nil {
		return nil, err
	}
	s.Training = train.New(l, found, set, id.Seed, nil, r.load)
	return s, s.Save(r.Dir, id, r.Config.Owner(id))
}
