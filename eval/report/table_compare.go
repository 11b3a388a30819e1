package report

import (
	"fmt"
	"math"
	"strconv"

	"frontdoor/eval/metric"
	"frontdoor/eval/rundir"
	"frontdoor/internal/term"
)

// CompareTable returns how method a stands against b in each measure, over all
// datasets and seeds where both have results: the mean difference with its
// 95% confidence interval and the p of Student's and of Wilcoxon's paired
// tests, with a dataset and seed for the unit; of several datasets also the
// difference and Student's p with a dataset for the unit. An error says that
// the rows cannot be paired.
func CompareTable(rows []rundir.Row, a, b string) (Table, error) {
	t := term.Table{
		Header: []string{"measure", a, b, "difference", "pairs", "p (t)", "p (rank)"},
		Align:  []term.Align{term.Left, term.Right, term.Right, term.Right, term.Right, term.Right, term.Right},
	}
	all, err := comparisons(rows, a, b)
	several := false
	for _, c := range all {
		several = several || len(c.Each) > 1
	}
	if several {
		t.Header = append(t.Header, "by dataset", "datasets", "p (t)")
		t.Align = append(t.Align, term.Right, term.Right, term.Right)
	}
	for _, c := range all {
		digits := digitsOf(c)
		row := []string{c.Name, term.Decimal(c.MeanA, digits), term.Decimal(c.MeanB, digits),
			interval(c.Pairs, digits), strconv.Itoa(c.Pairs.N), chance(c.Pairs.P), chance(c.Rank)}
		if several {
			row = append(row, interval(c.Datasets, digits), strconv.Itoa(c.Datasets.N), chance(c.Datasets.P))
		}
		t.Rows = append(t.Rows, row)
	}
	return Table{t}, err
}

// CompareDatasetsTable returns the mean differences of CompareTable on each
// dataset on its own, over seeds, in one measure.
func CompareDatasetsTable(rows []rundir.Row, a, b string, measure Measure) (Table, error) {
	t := term.Table{
		Header: []string{measure.Name + " on", a + " - " + b, "seeds", "p (t)"},
		Align:  []term.Align{term.Left, term.Right, term.Right, term.Right},
	}
	c, err := Compare(rows, a, b, measure)
	if c == nil {
		return Table{t}, err
	}
	for _, d := range c.Each {
		t.Rows = append(t.Rows, []string{d.Dataset, interval(d.Paired, digitsOf(c)), strconv.Itoa(d.N), chance(d.P)})
	}
	return Table{t}, nil
}

// CompareNotes says what should be known about the numbers of CompareTable.
func CompareNotes(rows []rundir.Row, a, b string) ([]string, error) {
	all, err := comparisons(rows, a, b)
	if err != nil {
		return nil, err
	}
	var notes []string
	fewest := 0
	for _, c := range all {
		if c.Name == "HM" && c.Pairs.N > 1 {
			notes = append(notes, "HM is here the mean of each pair's own harmonic mean; the tables of runs have the harmonic mean of the mean accuracies")
		}
		if least := metric.LeastSignedRank(c.Pairs.N); least > 0.05 && c.Pairs.N > 1 && (fewest == 0 || c.Pairs.N < fewest) {
			fewest = c.Pairs.N
		}
	}
	if fewest > 0 {
		notes = append(notes, fmt.Sprintf("of %d pairs p (rank) is at least %s, however large the difference", fewest, chance(metric.LeastSignedRank(fewest))))
	}
	return notes, nil
}

// comparisons returns those of all measures that both methods have.
func comparisons(rows []rundir.Row, a, b string) ([]*Comparison, error) {
	var all []*Comparison
	for _, m := range Measures {
		c, err := Compare(rows, a, b, m)
		if err != nil {
			return all, err
		}
		if c != nil {
			all = append(all, c)
		}
	}
	return all, nil
}

// digitsOf is 2 for percentages and 4 for figures around one.
func digitsOf(c *Comparison) int {
	if math.Max(math.Abs(c.MeanA), math.Abs(c.MeanB)) < 5 {
		return 4
	}
	return 2
}

// interval writes a mean difference and its confidence interval.
func interval(p metric.Paired, digits int) string {
	text := term.Decimal(p.Mean, digits)
	if term.Rounded(p.Mean, digits) >= 0 {
		text = "+" + text
	}
	if math.IsNaN(p.Half) {
		return text
	}
	return text + " ± " + term.Decimal(p.Half, digits)
}

// chance writes a p.
func chance(p float64) string {
	switch {
	case math.IsNaN(p):
		return "-"
	case p < 0.0001:
		return "<0.0001"
	}
	return term.Decimal(p, 4)
}
