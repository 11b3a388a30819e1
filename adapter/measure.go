package adapter

import (
	"context"
	"math/rand/v2"
	"time"

	"frontdoor/autograd"
	"frontdoor/nn"
	"frontdoor/prompt"
)

// Bounds of what is measured instead of a whole fit: as many images, in two views,
// and validation images, and for so long.
const (
	mostImages = 1024
	mostVal    = 256
	measureFor = 50 * time.Millisecond
)

// FitSeconds measures how long Fit will take: a few steps on made-up features, of as
// many images as can be had quickly, and counts the rest in proportion.
func (l *Learner) FitSeconds(classes int, s prompt.ShotSize) (float64, error) {
	if l.kind == nil {
		return 0, errZero
	}
	small := prompt.ShotSize{Images: min(s.Images, max(classes, mostImages)), Draws: min(s.Draws, 2), Val: min(s.Val, mostVal)}
	t := l.madeUp(classes, small)
	seconds, err := measure(l.kind, t)
	if err != nil {
		return 0, err
	}
	return seconds * l.cost(classes, s).work() / l.cost(classes, small).work(), nil
}

// madeUp is a task of random features.
func (l *Learner) madeUp(classes int, s prompt.ShotSize) *Task {
	r := rand.New(rand.NewPCG(1, 1))
	c := l.model.Config
	random := func(n, width int) *autograd.Tensor {
		x := autograd.Zeros(n, width)
		nn.Normal(x.Data, 1, r)
		return x
	}
	labels := func(n int) []int {
		all := make([]int, n)
		for i := range all {
			all[i] = i % classes
		}
		return all
	}
	width := c.Embed
	t := &Task{Labels: labels(s.Images), Text: random(classes, width), Scale: 100}
	if l.kind.Wide() {
		width = c.Vision.Width
		t.Proj = l.model.Vision.Proj
	}
	for range s.Draws {
		t.Views = append(t.Views, random(s.Images, width))
	}
	if s.Val > 0 {
		t.Val, t.ValLabels = random(s.Val, width), labels(s.Val)
	}
	return t
}

// measure returns about how many seconds a kind of head takes to be fitted to a
// task.
func measure(kind Kind, t *Task) (seconds float64, err error) {
	if k, ok := kind.(gradual); ok {
		seconds, err = measureSteps(k, t)
	} else if _, ok := kind.(TipOptions); !ok { // whose search is all
		seconds = mean(func() {
			if _, e := kind.Fit(context.Background(), t, 1); e != nil {
				err = e
			}
		})
	}
	switch o := kind.(type) {
	case TipOptions:
		return measureSearch(t, o.Grid), nil
	case TipFOptions:
		return seconds + measureSearch(t, o.Grid), err
	}
	return seconds, err
}

// measureSteps is measure without what comes after the last step.
func measureSteps(kind gradual, t *Task) (float64, error) {
	begin := time.Now()
	h, err := kind.start(t, 1)
	if err != nil {
		return 0, err
	}
	before := time.Since(begin).Seconds()
	s := &Session{head: h, tape: autograd.NewTape()}
	if _, err = s.Step(); err != nil || s.Done() { // the first one fills the arena
		return time.Since(begin).Seconds(), err
	}
	step := mean(func() {
		s.step = 0 // over and over, so that it does not end
		if _, e := s.Step(); e != nil {
			err = e
		}
	})
	return before + step*float64(h.Steps()), err
}

// measureSearch is how long the choice of Tip-Adapter's constants takes.
func measureSearch(t *Task, g TipGrid) float64 {
	if t.Val == nil {
		return 0
	}
	const betas = 4
	text, keys := Unit(t.Text), tipKeys(t.Views)
	once := mean(func() { searchTip(t, text, keys, g, 1) })
	more := mean(func() { searchTip(t, text, keys, g, 1+betas) })
	return once + max(0, more-once)*(tipBetas-1)/betas
}

// mean returns the mean seconds of some work, done as often as there is time, without
// the longest time: a pause of the machine does not count.
func mean(work func()) float64 {
	n, longest, begin := 0, 0.0, time.Now()
	for ; n < 4 || time.Since(begin) < measureFor; n++ {
		from := time.Now()
		work()
		longest = max(longest, time.Since(from).Seconds())
	}
	return (time.Since(begin).Seconds() - longest) / float64(n-1)
}
