package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
)

// FindingsFile holds what was noticed about the images of a run.
const FindingsFile = "findings.json"

// Findings are what is doubtful about one's own images.
type Findings struct {
	Dataset string `json:"dataset"`
	// Twins are groups of images that are the same or nearly so.
	Twins []Twins `json:"twins"`
	// Suspects are labels that may be wrong, the most doubtful ones first.
	Suspects []Suspect `json:"suspects"`
}

// Twins are images of equal content, or near duplicates.
type Twins struct {
	Exact  bool    `json:"exact"`
	Images []Where `json:"images"`
}

// Where is an image's place in a dataset: its class and "train", "val" or "test".
type Where struct {
	Image string `json:"image"`
	Class string `json:"class"`
	Split string `json:"split"`
}

// Leak says whether a test image is also trained on or chosen by, so that the
// test says too much.
func (t Twins) Leak() bool {
	tested := func(w Where) bool { return w.Split == "test" }
	return slices.ContainsFunc(t.Images, tested) && !all(t.Images, tested)
}

// Mixed says whether the images are of several classes, so that one label at least
// is wrong.
func (t Twins) Mixed() bool {
	return !all(t.Images, func(w Where) bool { return w.Class == t.Images[0].Class })
}

func all(list []Where, is func(Where) bool) bool {
	return !slices.ContainsFunc(list, func(w Where) bool { return !is(w) })
}

// Suspect is an image that a classifier which was not trained on it takes for
// another class with confidence.
type Suspect struct {
	Where
	Suggested string `json:"suggested"`
	// Probabilities of the suggested class and of the label, in [0, 1].
	Probability      float64 `json:"probability"`
	LabelProbability float64 `json:"label_probability"`
}

// ReadFindings reads what was noticed about the images of the run folder at path.
// A run without is one of which nothing is known.
func ReadFindings(path string) (*Findings, error) {
	f := new(Findings)
	err := ReadJSON(path, FindingsFile, f)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err == nil {
		err = f.check()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(path, FindingsFile), err)
	}
	return f, nil
}

// check returns an error if no run finds such things.
func (f *Findings) check() error {
	var found []string
	for _, t := range f.Twins {
		if len(t.Images) < 2 {
			return errors.New("it has twins that are alone")
		}
		for _, w := range t.Images {
			found = append(found, w.Class, w.Split)
		}
	}
	for _, s := range f.Suspects {
		found = append(found, s.Class, s.Split, s.Suggested)
	}
	if len(found) > maxClass {
		return fmt.Errorf("it has more than %d entries", maxClass)
	}
	return words("findings", found)
}
