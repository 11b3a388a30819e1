package method

import (
	"runtime"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/nn"
	"frontdoor/prompt"
)

// A warm training step asks for no memory but that of its lists of tensors, a
// few kilobytes: all floats come from the arena, which no longer grows. So the
// garbage collector has nothing to do.
func TestWarmStepsAllocateNoFloats(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	s := m.Config.Vision.Image
	for _, method := range []*Method{coOp, coCoOp, maPLe, cdcMethod} {
		l, err := method.New(m, "a photo of a {}.", method.Recipe(m, Experiment{Protocol: "all", Shots: 16}, Settings{Templates: 4}), 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.SetClasses([]string{"red star", "blue circle", "a very green ring", "ring"}); err != nil {
			t.Fatal(err)
		}
		b := prompt.Batch{Images: autograd.Zeros(4*len(l.Views()), 3, s, s), Labels: []int{0, 1, 3, 2}}
		if prompt.TrainsOnFeatures(l) {
			b.Frozen = m.ImageFeatures(nil, b.Images)
		}
		tp, opt := autograd.NewTape(), nn.NewSGD(l.Params())
		steps := func(n int) {
			for range n {
				tp.Backward(l.Loss(tp, b))
				opt.Step(0.01)
				tp.Reset()
			}
		}
		steps(3) // fills the arena
		arena := tp.ArenaBytes()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		const n, limit = 10, 8 << 10
		steps(n)
		runtime.ReadMemStats(&after)
		if got := (after.TotalAlloc - before.TotalAlloc) / n; got > limit {
			t.Errorf("%s: a warm step allocates %d bytes, want at most %d", method.Name, got, limit)
		}
		if got := tp.ArenaBytes(); got != arena {
			t.Errorf("%s: the arena grew from %d to %d bytes", method.Name, arena, got)
		}
	}
}
