package bench

import (
	"context"
	"fmt"
	"testing"

	"frontdoor/autograd"
	"frontdoor/nn"
)

// BenchmarkStep takes training steps of ViT-B/16's dimensions, for profiles:
//
//	go test ./internal/command/bench -run '^$' -bench Step/maple-24 -cpuprofile cpu.out
func BenchmarkStep(b *testing.B) {
	setup, err := (&bench{ctx: context.Background()}).newStepSetup()
	if err != nil {
		b.Fatal(err)
	}
	defer setup.close()
	for _, s := range stepSizes {
		b.Run(fmt.Sprintf("%s-%d", s.method, s.classes), func(b *testing.B) {
			v := variant{}
			v.packing.MaxRows = s.maxRows
			setup.use(v)
			l, views, err := setup.learner(s.method, s.classes)
			if err != nil {
				b.Fatal(err)
			}
			one := &stepper{setup: setup, variant: v, learner: l, batch: setup.batch(stepBatch, views, s.classes), tape: autograd.NewTape(), opt: nn.NewSGD(l.Params())}
			one.step() // fills the arena
			one.step() // packs weights
			b.ReportAllocs()
			for b.Loop() {
				one.step()
			}
			b.ReportMetric(one.mebibytes(), "MiB")
		})
	}
}
