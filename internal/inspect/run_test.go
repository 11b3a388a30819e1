package inspect

import (
	"slices"
	"testing"

	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/internal/evaltest"
)

// A photograph in training and in test is found as a run's page will tell it.
func TestFindingsOfARun(t *testing.T) {
	d := evaltest.Data(t)
	items := evaltest.Files(t, 0, 1, 2, 3, 4, 5, 6, 7, 0)
	ds := &data.Dataset{Name: "photos", Classes: []string{"cup", "lamp"}, Template: data.DefaultTemplate, Train: items[:8], Test: items[8:]}
	silent := Options{Progress: func(string) (func(done, total int), func()) { return func(int, int) {}, func() {} }}
	for _, known := range []bool{false, true} {
		m := d.Model
		if !known {
			m = nil
		}
		f, err := OfRun(t.Context(), ds, m, nil, silent)
		if err != nil {
			t.Fatal(err)
		}
		leaks := slices.DeleteFunc(slices.Clone(f.Twins), func(t rundir.Twins) bool { return !t.Leak() })
		if f.Dataset != "photos" || len(leaks) != 1 || !leaks[0].Exact || leaks[0].Images[0].Image != items[0].Name() || leaks[0].Images[1].Split != "test" {
			t.Errorf("with a model %v: %+v", known, f)
		}
	}
}
