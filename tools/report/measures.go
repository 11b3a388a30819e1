package main

import (
	"fmt"
	"strings"

	"frontdoor/eval/metric"
	"frontdoor/eval/report"
	"frontdoor/eval/rundir"
)

// measure finds a figure of rows by its name on the page: those of
// eval.Measures, accuracies of shifted variants, and "unseen conflict" for
// what a signal finds (FPR95 with that word behind it).
func measure(name string) (report.Measure, error) {
	for _, m := range report.Measures {
		if m.Name == name {
			return m, nil
		}
	}
	m := report.Measure{Name: name}
	words := strings.Fields(name)
	switch {
	case words[0] == "do":
		factor := strings.TrimPrefix(name, "do ")
		m.Get = ofStudy(func(s *rundir.Study) *float64 {
			return effectOf(s, factor, func(e rundir.Effect) *float64 { return &e.Changed })
		})
	case words[0] == "under":
		factor := strings.TrimPrefix(name, "under ")
		m.Get = ofStudy(func(s *rundir.Study) *float64 {
			return effectOf(s, factor, func(e rundir.Effect) *float64 { return &e.Accuracy })
		})
	case words[0] == "wrong" || words[0] == "unseen" || words[0] == "other":
		m.Get = detected(words)
	case name == "AURC":
		m.Get = func(r rundir.Row) *float64 { return r.Trust.AURC }
	case name == "AURC max prob":
		m.Get = func(r rundir.Row) *float64 { return r.Trust.AURCMaxProb }
	case name == "new correlated":
		m.Get = ofStudy(func(s *rundir.Study) *float64 { return s.NewCorrelated })
	default:
		m.Get = ofStudy(func(s *rundir.Study) *float64 {
			for _, v := range s.Shifted {
				if v.Name == name {
					return &v.Accuracy
				}
			}
			return nil
		})
	}
	return m, nil
}

func ofStudy(get func(*rundir.Study) *float64) func(rundir.Row) *float64 {
	return func(r rundir.Row) *float64 {
		if r.Study == nil {
			return nil
		}
		return get(r.Study)
	}
}

func effectOf(s *rundir.Study, factor string, get func(rundir.Effect) *float64) *float64 {
	for _, e := range s.Effects {
		if e.Factor == factor {
			return get(e)
		}
	}
	return nil
}

// detected is what a signal finds: words are such as unseen, max, logit, FPR95.
func detected(words []string) func(rundir.Row) *float64 {
	signal := strings.TrimSuffix(strings.Join(words[1:], " "), " FPR95")
	return func(r rundir.Row) *float64 {
		d := r.Trust.Detect
		s := map[string]*rundir.Signals{"wrong": d.Misclassified, "unseen": d.Unseen, "other": d.OtherWorld}[words[0]]
		if s == nil {
			return nil
		}
		found := map[string]*rundir.Detection{
			"uncertainty": s.Uncertainty, "conflict": s.Conflict, "disagreement": s.Disagreement,
			"max prob": s.MaxProb, "max logit": s.MaxLogit, "belief": s.Belief,
		}[signal]
		switch {
		case found == nil:
			return nil
		case words[len(words)-1] == "FPR95":
			return found.FPR95
		}
		return found.AUROC
	}
}

// values returns a figure of each row that has it.
func values(rows []rundir.Row, m report.Measure) []float64 {
	var out []float64
	for _, r := range rows {
		if v := m.Get(r); v != nil {
			out = append(out, *v)
		}
	}
	return out
}

// mean is the mean of a figure over the rows of a method in a run that have it,
// NaN if none has.
func (s *store) mean(run, method, name, dataset string) (float64, error) {
	rows, err := s.pick(run, method, dataset)
	if err != nil {
		return 0, err
	}
	m, err := measure(name)
	if err != nil {
		return 0, err
	}
	return metric.Mean(values(rows, m)), nil
}

// compare sets two methods of a run against each other, on one dataset or all.
func (s *store) compare(run, a, b, name, dataset string) (*report.Comparison, error) {
	var rows []rundir.Row
	for _, r := range s.runs[run] {
		if dataset == "" || r.Dataset == dataset {
			rows = append(rows, r)
		}
	}
	m, err := measure(name)
	if err != nil {
		return nil, err
	}
	c, err := report.Compare(rows, a, b, m)
	if err == nil && c == nil {
		err = fmt.Errorf("run %s has no pairs of %s and %s in %s", run, a, b, name)
	}
	return c, err
}
