package method

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"frontdoor/adapter"
	"frontdoor/autograd"
	"frontdoor/cdc"
	"frontdoor/clip"
	"frontdoor/prompt"
)

// panicOf is what f panics with; nil if it does not.
func panicOf(f func()) (p any) {
	defer func() { p = recover() }()
	f()
	return nil
}

// saysFirst says whether a panic names what has to be called first.
func saysFirst(p any, want string) bool {
	text := fmt.Sprint(p)
	return strings.Contains(text, want) && !strings.Contains(text, "runtime error")
}

// A learner that is asked before its classes are known says what comes first, and
// none takes a choice among nothing.
func TestLearnersBeforeTheirClasses(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	side := m.Config.Vision.Image
	for _, how := range All {
		l, err := how.New(m, "a photo of a {}.", how.Small, 1)
		if err != nil {
			t.Fatal(err)
		}
		f := prompt.Features{Frozen: autograd.Zeros(1, m.Config.Embed), Pooled: autograd.Zeros(1, m.Config.Vision.Width)}
		if _, tuned := l.Reads(); tuned {
			f.Tuned = l.Encode(autograd.Zeros(1, 3, side, side))
		}
		if p := panicOf(func() { l.Classify(f) }); !saysFirst(p, "SetClasses") {
			t.Errorf("%s: Classify before SetClasses: panic %v", how.Name, p)
		}
		if how.Trained() && how.Trains != Views {
			images := autograd.Zeros(len(l.Views()), 3, side, side)
			if p := panicOf(func() { l.Loss(autograd.NewTape(), prompt.Batch{Images: images, Labels: []int{0}}) }); !saysFirst(p, "SetClasses") {
				t.Errorf("%s: Loss before SetClasses: panic %v", how.Name, p)
			}
		}
		if head, ok := l.(prompt.Fitted); ok {
			for call, err := range map[string]error{"Fit": head.Fit(context.Background(), prompt.Shots{}), "Restore": head.Restore(nil)} {
				if err == nil || !strings.Contains(err.Error(), "call TrainedOn before "+call) {
					t.Errorf("%s: %s before TrainedOn: error %v", how.Name, call, err)
				}
			}
		}
		if err := l.SetClasses(nil); err == nil || !strings.Contains(err.Error(), "no classes") {
			t.Errorf("%s: SetClasses without names: error %v", how.Name, err)
		}
	}
}

// The zero values of learners say who makes one that can be used.
func TestZeroLearners(t *testing.T) {
	names := []string{"a", "b"}
	for _, l := range []interface{ SetClasses(names []string) error }{
		new(adapter.Learner), new(cdc.Learner), new(prompt.CoOp), new(prompt.Independent), new(prompt.Ensemble), new(prompt.Multi), new(prompt.ZeroShot),
	} {
		if err := l.SetClasses(names); err == nil || !strings.Contains(err.Error(), "no ") {
			t.Errorf("%T: error %v", l, err)
		}
	}
	var head adapter.Learner
	if _, err := head.FitSeconds(2, prompt.ShotSize{}); err == nil || !strings.Contains(err.Error(), "NewLearner") {
		t.Errorf("error %v", err)
	}
	for what, f := range map[string]func(){
		"NewLearner":  func() { head.Reads() },
		"Fit":         func() { new(adapter.TaskRes).Logits(nil, autograd.Zeros(1, 2)) },
		"Recipe":      func() { Settings{}.Steps(8) },
		"templates":   func() { new(cdc.Learner).Encode(autograd.Zeros(1, 3, 48, 48)) },
		"is nil":      func() { (*autograd.Tape)(nil).Scale(nil, 2) },
		"zero Tensor": func() { (*autograd.Tape)(nil).MatMulT(new(autograd.Tensor), autograd.Zeros(1, 2)) },
	} {
		if p := panicOf(f); !saysFirst(p, what) {
			t.Errorf("panic %v, want one with %q", p, what)
		}
	}
}
