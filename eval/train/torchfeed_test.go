package train

import (
	"context"
	"slices"
	"testing"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/augment"
	"frontdoor/imaging"
	"frontdoor/internal/evaltest"
	"frontdoor/internal/torchorder"
	"frontdoor/method"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// imagesOf returns batch at of an epoch.
func imagesOf(f *torchFeed, order []int, epoch, at int) ([]float32, error) {
	s := f.load.size
	out := make([]float32, len(f.of(order, at))*3*s*s) // [n, 3, S, S]
	return out, f.images(context.Background(), out, order, epoch, at)
}

func testFeed(t *testing.T, n, batch int) *torchFeed {
	t.Helper()
	m := &clip.Model{Config: clip.Config{
		Embed:  16,
		Vision: vit.Config{Image: 16, Patch: 8, Width: 16, Layers: 1, Heads: 1},
		Text:   textenc.Config{Context: 8, Vocab: 600, Width: 16, Layers: 1, Heads: 1},
	}}
	var items []data.Item
	for i := range n {
		items = append(items, data.Item{Source: evaltest.Photo(i)})
	}
	return &torchFeed{
		load: NewLoader(m, new(data.Report)), items: items, set: method.Settings{Batch: batch}, crop: augment.DefaultCrop,
		order: torchorder.New(3, 1234), epoch: -1,
	}
}

// Batch b comes from worker b mod 8, whose generator goes through the images
// of its batches in order; rectangle and flip are drawn as torchvision does.
func TestTorchFeedIsTorchsLoader(t *testing.T) {
	const n, batch = 41, 4 // ten batches and one image that is dropped
	f := testFeed(t, n, batch)
	for epoch := range 2 {
		e := torchorder.New(3, 1234).Epoch(epoch)
		order := f.perm(epoch)
		if !slices.Equal(order, e.Perm(n)) {
			t.Fatal("the order is not the sampler's")
		}
		for w := range torchorder.Workers { // worker by worker, as they would run
			rng := e.Worker(w)
			for b := w; b < n/batch; b += torchorder.Workers {
				got, err := imagesOf(testFeed(t, n, batch), order, epoch, b)
				if err != nil {
					t.Fatal(err)
				}
				for i, item := range order[b*batch : (b+1)*batch] {
					im, _ := evaltest.Photo(item).Open(t.Context())
					want := make([]float32, 3*16*16)
					augment.DefaultCrop.Image(im, 16, rng).CHW(want, imaging.Mean, imaging.Std)
					if !slices.Equal(got[i*len(want):(i+1)*len(want)], want) {
						t.Errorf("epoch %d, batch %d, image %d differs", epoch, b, i)
					}
				}
			}
		}
	}
}

// In turn, or from the middle of an epoch: the same images.
func TestTorchFeedResumes(t *testing.T) {
	const n, batch = 41, 4
	whole := testFeed(t, n, batch)
	for epoch := range 2 {
		order := whole.perm(epoch)
		for at := range n / batch {
			want, err := imagesOf(whole, order, epoch, at)
			if err != nil {
				t.Fatal(err)
			}
			if at%3 != 1 {
				continue
			}
			got, err := imagesOf(testFeed(t, n, batch), order, epoch, at)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Errorf("epoch %d, batch %d differs after resuming", epoch, at)
			}
		}
	}
}
