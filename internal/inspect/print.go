package inspect

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/internal/term"
)

// printedLines bounds the lines of each list that is printed; -json has all.
const printedLines = 20

// JSON writes all that is known.
func (p *Photos) JSON(w io.Writer) error {
	e := json.NewEncoder(term.SafeJSON(w)) // names of files may hold what a terminal obeys
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(p)
}

// Leak returns an error if images are in training and in test: what a test then
// says is too good. Nothing else is an error, since everything else can be meant.
func (p *Photos) Leak() error {
	switch p.Leaks {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("a test image of %s is trained on as well; take one of the two away", p.Data)
	}
	return fmt.Errorf("%d groups of equal images of %s are trained on and tested; take one of each away", p.Leaks, p.Data)
}

// Print writes a table of classes and a list of each kind of finding.
func (p *Photos) Print(w io.Writer) error {
	_, err := io.WriteString(w, p.table().String()+p.words())
	return err
}

// table counts the images of each class.
func (p *Photos) table() term.Table {
	t := term.Table{Header: []string{"class", "train", "val", "test"}, Align: []term.Align{term.Left, term.Right, term.Right, term.Right}}
	all := Count{Class: "all"}
	for _, c := range p.Classes {
		all.Train, all.Val, all.Test = all.Train+c.Train, all.Val+c.Val, all.Test+c.Test
	}
	for _, c := range append(slices.Clone(p.Classes), all) {
		t.Rows = append(t.Rows, []string{c.Class, fmt.Sprint(c.Train), fmt.Sprint(c.Val), fmt.Sprint(c.Test)})
	}
	return t
}

// words are the findings.
func (p *Photos) words() string {
	var b strings.Builder
	if few := p.few(); len(few) > 0 {
		fmt.Fprintf(&b, "\nclasses of fewer than %d images: %s\n", fewImages, strings.Join(few[:min(len(few), printedLines)], ", "))
	}
	if least, most := p.extremes(); float64(most.Train) >= unequal*float64(max(1, least.Train)) {
		fmt.Fprintf(&b, "\nunequal classes: %s has %d training images, %s has %d\n", most.Class, most.Train, least.Class, least.Train)
	}
	list(&b, "cannot be read, and are left out", p.Unreadable, func(x data.Problem) string { return x.Path + ": " + x.Reason })
	list(&b, "notes", p.LeftOut, func(x data.Problem) string { return x.Path + ": " + x.Reason })
	list(&b, fmt.Sprintf("tiny, a side below %d pixels", tinySide), p.Tiny, func(x Size) string { return fmt.Sprintf("%s: %dx%d", x.Image, x.Width, x.Height) })
	list(&b, "the same, or nearly", p.Twins, twinsLine)
	list(&b, "labels that may be wrong", p.Suspects, func(s rundir.Suspect) string {
		return fmt.Sprintf("%s: %s, or %s (probability %s against %s)", s.Image, s.Class, s.Suggested, term.Decimal(s.Probability, 2), term.Decimal(s.LabelProbability, 2))
	})
	list(&b, "unlike the others of their class", p.Outliers, func(o Outlier) string {
		return fmt.Sprintf("%s: %s (cosine %s, median of the class %s)", o.Image, o.Class, term.Decimal(o.Cosine, 2), term.Decimal(o.Median, 2))
	})
	list(&b, "names that CLIP finds alike", p.Alike, func(a Alike) string {
		return fmt.Sprintf("%s, %s (cosine %s)", a.A, a.B, term.Decimal(a.Cosine, 2))
	})
	return b.String()
}

// list writes a heading with the number of some findings, and a line for each of
// the first.
func list[T any](b *strings.Builder, heading string, all []T, line func(T) string) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s (%d):\n", heading, len(all))
	for i, x := range all {
		if i == printedLines {
			fmt.Fprintf(b, "  and %d more; -json has all\n", len(all)-i)
			break
		}
		fmt.Fprintf(b, "  %s\n", line(x))
	}
}

// twinsLine names images that are the same.
func twinsLine(t rundir.Twins) string {
	what := "near"
	if t.Exact {
		what = "equal"
	}
	if t.Leak() {
		what = "LEAK, " + what
	}
	if t.Mixed() {
		what += ", of several classes"
	}
	var names []string
	for _, w := range t.Images[:min(len(t.Images), 5)] {
		names = append(names, fmt.Sprintf("%s (%s)", w.Image, w.Split))
	}
	if n := len(t.Images); n > 5 {
		names = append(names, fmt.Sprintf("%d more", n-5))
	}
	return what + ": " + strings.Join(names, ", ")
}
