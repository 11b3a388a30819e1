package report

import (
	"fmt"
	"html/template"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/eval/confusion"
	"frontdoor/eval/rundir"
	"frontdoor/internal/term"
)

// How much a page shows of what was answered.
const (
	maxViews    = 12 // test sets in detail
	maxPictures = 200
	galleryPics = 24 // pictures of a list
	matrixSide  = 20 // classes of a confusion matrix
	shownPairs  = 12 // pairs
)

// view is what a page shows of a test set: what the method that answers for the
// run confuses, and pictures of its mistakes.
type view struct {
	*confusion.Tally
	Classes []string // all that were chosen among
}

// readViews counts what was answered: in detail for the method that answers for
// the run, with the most training images and its first number of templates, and
// for each method the pair that it confuses the most. A run of an older version
// has neither.
func readViews(path string, c *rundir.Config) (views []view, others []confused, err error) {
	all, err := confusion.Count(rundir.ReadPredictions(path), galleryPics)
	if err != nil || len(all) == 0 {
		return nil, nil, err
	}
	name, shots := all[len(all)-1].Method, 0
	if len(c.Methods) > 0 {
		name = c.Default()
	}
	for _, t := range all {
		shots = max(shots, t.Shots)
	}
	seen := map[[2]string]bool{}
	for _, t := range all {
		where := [2]string{t.Dataset, t.Test}
		if t.Shots != shots {
			continue
		}
		others = append(others, confusedMostBy(t))
		if t.Method == name && !seen[where] && len(views) < maxViews {
			seen[where] = true
			views = append(views, view{Tally: t, Classes: orderClasses(t, c)})
		}
	}
	for _, v := range views {
		n := min(galleryPics, maxPictures/(2*len(views)))
		v.Wrong, v.Unsure = v.Wrong[:min(n, len(v.Wrong))], v.Unsure[:min(n, len(v.Unsure))]
	}
	return views, others, nil
}

// orderClasses puts the classes of a tally in the order of its dataset, as far as
// the configuration knows them.
func orderClasses(t *confusion.Tally, c *rundir.Config) []string {
	if set, ok := c.Set(t.Dataset); ok {
		t.Order(set.Classes)
	} else if sets := c.Sets(); len(sets) == 1 { // a folder has a name of its own
		t.Order(sets[0].Classes)
	}
	return slices.Clone(t.Matrix.Classes)
}

// Chosen says what was chosen among, in words.
func (v view) Chosen() string {
	switch v.Test {
	case "base":
		return "the base classes, which were trained on"
	case "new":
		return "the new classes, which were not trained on"
	}
	return "all classes"
}

// Spelled is the method as it was published.
func (v view) Spelled() string { return spelled(v.Method) }

// Pairs are the most confused ones.
func (v view) Pairs() []confusion.Pair { return v.Tally.Pairs(shownPairs) }

// Shown are the classes of the matrix.
func (v view) Shown() []string { return v.Worst(matrixSide) }

// matrixRow is a line of the confusion matrix.
type matrixRow struct {
	Number int
	Class  string
	Of     int
	Cells  []matrixCell
	Others int // that were taken for a class without a column
}

// matrixCell is a number of the matrix with its share of the line in percent.
type matrixCell struct {
	Count, Share int
	Right        bool
	Label, Taken string
}

// Rows are the lines of the matrix.
func (v view) Rows() []matrixRow {
	shown := v.Shown()
	rows := make([]matrixRow, len(shown))
	for i, label := range shown {
		r := matrixRow{Number: i + 1, Class: label, Of: v.Totals[label], Others: v.Totals[label]}
		for j, taken := range shown {
			n := v.Count(label, taken)
			r.Others -= n
			cell := matrixCell{Count: n, Right: i == j, Label: label, Taken: taken}
			if r.Of > 0 {
				cell.Share = (100*n + r.Of/2) / r.Of
			}
			r.Cells = append(r.Cells, cell)
		}
		rows[i] = r
	}
	return rows
}

// Outside says whether a line has answers outside of the columns.
func (v view) Outside() bool {
	return slices.ContainsFunc(v.Rows(), func(r matrixRow) bool { return r.Others > 0 })
}

// confused is what a method confuses the most on a test set.
type confused struct {
	Method, Dataset, Test string
	Wrong, Of             int
	Pair                  confusion.Pair
}

func confusedMostBy(t *confusion.Tally) confused {
	name := t.Method
	if t.M > 0 {
		name = fmt.Sprintf("%s%s%d", name, countLabel, t.M)
	}
	c := confused{Method: spelled(name), Dataset: title(t.Dataset), Test: t.Test, Wrong: t.Mistakes(), Of: t.Images()}
	for _, p := range t.Pairs(1) {
		c.Pair = p
	}
	return c
}

// sectionView is a view with the section that it belongs to.
type sectionView struct {
	section
	view
}

// See returns a view with its section.
func (s section) See(v view) sectionView { return sectionView{s, v} }

// Name is that of the dataset.
func (s sectionView) Name() string { return title(s.Dataset) }

// Thumb is the picture of an image, "" if there is none.
func (s sectionView) Thumb(p *rundir.Prediction) template.URL { return s.thumbnails[p.Image] }

// Percent writes a probability.
func (sectionView) Percent(p float64) string { return percentText(p) }

func percentText(p float64) string { return term.Decimal(100*p, 0) + "%" }

// Short is the end of an image's name.
func (sectionView) Short(name string) template.HTML { return shortName(name) }

// shortName is the end of an image's name, its class's folder and its file, which
// a narrow column breaks between them.
func shortName(name string) template.HTML {
	parts := strings.Split(template.HTMLEscapeString(filepath.ToSlash(name)), "/")
	return template.HTML(strings.Join(parts[max(0, len(parts)-2):], "/<wbr>"))
}
