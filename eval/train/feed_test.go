package train

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
	"frontdoor/eval/protocol"
	"frontdoor/imaging"
	"frontdoor/internal/evaltest"
	"frontdoor/internal/parallel"
	"frontdoor/method"
)

// steps returns the pixels of the steps of a training from step first on.
func steps(t *testing.T, tr *Training, first, ahead int) (pixels [][]float32, buffers int) {
	t.Helper()
	tr.step, tr.ahead = first, ahead
	f := newFeed(t.Context(), tr)
	defer f.close()
	seen := map[*float32]bool{}
	var s *stepImages
	for i := first; i < tr.Steps(); i++ {
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

// untrained is the training of a method on pictures of the world, with the
// images of PyTorch's data loader if asked for.
func untrained(t testing.TB, name string, torch bool) *Training {
	t.Helper()
	r := evaltest.Data(t)
	set := evaltest.Recipe(t, r.Model, name, method.Settings{Epochs: 3, Batch: 3, Templates: 2})
	if torch {
		set.Schedule = "epoch"
	}
	tr := trainingOf(t, r, data.Base, name, set, NewLoader(r.Model, new(data.Report)))
	if torch != (tr.torch != nil) {
		t.Fatal("the wrong data loader")
	}
	return tr
}

// trainingOf returns the training of a method on 4 images a class of the run's
// dataset.
func trainingOf(t testing.TB, d *protocol.Data, half data.Half, name string, set method.Settings, load *Loader) *Training {
	t.Helper()
	sampled := data.Subset(d.Dataset.FewShot(4, 7), half)
	l := evaltest.Learner(t, d, name, set, sampled.Classes)
	items, err := load.Readable(t.Context(), sampled.Train)
	if err != nil {
		t.Fatal(err)
	}
	return New(l, method.Find(name), set, 7, items, load)
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
		if buffers != 1 || len(want) != tr.Steps() || tr.Steps() < 6 {
			t.Fatalf("%d buffers, %d of %d steps", buffers, len(want), tr.Steps())
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

func (f failing) Open(ctx context.Context) (*imaging.Image, error) {
	if *f.read {
		return nil, errors.New("the disk is gone")
	}
	*f.read = true
	return f.Source.Open(ctx)
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
	err := tr.Run(ctx, none, func(int, float64) {
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
		if err = tr.Run(context.Background(), none, func(int, float64) {}); err == nil || !strings.Contains(err.Error(), "shape/train/") {
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
