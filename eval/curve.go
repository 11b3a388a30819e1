package eval

import (
	"context"
	"errors"

	"frontdoor/data"
	"frontdoor/prompt"
)

// point is what a learner scores after an epoch, in percent: on base and new
// classes under base2new, on all classes under the other protocols.
type point struct {
	Base     *float64 `json:"base,omitempty"`
	New      *float64 `json:"new,omitempty"`
	Accuracy *float64 `json:"accuracy,omitempty"`
}

// probe returns what tests a cell after every epoch (flag -curve). It asks a
// copy of the learner, so that the training goes on as if nobody had looked.
func (r *Run) probe(c *cell) func(context.Context) (point, error) {
	return func(ctx context.Context) (point, error) {
		first, err := c.scoreOn(ctx, c.half)
		if err != nil || r.Config.Protocol != "base2new" {
			return point{Accuracy: first}, err
		}
		other, err := c.scoreOn(ctx, data.Subset(r.Dataset, data.New))
		if errors.Is(err, prompt.ErrClassBound) {
			err = nil
		}
		return point{Base: first, New: other}, err
	}
}

// scoreOn returns the accuracy of a copy of the learner on a dataset's test
// images.
func (c *cell) scoreOn(ctx context.Context, ds *data.Dataset) (*float64, error) {
	l, err := c.twin(ds.Template, ds.Classes)
	if err != nil {
		return nil, err
	}
	o, err := classify(ctx, l, ds.Test, c.load)
	if err != nil {
		return nil, err
	}
	return Value(o.accuracy()), nil
}
