package nn

import (
	"fmt"
	"math"
	"testing"

	"frontdoor/autograd"
	"frontdoor/internal/golden"
)

// How far ten steps may be from PyTorch's float64, as a share of the largest
// element: each step rounds a few times, and float32 resolves 6e-8. AdamW
// divides by the root of a sum that begins small.
const (
	torchSGD   = 5e-7
	torchAdamW = 2e-6
)

// The parameter after each of ten steps of every optimiser, with gradients
// that are given.
func TestTorchOptimisers(t *testing.T) {
	f := golden.Read(t, "testdata/torch_optim.json")
	const steps, size = 10, 8
	sgd := func(momentum, decay float32) func(p []Named) func(float64) {
		return func(p []Named) func(float64) {
			s := NewSGD(p)
			s.Momentum, s.WeightDecay = momentum, decay
			return func(rate float64) { s.Step(float32(rate)) }
		}
	}
	run := func(name string, tolerance float64, scheduled bool, make func(p []Named) func(float64)) {
		p := autograd.Param(golden.Tensor32("p", size, 2, 0), 1, size)
		step := make([]Named{{"p", p}})
		var path []float32
		for i := range steps {
			leave(p, golden.Tensor32(fmt.Sprintf("gradient.%d", i), size, 1, 0)...)
			rate := float64(f.Rate)
			if scheduled {
				rate = EpochCosine(0.1, i/2, 5)
			}
			step(rate)
			path = append(path, p.Data...)
		}
		f.Check(t, name+".p", path, tolerance)
	}
	run("plain", torchSGD, false, sgd(0, 0))
	run("momentum", torchSGD, false, sgd(0.9, 0))
	run("decay", torchSGD, false, sgd(0.9, 0.05))
	run("scheduled", torchSGD, true, sgd(0.9, 5e-4))
	run("adamw", torchAdamW, false, func(p []Named) func(float64) {
		a := NewAdamW(p, 0.2)
		return func(rate float64) { a.Step(rate, math.Inf(1)) }
	})
	if left := f.Unchecked(""); len(left) > 3 { // the rates belong to the other test
		t.Errorf("golden values that nothing was compared with: %v", left)
	}
}

// The rates of whole runs. PyTorch's cosine is a recursion, ours is not.
func TestTorchSchedule(t *testing.T) {
	f := golden.Read(t, "testdata/torch_optim.json")
	for name, r := range map[string]struct {
		base   float64
		epochs int
	}{"maple": {0.0035, 5}, "coop": {0.002, 50}, "short": {0.0026, 2}} {
		var rates []float32
		for e := range r.epochs {
			rates = append(rates, float32(EpochCosine(r.base, e, r.epochs)))
		}
		f.Check(t, "rates."+name, rates, 2e-7) // rounded to float32
	}
}
