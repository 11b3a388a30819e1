package eval

import (
	"context"

	"frontdoor/eval/metric"
	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/eval/score"
	"frontdoor/eval/study"
	"frontdoor/eval/train"
)

// evaluate tests a trained cell by the protocol. The first row is about the
// dataset that was trained on. The answers are those to keep.
func (r *Run) evaluate(ctx context.Context, id rundir.Cell, s *subject) (rows []rundir.Row, kept []rundir.Answers, err error) {
	tests, err := r.data.Tests(ctx, s.half)
	if err != nil {
		return nil, nil, err
	}
	keep := func(t protocol.Test, o *score.Outcome) {
		if t.Keeps != "" {
			a := o.Answers(t.Set.Classes)
			a.Dataset, a.Test = t.Set.Name, t.Keeps
			kept = append(kept, a)
		}
	}
	if r.Config.Protocol != "base2new" {
		err := s.answers(ctx, tests, func(t protocol.Test, o *score.Outcome) {
			keep(t, o)
			row := r.newRow(id, s)
			if t.Kind == protocol.Target {
				row.Dataset, row.Source = t.Set.Name, r.data.Dataset.Name
			} else {
				row.PerClass = classRows(t.Set.Classes, metric.PerClass(o.Labels, o.Predicted, len(t.Set.Classes)))
			}
			fillRow(&row, o)
			rows = append(rows, row)
		})
		return rows, kept, err
	}
	by := map[protocol.Kind]*score.Outcome{}
	if err := s.answers(ctx, tests, func(t protocol.Test, o *score.Outcome) { keep(t, o); by[t.Kind] = o }); err != nil {
		return nil, nil, err
	}
	row := r.newRow(id, s)
	fillBaseNew(&row, by)
	if r.Config.Study {
		err = r.study(ctx, s, &row)
	}
	return []rundir.Row{row}, kept, err
}

// newRow is a row of the cell without results.
func (r *Run) newRow(id rundir.Cell, s *subject) rundir.Row {
	row := rundir.Row{Method: id.Method, Dataset: r.data.Dataset.Name, Protocol: r.Config.Protocol, Seed: s.seed, Shots: id.Shots, M: s.settings.Templates}
	for _, p := range s.learner.Params() {
		row.Params += p.Len()
	}
	return row
}

// fillRow takes the answers on all classes of a dataset.
func fillRow(row *rundir.Row, o *score.Outcome) {
	row.Accuracy, row.ImagesPerSec = rundir.Value(o.Accuracy()), rundir.Value(o.Speed())
	row.MacroF1 = rundir.Value(metric.MacroF1(o.Labels, o.Predicted))
	row.Templates, row.TemplatesBase = o.Templates, o.TemplateAccuracies()
	row.Trust = o.Trust()
	row.ECE = row.Trust.ECE
}

// fillBaseNew fills the row of a base-to-new experiment: the base classes, the
// new classes among themselves unless the learner cannot be asked about them,
// and how well uncertainty tells images of unseen classes from images of known
// ones, where there are some in contexts that do not go with the class.
func fillBaseNew(row *rundir.Row, by map[protocol.Kind]*score.Outcome) {
	base, known, unseen := by[protocol.Base], by[protocol.Base], by[protocol.Unseen]
	if o := by[protocol.Decorrelated]; o != nil {
		known = o
		row.BaseDecorrelated = rundir.Value(known.Accuracy())
	}
	row.Trust = base.Trust()
	row.Trust.Detect.Unseen = score.Detect(unseen, known)
	row.ECE = row.Trust.ECE
	row.AUROC = rundir.Value(score.AUROC(unseen, known))
	row.Base, row.ImagesPerSec = rundir.Value(base.Accuracy()), rundir.Value(base.Speed())
	row.Templates, row.TemplatesBase = base.Templates, base.TemplateAccuracies()
	novel := by[protocol.New]
	if novel == nil {
		return
	}
	row.New = rundir.Value(novel.Accuracy())
	row.HM = rundir.Value(metric.HarmonicMean(base.Accuracy(), novel.Accuracy()))
	row.TemplatesNew = novel.TemplateAccuracies()
	row.Trust.New = novel.Calibrated()
}

// classRows names the figures of each class.
func classRows(classes []string, metrics []metric.ClassMetrics) []rundir.ClassRow {
	rows := make([]rundir.ClassRow, len(metrics))
	for i, m := range metrics {
		rows[i] = rundir.ClassRow{Class: classes[m.Class], Support: m.Support, Precision: rundir.Value(m.Precision), Recall: rundir.Value(m.Recall), F1: m.F1}
	}
	return rows
}

// probe returns what tests a cell after every epoch (flag -curve). It asks
// copies of the learner, so that the training goes on as without it.
func (r *Run) probe(s *subject) func(context.Context) (train.Point, error) {
	return func(ctx context.Context) (p train.Point, err error) {
		err = s.answers(ctx, r.data.EpochTests(s.half), func(t protocol.Test, o *score.Outcome) {
			switch accuracy := rundir.Value(o.Accuracy()); t.Kind {
			case protocol.Base:
				p.Base = accuracy
			case protocol.New:
				p.New = accuracy
			default:
				p.Accuracy = accuracy
			}
		})
		return p, err
	}
}

// study makes the extra measurements on a trained cell that has been tested,
// and puts them into its row. The learner is left with other classes.
func (r *Run) study(ctx context.Context, s *subject, row *rundir.Row) error {
	if r.studyLoad == nil {
		r.studyLoad = train.NewLoader(r.Model, r.Report)
		r.studyLoad.KeepNoImages()
	}
	if err := s.learner.SetClasses(s.half.Classes); err != nil {
		return err
	}
	var err error
	row.Study, row.Trust.Detect.OtherWorld, err = study.Measure(ctx, study.Subject{
		Model: r.Model, Dataset: r.data.Dataset, Half: s.half, Learner: s.learner, Load: r.studyLoad,
	})
	return err
}
