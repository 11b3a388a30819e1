package eval

import (
	"context"

	"frontdoor/data"
)

// testing adds the tests of the run's protocol.
func (p *planner) testing(ctx context.Context, f *Forecast, w *work, c Cell, half *data.Dataset, line *Phase) error {
	line.Bytes = max(line.Bytes, bareBytes(w.costs.Tuned, w.costs.Classify, w.costs.Text))
	if p.Config.Curve && w.trained { // after every epoch, by a copy of the learner
		for range w.set.Epochs {
			p.halves(w, half, line)
		}
	}
	switch p.Config.Protocol {
	case "base2new":
		s := p.do(line, w.costs.Text, 1) + p.test(line, w, w.costs, half.Test, false)
		if items, ok := half.ExtraSet(data.Decorrelated); ok {
			s += p.test(line, w, w.costs, items, false)
		}
		novel := data.Subset(p.Dataset, data.New).Test
		s += p.test(line, w, w.costs, novel, false) // among the base classes
		if w.novel != nil {
			s += p.do(line, w.novel.Classes, 1) + p.do(line, w.novel.Text, 1) + p.test(line, w, *w.novel, novel, true)
		}
		f.TestSeconds = s
		return nil
	case "xd", "dg":
		return p.transfers(ctx, f, w, c, line)
	}
	f.TestSeconds = p.do(line, w.costs.Text, 1) + p.test(line, w, w.costs, half.Test, false)
	return nil
}

// halves adds a test on the classes that were trained on and, if there are, on
// the new ones.
func (p *planner) halves(w *work, half *data.Dataset, line *Phase) {
	p.do(line, w.costs.Classes, 1)
	p.do(line, w.costs.Text, 1)
	p.test(line, w, w.costs, half.Test, false)
	if w.novel != nil {
		p.do(line, w.novel.Classes, 1)
		p.do(line, w.novel.Text, 1)
		p.test(line, w, *w.novel, data.Subset(p.Dataset, data.New).Test, false)
	}
}

// transfers adds the tests on the dataset that was trained on and on its
// targets.
func (p *planner) transfers(ctx context.Context, f *Forecast, w *work, c Cell, line *Phase) error {
	own := *p.Dataset
	if p.Config.Protocol == "dg" {
		own.Test = own.SameContext()
	}
	sets := []*data.Dataset{&own}
	for _, name := range p.Config.targetsOf(c.Dataset) {
		ds, err := p.target(ctx, name)
		if err != nil {
			return err
		}
		sets = append(sets, ds)
	}
	for i, ds := range sets {
		costs := w.costs
		if i > 0 {
			if w.set.PerClass {
				continue
			}
			var err error
			if costs, err = p.costs(c, ds.Template, ds.Classes, 0, w.batch); err != nil {
				return err
			}
		}
		f.TestSeconds += p.do(line, costs.Classes, 1) + p.do(line, costs.Text, 1) + p.test(line, w, costs, ds.Test, false)
	}
	return nil
}
