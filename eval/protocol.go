package eval

import (
	"context"
	"errors"

	"frontdoor/data"
	"frontdoor/eval/metric"
	"frontdoor/prompt"
)

// evaluate tests a trained cell by the protocol. The first row is about the
// dataset that was trained on.
func (r *Run) evaluate(ctx context.Context, c *cell) ([]Row, error) {
	row := r.newRow(c)
	switch r.Config.Protocol {
	case "base2new":
		err := r.baseToNew(ctx, c, &row)
		if err == nil && r.Config.Study {
			err = r.study(ctx, c, &row)
		}
		return []Row{row}, err
	case "xd", "dg":
		return r.transfer(ctx, c)
	}
	o, err := classify(ctx, c.learner, c.half.Test, c.load)
	if err != nil {
		return nil, err
	}
	row.fill(o)
	row.PerClass = classRows(c.half.Classes, metric.PerClass(o.labels, o.predicted, len(c.half.Classes)))
	return []Row{row}, nil
}

// newRow is a row of the cell without results.
func (r *Run) newRow(c *cell) Row {
	row := Row{Method: c.method, Dataset: r.Dataset.Name, Protocol: r.Config.Protocol, Seed: c.seed, Shots: c.id.Shots, M: c.set.Templates}
	for _, p := range c.learner.Params() {
		row.Params += p.Len()
	}
	return row
}

// fill takes the answers on all classes of a dataset.
func (row *Row) fill(o *outcome) {
	row.Accuracy, row.ImagesPerSec = Value(o.accuracy()), Value(o.speed())
	row.MacroF1 = Value(metric.MacroF1(o.labels, o.predicted))
	row.Templates, row.TemplatesBase = o.templates, o.templateAccuracies()
	row.Trust = o.trust()
	row.ECE = row.Trust.ECE
}

// baseToNew fills the row of a base-to-new experiment: the base classes, the
// new classes among themselves, and how well uncertainty tells images of
// unseen classes from images of known ones.
func (r *Run) baseToNew(ctx context.Context, c *cell, row *Row) error {
	novel := data.Subset(r.Dataset, data.New)
	base, err := classify(ctx, c.learner, c.half.Test, c.load)
	if err != nil {
		return err
	}
	known := base
	if items, ok := c.half.ExtraSet(data.Decorrelated); ok {
		if known, err = classify(ctx, c.learner, items, c.load); err != nil {
			return err
		}
		row.BaseDecorrelated = Value(known.accuracy())
	}
	strange := &testSet{items: novel.Test, load: c.load, again: true}
	unseen, err := strange.classify(ctx, c.learner) // among the base classes: all wrong
	if err != nil {
		return err
	}
	row.Trust = base.trust()
	row.Trust.Detect.Unseen = detect(unseen.signals, known.signals)
	row.ECE = row.Trust.ECE
	row.AUROC = Value(metric.AUROC(unseen.signals[uncertainty], known.signals[uncertainty]))
	row.Base, row.ImagesPerSec = Value(base.accuracy()), Value(base.speed())
	row.Templates, row.TemplatesBase = base.templates, base.templateAccuracies()
	if err := c.learner.SetClasses(novel.Classes); errors.Is(err, prompt.ErrClassBound) {
		return nil // it cannot be asked about new classes
	} else if err != nil {
		return err
	}
	other, err := strange.classify(ctx, c.learner)
	if err != nil {
		return err
	}
	row.New = Value(other.accuracy())
	row.HM = Value(metric.HarmonicMean(base.accuracy(), other.accuracy()))
	row.TemplatesNew = other.templateAccuracies()
	row.Trust.New = other.calibrated()
	return nil
}

// speed is how many images were classified in a second.
func (o *outcome) speed() float64 { return float64(len(o.labels)) / o.seconds }

func (o *outcome) accuracy() float64 { return metric.Accuracy(o.labels, o.predicted) }

func (o *outcome) templateAccuracies() []float64 {
	var acc []float64
	for _, predicted := range o.byTemplate {
		acc = append(acc, metric.Accuracy(o.labels, predicted))
	}
	return acc
}
