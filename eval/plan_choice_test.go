package eval

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/internal/procmem"
	"frontdoor/internal/term"
	"frontdoor/weights"
)

// trainedWith runs CDC and MaPLe with a thrift and returns the checkpoint.
func trainedWith(t *testing.T, thrift Thrift) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run")
	r := smallRun(t, start(t, path), term.Silent{})
	defer Thrift{}.apply(r.Model)
	r.Config.Methods = []string{"coop", "maple", "cdc"}
	r.Config.Thrift = map[string]Thrift{}
	for _, method := range r.Config.Methods {
		r.Config.Settings[method] = RecipeFor(r.Model, method, "base2new", 4, Settings{Epochs: 2, Batch: 8, Templates: 2})
	}
	for _, c := range r.Config.Cells() {
		r.Config.Thrift[c.special()] = thrift
	}
	if _, err := r.Do(context.Background()); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(path, CheckpointFile)
}

// Recomputed blocks and small batches of test images change no
// bit of what is learned. Chunks of classes sum in
// another order: after training, numbers agree to 1e-6.
func TestThriftLearnsTheSame(t *testing.T) {
	plain := trainedWith(t, Thrift{})
	want, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	again, err := os.ReadFile(trainedWith(t, Thrift{Recompute: true, TestBatch: 7}))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again, want) {
		t.Error("thrift changed the checkpoint")
	}
	f, err := weights.Open(plain)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	g, err := weights.Open(trainedWith(t, Thrift{Recompute: true, MaxRows: 24}))
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	for _, name := range f.Names() {
		a, _ := f.Tensor(name)
		b, ok := g.Tensor(name)
		if !ok {
			t.Fatalf("with chunks there is no %s", name)
		}
		x, y := a.CopyFloat32(), b.CopyFloat32()
		largest, off := 0.0, 0.0
		for i := range x {
			largest, off = max(largest, math.Abs(float64(x[i]))), max(off, math.Abs(float64(x[i]-y[i])))
		}
		if off > 1e-6*max(1, largest) {
			t.Errorf("%s: chunks change numbers by up to %v, the largest is %v", name, off, largest)
		}
	}
}

// thriftyRun is a run of CDC with so many templates that everything costs some
// memory, and one of its cells.
func thriftyRun(t *testing.T) (*Run, Cell) {
	r := smallRun(t, nil, term.Silent{})
	r.Config.Methods = []string{"cdc"}
	set := r.Config.Settings["cdc"]
	set.Templates, set.Batch = 32, 4
	r.Config.Settings["cdc"] = set
	return r, Cell{Dataset: "shape", Shots: 4, Seed: 7, Method: "cdc"}
}

// With less and less memory the choice goes from keeping everything over
// recomputed blocks to ever smaller chunks: each is kept as long as it fits, and
// the next needs less. What the process holds already shifts all of them alike,
// so the steps down are taken from the forecasts.
func TestEconomizeStepByStep(t *testing.T) {
	r, cell := thriftyRun(t)
	p := newPlanner(r)
	defer Thrift{}.apply(r.Model)
	choice := func(available int64) (Thrift, *Forecast, bool) {
		r.Config.Thrift = nil
		if _, _, err := p.economize(cell, Auto, available); err != nil {
			t.Fatal(err)
		}
		got := r.Config.Thrift[cell.special()]
		w, err := p.workWith(cell, got)
		if err != nil {
			t.Fatal(err)
		}
		f := p.sizes(w)
		return got, f, f.least() <= int64((1-reserve)*float64(available))
	}
	kept := map[Thrift]bool{} // whether, not how small
	last, f, fits := choice(procmem.Unlimited)
	for fits {
		kept[Thrift{Recompute: last.Recompute, MaxRows: min(1, last.MaxRows), TestBatch: min(1, last.TestBatch)}] = true
		enough := int64(math.Ceil(float64(f.least())/(1-reserve))) + 1
		if got, _, _ := choice(enough); got != last {
			t.Errorf("%d bytes suffice for %q; chosen was %q", enough, last, got)
		}
		next, g, ok := choice(enough - 1<<10)
		if ok && g.least() >= f.least() {
			t.Fatalf("with less memory %q follows %q and needs %d bytes after %d", next, last, g.least(), f.least())
		}
		last, f, fits = next, g, ok
	}
	for _, want := range []Thrift{
		{}, {TestBatch: 1}, {Recompute: true, TestBatch: 1}, {Recompute: true, MaxRows: 1, TestBatch: 1},
	} {
		if !kept[want] {
			t.Errorf("never %q; the choices were %v", want, kept)
		}
	}
	if !last.Recompute || last.MaxRows < leastRows || last.MaxRows >= 2*leastRows {
		t.Errorf("with too little memory the choice is %q", last)
	}
}

func TestEconomize(t *testing.T) {
	r, cell := thriftyRun(t)
	cdc := cell.special()
	choice := func(how string, available int64) (Thrift, string) {
		r.Config.Thrift = nil
		note, fits, err := Economize(r, how, available)
		if err != nil || fits == strings.Contains(note, "not suffice") {
			t.Fatal(note, fits, err)
		}
		if r.Model.Vision.Transformer.Recompute || r.Model.Text.Saving.MaxRows != 0 {
			t.Error("the choice was left on the model")
		}
		return r.Config.Thrift[cdc], note
	}
	if got, note := choice(Auto, procmem.Unlimited); got != (Thrift{}) || note != "" {
		t.Errorf("with all memory: %+v, %q", got, note)
	}
	if got, note := choice(On, procmem.Unlimited); !got.Recompute || got.MaxRows != 0 || note != "" {
		t.Errorf("on: %+v, %q", got, note)
	}
	if got, note := choice(Off, 1<<20); got != (Thrift{}) || !strings.Contains(note, "may not suffice") {
		t.Errorf("off with 1 MiB: %+v, %q", got, note)
	}
	got, note := choice(Auto, 1<<20)
	if !got.Recompute || got.MaxRows == 0 || strings.Contains(note, "\n") {
		t.Errorf("with 1 MiB: %+v, %q", got, note)
	}
	for _, word := range []string{"cdc needs about", "1.00 MiB of memory are available", "computed again", "times as long", "may not suffice"} {
		if !strings.Contains(note, word) {
			t.Errorf("the line %q does not say %q", note, word)
		}
	}
	r.Config.Thrift = map[string]Thrift{cdc: {MaxRows: 99}}
	if note, _, err := Economize(r, Auto, 1<<20); err != nil || note != "" || r.Config.Thrift[cdc].MaxRows != 99 {
		t.Errorf("a choice that was there became %+v: %q, %v", r.Config.Thrift, note, err)
	}
}
