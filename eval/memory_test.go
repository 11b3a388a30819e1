package eval

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"frontdoor/eval/rundir"
	"frontdoor/internal/term"
	"frontdoor/method"
	"frontdoor/weights"
)

// trainedWith runs CDC and MaPLe with a memory saving and returns the checkpoint.
func trainedWith(t *testing.T, memory rundir.Memory) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run")
	r := smallRun(t, start(t, path), term.Silent{}, "coop", "maple", "cdc")
	defer rundir.Memory{}.Apply(r.Model)
	shorten(t, r, method.Settings{Epochs: 2, Batch: 8, Templates: 2})
	r.Config.Memory = map[string]rundir.Memory{}
	for _, c := range r.Config.Cells() {
		r.Config.Memory[c.Kind()] = memory
	}
	if _, err := r.Do(context.Background()); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(path, rundir.CheckpointFile)
}

// Recomputed blocks and small batches of test images change no
// bit of what is learned. Chunks of classes sum in
// another order: after training, numbers agree to 1e-6.
func TestSavingMemoryLearnsTheSame(t *testing.T) {
	plain := trainedWith(t, rundir.Memory{})
	want, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	again, err := os.ReadFile(trainedWith(t, rundir.Memory{Recompute: true, TestBatch: 7}))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again, want) {
		t.Error("saving memory changed the checkpoint")
	}
	f, err := weights.Open(plain)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	g, err := weights.Open(trainedWith(t, rundir.Memory{Recompute: true, MaxRows: 24}))
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
