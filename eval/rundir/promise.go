package rundir

import (
	"errors"
	"io/fs"
	"slices"

	"frontdoor/eval/promise"
)

// PromiseFile holds what was promised of the cells of a run, beside the results:
// a run does not need it.
const PromiseFile = "promise.json"

// Promise is what is promised of a cell's answers among some classes.
type Promise struct {
	Cell    Cell     `json:"cell"`
	Classes []string `json:"classes"`
	// Asked is the risk that was asked for; that of Known is greater where the
	// images cannot carry it.
	Asked float64 `json:"asked"`
	// Known is the threshold of the largest probability, below which an answer is
	// unsure, and what it promises of the others.
	Known promise.Promise `json:"known"`
	// Familiar is the threshold of doubt beyond which an image is none of the
	// classes, and Others are those beside it that were not taken. Signal says what
	// the doubt is.
	Signal   Signal              `json:"signal,omitempty"`
	Familiar promise.Strangers   `json:"familiar"`
	Others   []promise.Strangers `json:"others,omitempty"`
	// Images says which images calibrated it and Strangers which strangers did.
	Images    string `json:"images"`
	Strangers string `json:"strangers"`
	// Worst are the strangers that look most familiar.
	Worst []Stranger `json:"worst,omitempty"`
	// Approximate says that images were calibrated by learners that were trained
	// on other images than the one that answers, and StandIn which head these were,
	// if they were not of the cell's method.
	Approximate bool   `json:"approximate,omitempty"`
	StandIn     string `json:"stand_in,omitempty"`
}

// Signal is what tells images of none of the classes.
type Signal string

// The signals. Of the largest logit the doubt is the negative, so that it grows.
const (
	ByUncertainty Signal = ""
	ByLogit       Signal = "logit"
)

// Doubt is the doubt that an image is any of the classes, for which Familiar has a
// threshold.
func (p *Promise) Doubt(uncertainty, maxLogit float64) float64 {
	if p.Signal == ByLogit {
		return -maxLogit
	}
	return uncertainty
}

// Stranger is an image of none of the classes.
type Stranger struct {
	Image string  `json:"image"`
	Class string  `json:"class"` // that it is taken for
	Doubt float64 `json:"uncertainty"`
}

// promises is what the file holds.
type promises struct {
	Version  string    `json:"version"`
	Promises []Promise `json:"promises"`
}

// ReadPromises reads what was promised of the run in a folder, nothing if nothing
// was.
func ReadPromises(dir string) ([]Promise, error) {
	var all promises
	err := ReadJSON(dir, PromiseFile, &all)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return all.Promises, err
}

// PromiseOf returns what was promised of a cell among classes, or nil.
func PromiseOf(all []Promise, cell Cell, classes []string) *Promise {
	for i, p := range all {
		if p.Cell == cell && slices.Equal(p.Classes, classes) {
			return &all[i]
		}
	}
	return nil
}

// WritePromise notes a promise, in the place of an earlier one of the same cell
// and classes.
func (r *Dir) WritePromise(p Promise) error {
	all, err := ReadPromises(r.Path)
	if err != nil {
		return err
	}
	if old := PromiseOf(all, p.Cell, p.Classes); old != nil {
		*old = p
	} else {
		all = append(all, p)
	}
	return r.WriteJSON(PromiseFile, promises{Version, all})
}
