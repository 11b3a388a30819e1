package rundir

import (
	"math"

	"frontdoor/data"
)

// Results is what results.json holds.
type Results struct {
	Version string `json:"version"`
	Command string `json:"command"`          // what repeats the run
	Kernel  string `json:"kernel,omitempty"` // see Config, for runs on a GPU
	Device  string `json:"device,omitempty"` // see Config
	Rows    []Row  `json:"rows"`
	// LeftOut lists the images that could not be read and were left out.
	LeftOut []data.Problem `json:"left_out,omitempty"`
}

// Row is the result of one cell: one method trained on one dataset with one
// seed. Under the protocols that test on other datasets than they train on, a
// cell has a row for each, the first for its own test set. What does not apply
// to its protocol is left out. Accuracies, F1 and harmonic means are percent.
type Row struct {
	Method   string `json:"method"`
	Dataset  string `json:"dataset"` // that is tested on
	Protocol string `json:"protocol"`
	Seed     uint64 `json:"seed"`
	Shots    int    `json:"shots"`
	// Source is the dataset that was trained on, under protocols xd and dg.
	Source string `json:"source,omitempty"`
	// M is the number of learned templates, 0 for a method without.
	M int `json:"m,omitempty"`

	Base             *float64 `json:"base,omitempty"`              // accuracy on the classes trained on
	New              *float64 `json:"new,omitempty"`               // accuracy on the others, among themselves
	HM               *float64 `json:"hm,omitempty"`                // harmonic mean of the two
	BaseDecorrelated *float64 `json:"base_decorrelated,omitempty"` // base classes, context no longer telling
	Accuracy         *float64 `json:"accuracy,omitempty"`          // among all classes of Dataset, other protocols than base2new
	MacroF1          *float64 `json:"macro_f1,omitempty"`          // likewise
	AUROC            *float64 `json:"auroc,omitempty"`             // new from base images by uncertainty, in [0, 1]
	ECE              *float64 `json:"ece,omitempty"`               // calibration error in [0, 1]

	// Accuracy of each template alone on the base classes, or on all classes
	// under protocol all, and on the new ones; named in Templates.
	Templates     []string  `json:"templates,omitempty"`
	TemplatesBase []float64 `json:"templates_base,omitempty"`
	TemplatesNew  []float64 `json:"templates_new,omitempty"`

	PerClass []ClassRow `json:"per_class,omitempty"` // protocol all

	Trust *Trust `json:"trust,omitempty"` // calibration, and what signals of doubt find
	Study *Study `json:"study,omitempty"` // the extra measurements of -study

	Params int `json:"params,omitempty"` // trained numbers

	// What was measured by the clock, which no two runs share, is kept in
	// timing.json; see Clock.
	TrainSeconds *float64 `json:"-"`
	StepSeconds  *float64 `json:"-"` // of one training step
	ImagesPerSec *float64 `json:"-"` // classified, preprocessed images
	PeakBytes    int64    `json:"-"` // resident memory while the cell was computed

	Plan *Forecast `json:"-"` // what the cell was expected to take
}

// Place names what the row is about: the dataset, and where the learner was
// taken there from if it was trained on another one.
func (r Row) Place() string {
	if r.Source == "" || r.Source == r.Dataset {
		return r.Dataset
	}
	return r.Source + " → " + r.Dataset
}

// Value returns a pointer to v for a Row, and nil for NaN and infinities,
// which JSON does not know and which mean that there is no value.
func Value(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// ClassRow is the result of a cell on one class, rates in percent. A class
// that was never predicted has no precision, one without test images no
// recall.
type ClassRow struct {
	Class     string   `json:"class"`
	Support   int      `json:"support"`
	Precision *float64 `json:"precision,omitempty"`
	Recall    *float64 `json:"recall,omitempty"`
	F1        float64  `json:"f1"`
}
