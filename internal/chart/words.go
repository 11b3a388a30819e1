package chart

import (
	"fmt"
	"strings"

	"frontdoor/internal/term"
)

// joined is a figure of several, without a size.
func joined(figures []*Figure) *Figure {
	var words []string
	for _, f := range figures {
		if f.words != "" {
			words = append(words, f.words)
		}
	}
	return &Figure{words: strings.Join(words, " ")}
}

// inWords says what the bars are, series by series.
func (b Bars) inWords() string {
	var series []string
	for _, s := range b.Series {
		var values []string
		for i, v := range s.Values {
			if finite(v) && i < len(b.Groups) {
				values = append(values, b.Groups[i]+" "+term.Decimal(v, digitsFor(b)))
			}
		}
		if len(values) > 0 {
			series = append(series, s.Name+": "+strings.Join(values, ", "))
		}
	}
	return sentenceOf("Bars", b.Title, b.YLabel, series)
}

// inWords says where each curve begins and ends.
func (c Curves) inWords() string {
	var series []string
	for _, s := range c.Series {
		points := s.points()
		if n := points.Len(); n > 0 && !s.Faint {
			first, last := points.XYs[0], points.XYs[n-1]
			series = append(series, fmt.Sprintf("%s from %.3g at %g to %.3g at %g", s.Name, first.Y, first.X, last.Y, last.X))
		}
	}
	return sentenceOf("Curves", c.Title, c.YLabel+" by "+c.XLabel, series)
}

// inWords says how right the answers of each bin are.
func (r Reliability) inWords() string {
	var bins []string
	for _, b := range r.Bins {
		if b.Count > 0 {
			bins = append(bins, fmt.Sprintf("%.0f%% confident %.0f%% right", 100*b.Confidence, 100*b.Accuracy))
		}
	}
	return sentenceOf("Bars", r.Title, "accuracy by confidence", bins)
}

// inWords says what each change does.
func (d Differences) inWords() string {
	var changes []string
	for i, v := range d.Values {
		if finite(v) {
			changes = append(changes, fmt.Sprintf("%s %s", d.Names[i], signed(v)))
		}
	}
	return sentenceOf("Marks", d.Title, d.XLabel, changes)
}

// sentenceOf says what kind of drawing has what parts.
func sentenceOf(kind, title, axis string, parts []string) string {
	if title != "" {
		kind += " of " + title
	}
	return fmt.Sprintf("%s, %s: %s.", kind, axis, strings.Join(parts, "; "))
}
