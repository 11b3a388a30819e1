package pretrain

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/cuda"
	"frontdoor/internal/cudatest"
	"frontdoor/nn"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// small is a model that trains a step in milliseconds.
var small = clip.Config{
	Embed:  16,
	Vision: vit.Config{Image: 16, Patch: 8, Width: 16, Layers: 2, Heads: 2},
	Text:   textenc.Config{Context: 24, Width: 16, Layers: 2, Heads: 2},
}

func testOptions(state string) options {
	return options{Steps: 6, Batch: 8, LR: 1e-3, Seed: 3, State: state, Every: 2}
}

func newSmall(t *testing.T) *clip.Model {
	t.Helper()
	m, err := newModel(small, 3)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func saved(t *testing.T, m *clip.Model) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "m.safetensors")
	if err := m.Save(path, nil); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestInterruptedPretrainingEndsWithTheSameBits(t *testing.T) {
	whole := newSmall(t)
	if err := train(context.Background(), whole, testOptions("")); err != nil {
		t.Fatal(err)
	}
	state := filepath.Join(t.TempDir(), "state")
	ctx, cancel := context.WithCancel(context.Background())
	o := testOptions(state)
	steps := 0
	o.Tick = func() {
		if steps++; steps == 3 {
			cancel()
		}
	}
	if err := train(ctx, newSmall(t), o); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want an interruption", err)
	}
	resumed := newSmall(t)
	if err := train(context.Background(), resumed, testOptions(state)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(saved(t, resumed), saved(t, whole)) {
		t.Error("the resumed model differs from the one trained without a break")
	}
	other := testOptions(state)
	other.Seed++
	if err := train(context.Background(), newSmall(t), other); err == nil {
		t.Error("the state of another run was accepted")
	}
}

func TestLossFalls(t *testing.T) {
	o := testOptions("")
	o.Steps, o.Every, o.LR, o.Batch = 60, 60, 5e-3, 16
	var first, last float64
	m := newSmall(t)
	h := newHead(m.Config.Embed, o.Seed)
	b, err := sampleBatch(m, o.Batch, o.Seed, 0)
	if err != nil {
		t.Fatal(err)
	}
	first = float64(loss(nil, m, h, b).Item())
	o.Report = func(s status) { last = s.Loss }
	if err := train(context.Background(), m, o); err != nil {
		t.Fatal(err)
	}
	if !(last < first-0.3) {
		t.Errorf("loss %v after 60 steps, %v before", last, first)
	}
}

// Identical captions are no negatives of each other: with equal rows the
// loss must not push them apart.
func TestIdenticalCaptionsAreMasked(t *testing.T) {
	m := newSmall(t)
	b, err := sampleBatch(m, 64, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	size := b.images.Dim(0)
	for i := range size {
		if b.mask.Data[i*size+i] != 0 {
			t.Fatalf("pair %d is masked from itself", i)
		}
		for j := range i {
			if b.mask.Data[i*size+j] != b.mask.Data[j*size+i] {
				t.Fatalf("mask is not symmetric at %d, %d", i, j)
			}
		}
	}
	var tp *autograd.Tape
	if l := float64(loss(tp, m, newHead(m.Config.Embed, 1), b).Item()); math.IsNaN(l) || math.IsInf(l, 0) {
		t.Errorf("loss with masked pairs is %v", l)
	}
}

// The towers' weights go to a GPU, here an imitated one, and come back with the
// gradients that the CPU computes; nothing is left there.
func TestGradientsOnADevice(t *testing.T) {
	drv := cudatest.New()
	gpu, err := cuda.Open(drv, 0)
	if err != nil {
		t.Fatal(err)
	}
	step := func(gpu *cuda.Device) []nn.Named {
		m, h := newSmall(t), newHead(small.Embed, 3)
		params := m.Trained()
		there := place(m, params, gpu)
		b, err := sampleBatch(m, 4, 3, 0)
		if err != nil {
			t.Fatal(err)
		}
		tp := autograd.NewTape()
		there.up()
		tp.Backward(loss(tp, m, h, b))
		there.down()
		return params
	}
	want := step(nil)
	for i, p := range step(gpu) {
		most := 0.0
		for _, g := range want[i].Grad() {
			most = max(most, math.Abs(float64(g)))
		}
		for j, g := range want[i].Grad() {
			if d := math.Abs(float64(p.Grad()[j] - g)); !(d <= 2e-5*most) {
				t.Fatalf("gradient of %s[%d] is %v, on the CPU %v", p.Name, j, p.Grad()[j], g)
			}
		}
	}
	if err := gpu.Close(); err != nil || drv.Leaks() != "" {
		t.Errorf("%v %s", err, drv.Leaks())
	}
	o := testOptions("")
	on := o
	on.GPU = gpu
	if o.signature() == on.signature() {
		t.Error("a run on a GPU goes on on the CPU")
	}
}
