package train

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"

	"frontdoor/data"
	"frontdoor/imaging"
	"frontdoor/internal/evaltest"
)

// weighed notes how much lives on the heap when its image is opened.
type weighed struct {
	evaltest.Photo
	most *atomic.Int64
}

func (w weighed) Open(ctx context.Context) (*imaging.Image, error) {
	if w.Photo%500 == 499 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		for most := w.most.Load(); int64(m.HeapAlloc) > most && !w.most.CompareAndSwap(most, int64(m.HeapAlloc)); {
			most = w.most.Load()
		}
	}
	return w.Photo.Open(ctx)
}

// A training set that is looked through once does not stay in memory.
func TestReadableBoundsMemory(t *testing.T) {
	const n = 2000
	load := testFeed(t, 0, 1).load
	load.size, load.model.Config.Vision.Image = 64, 64
	load.KeepNoImages() // what is cached is bounded by itself
	var most atomic.Int64
	items := make([]data.Item, n)
	for i := range items {
		items[i].Source = weighed{evaltest.Photo(i), &most}
	}
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	if good, err := load.Readable(t.Context(), items); err != nil || len(good) != n {
		t.Errorf("%d of %d images can be read, error %v", len(good), n, err)
	}
	image := int64(4 * 3 * 64 * 64)
	if grown := most.Load() - int64(before.HeapAlloc); grown > n/4*image {
		t.Errorf("the heap grew by %d MiB, %d images of %d KiB", grown>>20, n, image>>10)
	}
}
