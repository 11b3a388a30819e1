package report

import (
	"math"
	"slices"

	"frontdoor/eval"
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
}

// averageName stands in place of a dataset's name for the mean over datasets.
const averageName = "average"

// Summarize puts the seeds of each method and dataset together, in the order
// in which the rows first name them. Of several datasets it appends, for each
// method with results on all of them, their average: the mean over the
// datasets' means, without a spread.
func Summarize(rows []eval.Row) []MethodSummary {
	type key struct{ dataset, method string }
	groups := map[key][]eval.Row{}
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
		if a, n := averageDatasets(each, m); n == len(datasets) {
			out = append(out, a)
		}
	}
	return out
}

func summarizeGroup(rows []eval.Row) MethodSummary {
	s := MethodSummary{Method: rows[0].Method, Dataset: rows[0].Place(), Seeds: len(rows)}
	stat := func(get func(eval.Row) *float64) Stat {
		var values []float64
		for _, r := range rows {
			if v := get(r); v != nil {
				values = append(values, *v)
			}
		}
		return Stat{eval.Mean(values), eval.Std(values)}
	}
	s.Base = stat(func(r eval.Row) *float64 { return r.Base })
	s.New = stat(func(r eval.Row) *float64 { return r.New })
	s.BaseDecorrelated = stat(func(r eval.Row) *float64 { return r.BaseDecorrelated })
	s.Accuracy = stat(func(r eval.Row) *float64 { return r.Accuracy })
	s.MacroF1 = stat(func(r eval.Row) *float64 { return r.MacroF1 })
	s.AUROC = stat(func(r eval.Row) *float64 { return r.AUROC })
	s.ECE = stat(func(r eval.Row) *float64 { return r.ECE })
	s.TrainSeconds = stat(func(r eval.Row) *float64 { return r.TrainSeconds })
	s.HM = stat(func(r eval.Row) *float64 {
		if r.Base == nil || r.New == nil {
			return nil
		}
		return eval.Value(eval.HarmonicMean(*r.Base, *r.New))
	})
	s.HM.Mean = eval.HarmonicMean(s.Base.Mean, s.New.Mean)
	for _, r := range rows {
		s.PeakBytes = max(s.PeakBytes, r.PeakBytes)
		s.Params = max(s.Params, r.Params)
	}
	return s
}

// averageDatasets returns the mean over the datasets of a method and their
// number.
func averageDatasets(all []MethodSummary, method string) (MethodSummary, int) {
	var part []MethodSummary
	for _, s := range all {
		if s.Method == method {
			part = append(part, s)
		}
	}
	mean := func(get func(MethodSummary) Stat) Stat {
		values := make([]float64, len(part))
		for i, s := range part {
			values[i] = get(s).Mean
		}
		return Stat{eval.Mean(values), math.NaN()}
	}
	a := MethodSummary{Method: method, Dataset: averageName}
	a.Base = mean(func(s MethodSummary) Stat { return s.Base })
	a.New = mean(func(s MethodSummary) Stat { return s.New })
	a.BaseDecorrelated = mean(func(s MethodSummary) Stat { return s.BaseDecorrelated })
	a.HM = Stat{eval.HarmonicMean(a.Base.Mean, a.New.Mean), math.NaN()}
	a.Accuracy = mean(func(s MethodSummary) Stat { return s.Accuracy })
	a.MacroF1 = mean(func(s MethodSummary) Stat { return s.MacroF1 })
	a.AUROC = mean(func(s MethodSummary) Stat { return s.AUROC })
	a.ECE = mean(func(s MethodSummary) Stat { return s.ECE })
	a.TrainSeconds = mean(func(s MethodSummary) Stat { return s.TrainSeconds })
	for _, s := range part {
		a.Seeds = max(a.Seeds, s.Seeds)
		a.PeakBytes = max(a.PeakBytes, s.PeakBytes)
		a.Params = max(a.Params, s.Params)
	}
	return a, len(part)
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
