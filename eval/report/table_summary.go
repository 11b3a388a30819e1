package report

import (
	"math"
	"slices"

	"frontdoor/eval/metric"
	"frontdoor/eval/rundir"
)

// Stat is a figure over seeds: its mean, and its sample standard deviation,
// which is NaN for fewer than two seeds. A figure that does not apply has a
// mean of NaN.
type Stat struct{ Mean, Std float64 }

// Known says whether there is a value at all.
func (s Stat) Known() bool { return !math.IsNaN(s.Mean) }

// MethodSummary is a method's results on a dataset over all seeds, in the
// units of Row.
type MethodSummary struct {
	Method, Dataset string
	Seeds           int

	Base, New, BaseDecorrelated Stat
	// HM has as its mean the harmonic mean of the averaged base and new
	// accuracies, as in published tables, and as its spread that of the
	// seeds' own harmonic means.
	HM                Stat
	Accuracy, MacroF1 Stat
	AUROC, ECE        Stat
	TrainSeconds      Stat
	PeakBytes         int64 // the greatest of the seeds'
	Params            int
	Images            int // tested on, of one's own images alone
}

// averageName stands in place of a dataset's name for the mean over datasets.
const averageName = "average"

// summarize puts the seeds of each method and dataset together, in the order
// in which the rows first name them. Of several datasets it appends, for each
// method with results on all of them, their average: the mean over the
// datasets' means, with the spread of the seeds' own averages.
func summarize(rows []rundir.Row) []MethodSummary {
	type key struct{ dataset, method string }
	groups := map[key][]rundir.Row{}
	var datasets, methods []string
	for _, r := range rows {
		groups[key{r.Place(), r.Method}] = append(groups[key{r.Place(), r.Method}], r)
		datasets = appendNew(datasets, r.Place())
		methods = appendNew(methods, r.Method)
	}
	var out []MethodSummary
	for _, d := range datasets {
		for _, m := range methods {
			if g := groups[key{d, m}]; len(g) > 0 {
				out = append(out, summarizeGroup(g))
			}
		}
	}
	if len(datasets) < 2 {
		return out
	}
	each := out // the average is over these alone
	for _, m := range methods {
		if a, n := averageDatasets(each, rows, m); n == len(datasets) {
			out = append(out, a)
		}
	}
	return out
}

func summarizeGroup(rows []rundir.Row) MethodSummary {
	s := MethodSummary{Method: rows[0].Method, Dataset: rows[0].Place(), Seeds: len(rows)}
	stat := func(get func(rundir.Row) *float64) Stat {
		var values []float64
		for _, r := range rows {
			if v := get(r); v != nil {
				values = append(values, *v)
			}
		}
		return Stat{metric.Mean(values), metric.Std(values)}
	}
	s.Base = stat(func(r rundir.Row) *float64 { return r.Base })
	s.New = stat(func(r rundir.Row) *float64 { return r.New })
	s.BaseDecorrelated = stat(func(r rundir.Row) *float64 { return r.BaseDecorrelated })
	s.Accuracy = stat(func(r rundir.Row) *float64 { return r.Accuracy })
	s.MacroF1 = stat(func(r rundir.Row) *float64 { return r.MacroF1 })
	s.AUROC = stat(func(r rundir.Row) *float64 { return r.AUROC })
	s.ECE = stat(func(r rundir.Row) *float64 { return r.ECE })
	s.TrainSeconds = stat(func(r rundir.Row) *float64 { return r.TrainSeconds })
	s.HM = stat(func(r rundir.Row) *float64 {
		if r.Base == nil || r.New == nil {
			return nil
		}
		return rundir.Value(metric.HarmonicMean(*r.Base, *r.New))
	})
	s.HM.Mean = metric.HarmonicMean(s.Base.Mean, s.New.Mean)
	for _, r := range rows {
		s.PeakBytes = max(s.PeakBytes, r.PeakBytes)
		s.Params = max(s.Params, r.Params)
		s.Images = max(s.Images, testImages(r))
	}
	return s
}

// averageDatasets returns the mean over the datasets of a method and their
// number; all are the summaries of rows.
func averageDatasets(all []MethodSummary, rows []rundir.Row, method string) (MethodSummary, int) {
	var part []MethodSummary
	for _, s := range all {
		if s.Method == method {
			part = append(part, s)
		}
	}
	mean := func(get func(MethodSummary) Stat, value func(rundir.Row) *float64) Stat {
		values := make([]float64, len(part))
		for i, s := range part {
			values[i] = get(s).Mean
		}
		return Stat{metric.Mean(values), statOf(averageBySeed(rows, method, value)).Std}
	}
	a := MethodSummary{Method: method, Dataset: averageName}
	a.Base = mean(func(s MethodSummary) Stat { return s.Base }, func(r rundir.Row) *float64 { return r.Base })
	a.New = mean(func(s MethodSummary) Stat { return s.New }, func(r rundir.Row) *float64 { return r.New })
	a.BaseDecorrelated = mean(func(s MethodSummary) Stat { return s.BaseDecorrelated }, func(r rundir.Row) *float64 { return r.BaseDecorrelated })
	a.HM = Stat{metric.HarmonicMean(a.Base.Mean, a.New.Mean), statOf(harmonicBySeed(rows, method, averageName)).Std}
	a.Accuracy = mean(func(s MethodSummary) Stat { return s.Accuracy }, func(r rundir.Row) *float64 { return r.Accuracy })
	a.MacroF1 = mean(func(s MethodSummary) Stat { return s.MacroF1 }, func(r rundir.Row) *float64 { return r.MacroF1 })
	a.AUROC = mean(func(s MethodSummary) Stat { return s.AUROC }, func(r rundir.Row) *float64 { return r.AUROC })
	a.ECE = mean(func(s MethodSummary) Stat { return s.ECE }, func(r rundir.Row) *float64 { return r.ECE })
	a.TrainSeconds = mean(func(s MethodSummary) Stat { return s.TrainSeconds }, func(r rundir.Row) *float64 { return r.TrainSeconds })
	for _, s := range part {
		a.Seeds = max(a.Seeds, s.Seeds)
		a.PeakBytes = max(a.PeakBytes, s.PeakBytes)
		a.Params = max(a.Params, s.Params)
	}
	return a, len(part)
}

// averageBySeed returns a method's figure averaged over the datasets of rows,
// for the seeds that have it on all of them.
func averageBySeed(rows []rundir.Row, method string, get func(rundir.Row) *float64) map[uint64]float64 {
	var parts []map[uint64]float64
	for _, part := range groupBy(rows, rundir.Row.Place) {
		bySeed := map[uint64]float64{}
		for _, r := range part {
			if v := get(r); v != nil && r.Method == method {
				bySeed[r.Seed] = *v
			}
		}
		parts = append(parts, bySeed)
	}
	return meanOf(parts)
}

// harmonicBySeed returns a method's harmonic means on a dataset, or those of the
// averages over all.
func harmonicBySeed(rows []rundir.Row, method, dataset string) map[uint64]float64 {
	out := map[uint64]float64{}
	if dataset != averageName {
		for _, r := range rows {
			if r.Place() == dataset && r.Method == method && r.HM != nil {
				out[r.Seed] = *r.HM
			}
		}
		return out
	}
	novel := averageBySeed(rows, method, func(r rundir.Row) *float64 { return r.New })
	for seed, base := range averageBySeed(rows, method, func(r rundir.Row) *float64 { return r.Base }) {
		if v, ok := novel[seed]; ok {
			out[seed] = metric.HarmonicMean(base, v)
		}
	}
	return out
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
