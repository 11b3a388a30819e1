package plan

import (
	"context"

	"frontdoor/data"
	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
)

// testing adds the tests of the run's protocol, and those after every epoch.
func (p *planner) testing(ctx context.Context, f *rundir.Forecast, w *work, c rundir.Cell, half *data.Dataset, line *Phase) error {
	line.Bytes = max(line.Bytes, bareBytes(w.costs.Tuned, w.costs.Classify, w.costs.Text))
	if p.Config.Curve && w.trained {
		for range w.set.Epochs {
			for _, t := range p.EpochTests(half) {
				if _, err := p.ask(line, w, c, t); err != nil {
					return err
				}
			}
		}
	}
	tests, err := p.Tests(ctx, half)
	if err != nil {
		return err
	}
	if !tests[0].Copy { // each copy encodes its own classes
		f.TestSeconds = p.do(line, w.costs.Text, 1)
	}
	for _, t := range tests {
		s, err := p.ask(line, w, c, t)
		if err != nil {
			return err
		}
		f.TestSeconds += s
	}
	return nil
}

// ask adds one test. A learner that is bound to its classes is not asked about
// others.
func (p *planner) ask(line *Phase, w *work, c rundir.Cell, t protocol.Test) (seconds float64, err error) {
	costs, others := w.costs, false
	switch {
	case t.Kind == protocol.New && w.novel == nil, t.Kind == protocol.Target && w.set.PerClass && t.Set.Name != p.Dataset.Name:
		return 0, nil
	case t.Kind == protocol.New:
		costs, others = *w.novel, true
	case t.Kind == protocol.Target && t.Set.Name != p.Dataset.Name:
		if costs, err = p.costs(c, t.Set.Template, t.Set.Classes, 0, w.batch); err != nil {
			return 0, err
		}
	}
	if t.Copy || others {
		seconds = p.do(line, costs.Classes, 1) + p.do(line, costs.Text, 1)
	}
	return seconds + p.test(line, w, costs, t.Items, t.Again), nil
}
