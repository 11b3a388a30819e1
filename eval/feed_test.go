package eval

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/data"
	"frontdoor/imaging"
	"frontdoor/internal/parallel"
	"frontdoor/internal/term"
)

// steps returns the pixels of the steps of a training from step first on.
func steps(t *testing.T, tr *training, first, ahead int) (pixels [][]float32, buffers int) {
	t.Helper()
	tr.step, tr.ahead = first, ahead
	f := newFeed(tr)
	defer f.close()
	seen := map[*float32]bool{}
	var s *stepImages
	for i := first; i < tr.total(); i++ {
		var err error
		if s, err = f.take(s); err != nil {
			t.Fatal(err)
		}
		if s.step != i || f.next > i+1+ahead {
			t.Fatalf("step %d where %d is due, %d planned, %d ahead allowed", s.step, i, f.next, ahead)
		}
		seen[&s.pixels[0]] = true
		pixels = append(pixels, slices.Clone(s.pixels))
	}
	return pixels, len(seen)
}

// untrained is a cell of a method on pictures of the world, with the images of
// PyTorch's data loader if asked for.
func untrained(t *testing.T, method string, torch bool) *training {
	t.Helper()
	r := smallRun(t, start(t, t.TempDir()+"/run"), term.Silent{})
	set := RecipeFor(r.Model, method, "base2new", 4, Settings{Epochs: 3, Batch: 3, Templates: 2})
	if torch {
		set.Schedule = "epoch"
	}
	c, err := newCell(context.Background(), r.Model, r.Dataset, data.Base, method, set, 4, 7, newLoader(r.Model, new(data.Report)))
	if err != nil {
		t.Fatal(err)
	}
	if torch != (c.torch != nil) {
		t.Fatal("the wrong data loader")
	}
	return c.training
}

// The pixels of every step are the same however many batches are prepared ahead,
// by however many threads, from the beginning or from a resumed step; and no
// more batches are kept than allowed.
func TestFeedDoesNotShow(t *testing.T) {
	t.Cleanup(func() { parallel.SetThreads(0) })
	for _, c := range []struct {
		method string
		torch  bool
	}{{"cdc", false}, {"maple", true}} {
		tr := untrained(t, c.method, c.torch)
		parallel.SetThreads(1)
		want, buffers := steps(t, tr, 0, 0)
		if buffers != 1 || len(want) != tr.total() || tr.total() < 6 {
			t.Fatalf("%d buffers, %d of %d steps", buffers, len(want), tr.total())
		}
		for _, threads := range []int{1, 3} {
			parallel.SetThreads(threads)
			for _, ahead := range []int{1, 2, 5, 100} {
				for _, first := range []int{0, 3} {
					got, buffers := steps(t, untrained(t, c.method, c.torch), first, ahead)
					if buffers > ahead+1 {
						t.Errorf("%s: %d buffers, %d batches ahead", c.method, buffers, ahead)
					}
					for i := range got {
						if !slices.Equal(got[i], want[first+i]) {
							t.Errorf("%s, %d threads, %d ahead, from step %d: step %d differs", c.method, threads, ahead, first, first+i)
						}
					}
				}
			}
		}
	}
}

// failing is an image that cannot be read any more after it has been read once.
type failing struct {
	data.Source
	read *bool
}

func (f failing) Open() (*imaging.Image, error) {
	if *f.read {
		return nil, errors.New("the disk is gone")
	}
	*f.read = true
	return f.Source.Open()
}

// However a training ends, no goroutine is left, and an image that cannot be
// read is named.
func TestFeedEnds(t *testing.T) {
	parallel.For(64, 1, func(int, int) {}) // its workers stay
	before := runtime.NumGoroutine()
	none := func() error { return nil }
	tr := untrained(t, "maple", false)
	ctx, cancel := context.WithCancel(context.Background())
	taken := 0
	err := tr.run(ctx, none, func(int, float64) {
		if taken++; taken == 2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || taken != 2 {
		t.Errorf("cancelled after step %d: %v", taken, err)
	}
	for _, torch := range []bool{false, true} {
		tr = untrained(t, "maple", torch)
		for i := range tr.items {
			tr.items[i].Source = failing{tr.items[i].Source, new(bool)}
		}
		if err = tr.run(context.Background(), none, func(int, float64) {}); err == nil || !strings.Contains(err.Error(), "shape/train/") {
			t.Errorf("an unreadable image: error %v", err)
		}
	}
	for wait := 0; runtime.NumGoroutine() > before; wait++ {
		if wait == 3000 {
			buf := make([]byte, 1<<16)
			t.Fatal(fmt.Sprintf("%d goroutines, there were %d:\n", runtime.NumGoroutine(), before), string(buf[:runtime.Stack(buf, true)]))
		}
		time.Sleep(10 * time.Millisecond)
	}
}
