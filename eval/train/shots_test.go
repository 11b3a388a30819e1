package train

import (
	"context"
	"os"
	"slices"
	"testing"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/augment"
	"frontdoor/internal/evaltest"
	"frontdoor/internal/parallel"
	"frontdoor/prompt"
)

// A crop follows from the content of the image and its number: not from its name,
// its place among the others, the batch, the threads or how many are drawn.
func TestCropsFollowFromTheImage(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	read := func(order []evaltest.Photo, draws, batch, threads int) prompt.Shots {
		before := parallel.Threads()
		defer parallel.SetThreads(before)
		parallel.SetThreads(threads)
		load := NewLoader(m, new(data.Report))
		load.SetBatch(batch)
		s, kept, err := load.Shots(context.Background(), augment.Crop(0.5), draws, evaltest.Files(t, order...), nil)
		if err != nil || len(kept) != len(order) || len(s.Views) != draws {
			t.Fatal(kept, err)
		}
		return s
	}
	want := read([]evaltest.Photo{0, 1, 2, 3}, 3, 64, 1)
	if slices.Equal(want.Views[0].Row(1), want.Views[1].Row(1)) {
		t.Error("two crops of an image are the same")
	}
	order := []evaltest.Photo{2, 0, 3, 1}
	got := read(order, 2, 3, 3)
	for r, x := range got.Views {
		for at, i := range order {
			if !slices.Equal(x.Row(at), want.Views[r].Row(int(i))) {
				t.Errorf("crop %d of image %d differs", r, i)
			}
		}
	}
}

// An image that cannot be read is reported, and its crops are left out.
func TestUnreadableShots(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	items := evaltest.Files(t, 0, 1, 2)
	if err := os.WriteFile(items[1].Name(), []byte("no image"), 0o644); err != nil {
		t.Fatal(err)
	}
	report := new(data.Report)
	s, kept, err := NewLoader(m, report).Shots(context.Background(), augment.Crop(0.5), 2, items, items)
	if err != nil || len(kept) != 2 || !slices.Equal(s.Labels, []int{0, 0}) || s.Val.Rows() != 2 || len(report.Problems()) == 0 {
		t.Errorf("kept %v, labels %v, error %v", kept, s.Labels, err)
	}
}
