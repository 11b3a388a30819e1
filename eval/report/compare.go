package report

import (
	"cmp"
	"fmt"
	"slices"

	"frontdoor/eval/metric"
	"frontdoor/eval/rundir"
)

// Comparison sets two methods against each other in one measure, over all
// datasets and seeds where both have it.
type Comparison struct {
	A, B  string  // methods
	Name  string  // of the measure
	MeanA float64 // over the pairs
	MeanB float64

	// Pairs has a dataset and a seed for its unit. Seeds of a dataset share the
	// test images and the classes, so that its P speaks about more seeds on
	// these very datasets.
	Pairs metric.Paired
	// Rank is Wilcoxon's p of the same pairs.
	Rank float64
	// Datasets has a dataset for its unit, the seeds averaged first. Its P
	// speaks about other datasets, and is the one to trust in a general claim;
	// it needs several of them to say anything.
	Datasets metric.Paired
	// Each is the comparison on each dataset, over seeds.
	Each []DatasetComparison
}

// DatasetComparison is a comparison on one dataset.
type DatasetComparison struct {
	Dataset string
	metric.Paired
}

// Measure is a number of a row, which may be missing.
type Measure struct {
	Name string
	Get  func(rundir.Row) *float64
}

// Measures lists what methods are compared in.
var Measures = []Measure{
	{"base", func(r rundir.Row) *float64 { return r.Base }},
	{"new", func(r rundir.Row) *float64 { return r.New }},
	{"HM", func(r rundir.Row) *float64 { return r.HM }},
	{"base decorrelated", func(r rundir.Row) *float64 { return r.BaseDecorrelated }},
	{"accuracy", func(r rundir.Row) *float64 { return r.Accuracy }},
	{"ECE", func(r rundir.Row) *float64 { return r.ECE }},
	{"NLL", ofTrust(func(t *rundir.Trust) *float64 { return t.NLL })},
	{"Brier", ofTrust(func(t *rundir.Trust) *float64 { return t.Brier })},
	{"ECE new", ofNew(func(c *rundir.Calibrated) *float64 { return c.ECE })},
	{"NLL new", ofNew(func(c *rundir.Calibrated) *float64 { return c.NLL })},
	{"Brier new", ofNew(func(c *rundir.Calibrated) *float64 { return c.Brier })},
	{"AUROC", func(r rundir.Row) *float64 { return r.AUROC }},
	{"gap", ofStudy(func(s *rundir.Study) *float64 { return s.Gap })},
	{"reversed", ofStudy(func(s *rundir.Study) *float64 { return s.Reversed })},
	{"do(context) changes", ofStudy(func(s *rundir.Study) *float64 {
		if len(s.Effects) < 2 {
			return nil
		}
		return &s.Effects[len(s.Effects)-2].Changed
	})},
}

// ofTrust is a measure of rows with trust.
func ofTrust(get func(*rundir.Trust) *float64) func(rundir.Row) *float64 {
	return func(r rundir.Row) *float64 {
		if r.Trust == nil {
			return nil
		}
		return get(r.Trust)
	}
}

// ofNew is a measure of rows with the calibration on new classes.
func ofNew(get func(*rundir.Calibrated) *float64) func(rundir.Row) *float64 {
	return ofTrust(func(t *rundir.Trust) *float64 {
		if t.New == nil {
			return nil
		}
		return get(t.New)
	})
}

// ofStudy is a measure of rows with a study.
func ofStudy(get func(*rundir.Study) *float64) func(rundir.Row) *float64 {
	return func(r rundir.Row) *float64 {
		if r.Study == nil {
			return nil
		}
		return get(r.Study)
	}
}

// pairKey is what two rows must have in common to be a pair.
type pairKey struct {
	dataset, source, protocol string
	shots, templates          int
	seed                      uint64
}

// Compare pairs the rows of methods a and b by dataset, protocol, shots and
// seed and compares them in a measure; rows without a partner or without the
// measure are left out. If a method was trained with several numbers of
// templates, these must agree as well. Compare returns nil if no pair is
// left, and an error if a method has two rows for one pair, since it would not
// be clear which one counts.
func Compare(rows []rundir.Row, a, b string, measure Measure) (*Comparison, error) {
	values, err := pairValues(rows, a, b, measure, false)
	if err != nil {
		values, err = pairValues(rows, a, b, measure, true)
	}
	if err != nil {
		return nil, err
	}
	var keys []pairKey
	for k := range values[0] {
		if _, both := values[1][k]; both {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	slices.SortFunc(keys, func(x, y pairKey) int {
		return cmp.Or(cmp.Compare(x.dataset, y.dataset), cmp.Compare(x.source, y.source), cmp.Compare(x.protocol, y.protocol),
			cmp.Compare(x.shots, y.shots), cmp.Compare(x.templates, y.templates), cmp.Compare(x.seed, y.seed))
	})
	c := &Comparison{A: a, B: b, Name: measure.Name}
	c.fill(keys, values)
	return c, nil
}

// pairValues returns the figures of both methods, those with other numbers of
// templates apart if asked for.
func pairValues(rows []rundir.Row, a, b string, measure Measure, templates bool) (values [2]map[pairKey]float64, err error) {
	values = [2]map[pairKey]float64{{}, {}}
	for _, r := range rows {
		key := pairKey{dataset: r.Dataset, source: r.Source, protocol: r.Protocol, shots: r.Shots, seed: r.Seed}
		if templates {
			key.templates = r.M
		}
		for side, method := range []string{a, b} {
			v := measure.Get(r)
			if r.Method != method || v == nil {
				continue
			}
			if _, twice := values[side][key]; twice {
				return values, fmt.Errorf("%s has several results on %s with %d shots and seed %d: compare runs that do not overlap", method, r.Dataset, r.Shots, r.Seed)
			}
			values[side][key] = *v
		}
	}
	return values, nil
}

// fill compares the values of both sides, of keys sorted by dataset.
func (c *Comparison) fill(keys []pairKey, values [2]map[pairKey]float64) {
	var all, means [2][]float64
	for lo := 0; lo < len(keys); {
		var own [2][]float64
		hi := lo
		for ; hi < len(keys) && keys[hi].dataset == keys[lo].dataset; hi++ {
			for side := range own {
				own[side] = append(own[side], values[side][keys[hi]])
			}
		}
		for side := range own {
			all[side] = append(all[side], own[side]...)
			means[side] = append(means[side], metric.Mean(own[side]))
		}
		c.Each = append(c.Each, DatasetComparison{keys[lo].dataset, metric.PairedT(own[0], own[1])})
		lo = hi
	}
	c.MeanA, c.MeanB = metric.Mean(all[0]), metric.Mean(all[1])
	c.Pairs, c.Rank = metric.PairedT(all[0], all[1]), metric.SignedRank(all[0], all[1])
	c.Datasets = metric.PairedT(means[0], means[1])
}
