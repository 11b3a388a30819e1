package frontdoor

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdoor/data"
	"frontdoor/imaging"
)

// 32 goroutines with images of many sizes, some of which embed, encode texts or
// change nothing: each image has the answer, to the bit, that it has alone.
func TestManyGoroutines(t *testing.T) {
	c := opened(t)
	const kinds = 6
	var alone [kinds]Answer
	var features [kinds][]float32
	for i := range kinds {
		a, err := c.Classify(background, disc(i))
		if err != nil {
			t.Fatal(err)
		}
		f, err := c.Embed(background, disc(i))
		if err != nil {
			t.Fatal(err)
		}
		alone[i], features[i] = a[0], f[0]
	}
	var callers sync.WaitGroup
	for g := range 32 {
		callers.Go(func() {
			first, n := g%kinds, 1+g*7%3
			images := discs(first + n)[first:]
			switch {
			case g%8 == 3:
				f, err := c.Embed(background, images...)
				if err != nil || !cmp.Equal(f[0], features[first]) {
					t.Errorf("another feature in company: %v", err)
				}
			case g%8 == 5:
				if _, err := c.EmbedText(background, "a star", "a heart"); err != nil {
					t.Error(err)
				}
			default:
				answers, err := c.Classify(background, images...)
				if err != nil {
					t.Error(err)
					return
				}
				for i, a := range answers {
					if first+i < kinds && !cmp.Equal(a, alone[first+i]) {
						t.Errorf("another answer in company:\n%s", cmp.Diff(alone[first+i], a))
					}
				}
			}
		})
	}
	callers.Wait()
}

// Images that wait at the same time go through the model together.
func TestBatchesAreJoined(t *testing.T) {
	var sizes []int
	block := make(chan struct{})
	e := newEngine(4, 1, func(batch []*slot) {
		<-block
		sizes = append(sizes, len(batch))
		for _, s := range batch {
			s.call.settle(s.index, nil)
		}
	})
	defer e.close()
	send := func(n int) *call {
		q := &call{ctx: background, errs: make([]error, n), done: make(chan struct{})}
		q.left.Store(int32(n))
		for i := range n {
			s, err := e.get(background)
			if err != nil {
				t.Fatal(err)
			}
			s.call, s.index = q, i
			e.submit(s)
		}
		return q
	}
	first := send(1)
	for e.coming.Load() > 0 { // until it computes
		runtime.Gosched()
	}
	second, third := send(3), send(2)
	close(block)
	for _, q := range []*call{first, second, third} {
		<-q.done
	}
	if !cmp.Equal(sizes, []int{1, 4, 1}) {
		t.Errorf("batches of %v images, want 1, 4 and 1", sizes)
	}
}

// slow is an image that takes a while to read.
type slow struct{ begun chan struct{} }

func (s slow) Name() string { return "slow" }
func (s slow) Open(ctx context.Context) (*imaging.Image, error) {
	select {
	case s.begun <- struct{}{}:
	default:
	}
	time.Sleep(3 * time.Millisecond)
	return imaging.FromImage(disc(1))
}

// A call ends with its context, within a batch, and the classifier works on.
func TestCancel(t *testing.T) {
	c := loaded(t, WithBatch(2))
	ctx, cancel := context.WithCancel(background)
	source := slow{make(chan struct{}, 1)}
	many := make([]data.Source, 0)
	for range 2000 {
		many = append(many, source)
	}
	go func() { <-source.begun; cancel() }()
	begin := time.Now()
	_, err := c.ClassifySources(ctx, many...)
	if !errors.Is(err, context.Canceled) || time.Since(begin) > 2*time.Second {
		t.Errorf("error %v after %v", err, time.Since(begin))
	}
	if _, err := c.Classify(ctx, disc(0)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if err := c.SetClasses(ctx, "a", "b"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if _, err := c.Classify(background, disc(0)); err != nil {
		t.Error(err)
	}
}

// Close ends calls that run, and leaves no goroutine behind.
func TestClose(t *testing.T) {
	before := loaded(t)
	if _, err := before.Classify(background, discs(9)...); err != nil { // the workers of loops stay
		t.Fatal(err)
	}
	had := runtime.NumGoroutine()
	c, err := Load(background, "tiny", []string{"star", "heart"}, WithBatch(2))
	if err != nil {
		t.Fatal(err)
	}
	source := slow{make(chan struct{}, 1)}
	many := make([]data.Source, 0)
	for range 2000 {
		many = append(many, source)
	}
	ended := make(chan error)
	go func() {
		_, err := c.ClassifySources(background, many...)
		ended <- err
	}()
	<-source.begun
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Errorf("error %v", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	for name, f := range map[string]func() error{
		"Classify":   func() error { _, err := c.Classify(background, disc(0)); return err },
		"EmbedText":  func() error { _, err := c.EmbedText(background, "star"); return err },
		"SetClasses": func() error { return c.SetClasses(background, "star") },
	} {
		if err := f(); !errors.Is(err, ErrClosed) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	for deadline := time.Now().Add(2 * time.Second); runtime.NumGoroutine() > had; {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), had)
		}
		time.Sleep(time.Millisecond)
	}
}

// What a classification leaves to the collector is little beside the weights,
// and does not grow from call to call.
func TestSteadyAllocation(t *testing.T) {
	c := opened(t)
	images := discs(4)
	classify := func() {
		if _, err := c.Classify(background, images...); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		classify()
	}
	var m0, m1 runtime.MemStats
	runtime.ReadMemStats(&m0)
	const calls = 3
	for range calls {
		classify()
	}
	runtime.ReadMemStats(&m1)
	perImage := float64(m1.TotalAlloc-m0.TotalAlloc) / (calls * 4)
	t.Logf("%.0f KiB and %.0f allocations an image", perImage/1024, float64(m1.Mallocs-m0.Mallocs)/(calls*4))
	if perImage > 1<<20 { // a few hundred KiB, by how the images fall into batches
		t.Errorf("%.0f KiB are allocated for an image", perImage/1024)
	}
}
