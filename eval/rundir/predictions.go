package rundir

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"

	"frontdoor/internal/term"
)

// Files about single images.
const (
	// PredictionsFile has a line for each test image of each cell.
	PredictionsFile = "predictions.csv.gz"
	// MistakesFile has the wrong answers, the most confident ones first.
	MistakesFile = "mistakes.csv"
)

// maxMistakes bounds the lines of MistakesFile.
const maxMistakes = 10_000

// Prediction is a line of predictions.csv.gz: what a cell answered about a test
// image. Classes are names.
type Prediction struct {
	Cell             Cell
	Dataset          string // that is tested on
	Test             string // "base", "new" or "all"
	Image            string
	Label, Predicted string
	Signals          [len(SignalNames)]float64 // NaN for those that are not given
	// Probabilities are those of Classes, which are all that were chosen among, or
	// the most probable ones of very many.
	Classes       []string
	Probabilities []float32
}

// Wrong says whether the answer is.
func (p *Prediction) Wrong() bool { return p.Label != p.Predicted }

// Confidence is the probability of the predicted class.
func (p *Prediction) Confidence() float64 { return p.Signals[MaxProbability] }

// Of returns the probability of a class, 0 if it was not kept.
func (p *Prediction) Of(class string) float64 {
	if i := slices.Index(p.Classes, class); i >= 0 {
		return float64(p.Probabilities[i])
	}
	return 0
}

// WritePredictions puts the answers of all cells together in the order of the
// cells, and the mistakes among them. A run of an older version, whose cells have
// no answers, is left as it is.
func (r *Dir) WritePredictions(ctx context.Context, c *Config) error {
	var files []string
	for _, cell := range c.Cells() {
		if f := cell.answersFile(); r.folder().Has(f) {
			files = append(files, f)
		}
	}
	if len(files) == 0 {
		return nil
	}
	var wrong mistakes
	if err := r.gather(ctx, PredictionsFile, r, files, wrong.add); err != nil {
		return err
	}
	return r.folder().Write(MistakesFile, wrong.write)
}

// gather writes a file of the predictions in files of a folder, and shows each of
// them to see.
func (r *Dir) gather(ctx context.Context, name string, from *Dir, files []string, see func(*Prediction)) error {
	classes, err := from.answeredClasses(files)
	if err != nil {
		return err
	}
	return r.folder().Write(name, func(w io.Writer) error {
		out, err := newPredictionWriter(w, classes)
		if err != nil {
			return err
		}
		for _, f := range files {
			for p, err := range predictionsIn(from.Path, f) {
				if err == nil {
					see(p)
					err = errors.Join(ctx.Err(), out.write(p))
				}
				if err != nil {
					return err
				}
			}
		}
		return out.close()
	})
}

// answeredClasses lists the classes of all files in the order in which they come
// up.
func (r *Dir) answeredClasses(files []string) ([]string, error) {
	var classes []string
	known := map[string]bool{}
	for _, f := range files {
		own, err := classesIn(r.Path, f)
		if err != nil {
			return nil, err
		}
		for _, name := range own {
			if !known[name] {
				known[name], classes = true, append(classes, name)
			}
		}
	}
	return classes, nil
}

// copyAnswers takes over the answers of a cell from a part of the run, if it has
// any: as predictions, so that what is none does not get here.
func (r *Dir) copyAnswers(ctx context.Context, cell Cell, part *Dir) error {
	if !part.folder().Has(cell.answersFile()) {
		return nil
	}
	return r.gather(ctx, cell.answersFile(), part, []string{cell.answersFile()}, func(*Prediction) {})
}

// mistakes collects wrong answers, the most confident ones if they are many.
type mistakes []*Prediction

func (m *mistakes) add(p *Prediction) {
	if !p.Wrong() {
		return
	}
	if *m = append(*m, p); len(*m) >= 2*maxMistakes {
		*m = m.first()
	}
}

// first sorts by falling confidence and drops what is beyond the bound.
func (m *mistakes) first() mistakes {
	slices.SortStableFunc(*m, func(a, b *Prediction) int { return cmp.Compare(b.Confidence(), a.Confidence()) })
	return (*m)[:min(len(*m), maxMistakes)]
}

// write writes the lines of mistakes.csv.
func (m *mistakes) write(w io.Writer) error {
	out := csv.NewWriter(w)
	_ = out.Write(append(slices.Clone(placeColumns), "probability", "probability_of_label", "uncertainty")) // errors stay until Flush
	for _, p := range m.first() {
		of := ""
		if slices.Contains(p.Classes, p.Label) {
			of = short(p.Of(p.Label), 32)
		}
		_ = out.Write(append(p.place(), short(p.Confidence(), 64), of, short(p.Signals[Uncertainty], 64)))
	}
	out.Flush()
	return out.Error()
}

// placeColumns name what tells a prediction from others.
var placeColumns = []string{"method", "seed", "shots", "m", "trained_on", "dataset", "test", "image", "label", "predicted"}

// place is what placeColumns name.
func (p *Prediction) place() []string {
	return []string{p.Cell.Method, strconv.FormatUint(p.Cell.Seed, 10), strconv.Itoa(p.Cell.Shots), strconv.Itoa(p.Cell.M),
		term.Cell(p.Cell.Dataset), term.Cell(p.Dataset), p.Test, term.Cell(p.Image), term.Cell(p.Label), term.Cell(p.Predicted)}
}

// short writes a number with six digits, and nothing for NaN.
func short(v float64, bits int) string {
	if v != v {
		return ""
	}
	return strconv.FormatFloat(v, 'g', 6, bits)
}
