package rundir

// Forecast is what was expected of a cell, kept beside what it took.
type Forecast struct {
	StepSeconds    float64 `json:"step_seconds,omitempty"`
	PrepareSeconds float64 `json:"prepare_seconds"`
	TrainSeconds   float64 `json:"train_seconds,omitempty"`
	TestSeconds    float64 `json:"test_seconds"`
	PeakBytes      int64   `json:"peak_bytes"`
	StepFlops      float64 `json:"step_flops,omitempty"` // of both towers
	StepBytes      int64   `json:"step_bytes,omitempty"` // kept and worked in by a step

	// Measured, where the row has no place for it.
	Prepared float64 `json:"prepare_seconds_measured"`
	Tested   float64 `json:"test_seconds_measured"`
}

// Beside returns a copy that holds what was measured as well: the seconds before
// the training, and those of the tests.
func (f *Forecast) Beside(prepared, tested float64) *Forecast {
	if f == nil {
		return nil
	}
	g := *f
	g.Prepared, g.Tested = prepared, tested
	return &g
}
