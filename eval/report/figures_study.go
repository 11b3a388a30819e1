package report

import (
	"cmp"
	"fmt"
	"slices"

	"frontdoor/eval/rundir"
	"frontdoor/internal/chart"
)

// effectsShown is up to how many single factors the figure of effects shows.
const effectsShown = 5

// effectFigures draw how many answers change under an intervention, for the
// factors that change the most and for several together.
func effectFigures(rows []rundir.Row, _ []rundir.EpochRow) ([]Figure, error) {
	rows = slices.DeleteFunc(labelled(rows), func(r rundir.Row) bool { return r.Study == nil || len(r.Study.Effects) == 0 })
	if len(rows) == 0 {
		return nil, nil
	}
	b := chart.Bars{YLabel: "answers that change (%)"}
	factors := strongest(rows)
	for _, f := range factors {
		b.Groups = append(b.Groups, "do("+f+")")
	}
	for _, part := range groupBy(rows, func(r rundir.Row) string { return r.Method }) {
		s := chart.BarSeries{Name: spelled(part[0].Method), Style: styleOf(part[0].Method)}
		for _, f := range factors {
			v := effectOf(part, f)
			s.Values, s.Spreads = append(s.Values, v.Mean), append(s.Spreads, v.Std)
		}
		b.Series = append(b.Series, s)
	}
	f, err := b.Figure()
	return captioned("effects", fmt.Sprintf("Base-class answers that change when a factor that does not define the class is drawn again, all else equal%s: "+
		"the %d strongest single factors, those that classes prefer in training (context), and all together.", overNote(rows), effectsShown), f, err)
}

// effectOf is the share of answers that change under do(factor), over the
// datasets that have it among their irrelevant ones.
func effectOf(rows []rundir.Row, factor string) Stat {
	get := func(r rundir.Row) *float64 {
		for _, e := range r.Study.Effects {
			if e.Factor == factor {
				return &e.Changed
			}
		}
		return nil
	}
	return overDatasets(slices.DeleteFunc(slices.Clone(rows), func(r rundir.Row) bool { return get(r) == nil }), get)
}

// strongest lists the single factors that change the most answers, in falling
// order, and behind them those that stand for several.
func strongest(rows []rundir.Row) []string {
	var single []string
	for _, r := range rows {
		for _, e := range r.Study.Effects {
			if e.Factor != rundir.DoContext && e.Factor != rundir.DoEverything {
				single = appendNew(single, e.Factor)
			}
		}
	}
	slices.SortStableFunc(single, func(a, b string) int { return cmp.Compare(effectOf(rows, b).Mean, effectOf(rows, a).Mean) })
	return append(single[:min(effectsShown, len(single))], rundir.DoContext, rundir.DoEverything)
}
