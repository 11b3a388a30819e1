package budget

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestWithin(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	want := errors.New("damaged")
	if v, err := Within(ctx, func() (int, error) { return 3, want }, nil); v != 3 || err != want {
		t.Errorf("%d, error %v", v, err)
	}
	if v, err := Within(ctx, func() (int, error) { return 3, nil }, func(int) { t.Error("dropped") }); v != 3 || err != nil {
		t.Errorf("%d, error %v", v, err)
	}
	func() {
		defer func() {
			if p := recover(); p != "no more" {
				t.Errorf("panic %v", p)
			}
		}()
		Within(ctx, func() (int, error) { panic("no more") }, nil)
	}()
	// A reader that is still busy does not hold up who waits, and what it makes is
	// not lost.
	busy, dropped := make(chan bool), make(chan int)
	go cancel()
	v, err := Within(ctx, func() (int, error) { <-busy; return 3, nil }, func(v int) { dropped <- v })
	if v != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d, error %v", v, err)
	}
	close(busy)
	select {
	case v := <-dropped:
		if v != 3 {
			t.Errorf("dropped %d", v)
		}
	case <-time.After(time.Minute):
		t.Error("what was read is lost")
	}
}
