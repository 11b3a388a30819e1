package augment

import (
	"math"
	"testing"
)

func TestTestView(t *testing.T) {
	const n = 4
	src, dst := make([]float32, 3*n*n), make([]float32, 3*n*n)
	for i := range src {
		src[i] = float32(i%n) - 1 // the column, in values beyond 0..1
	}
	for _, c := range []struct {
		view TestView
		want [n]float32
	}{
		{TestView{Side: 1}, [n]float32{-1, 0, 1, 2}},
		{TestView{Side: 1, Mirror: true}, [n]float32{2, 1, 0, -1}},
		{TestView{Side: 0.5}, [n]float32{-0.25, 0.25, 0.75, 1.25}},
		{TestView{Side: 0.5, Mirror: true}, [n]float32{1.25, 0.75, 0.25, -0.25}},
	} {
		c.view.Apply(dst, src, n, n)
		for i, v := range dst {
			if math.Abs(float64(v-c.want[i%n])) > 1e-6 {
				t.Fatalf("%+v: row %v, want %v", c.view, dst[:n], c.want)
			}
		}
	}
}

func TestLooksDiffer(t *testing.T) {
	views := TestViews(5)
	seen := map[TestView]bool{}
	for _, l := range views[:4] {
		seen[l] = true
	}
	if len(seen) != 4 || views[4] != views[0] || views[0] != (TestView{Side: 1}) {
		t.Errorf("views %+v", views)
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic for a side of 0")
		}
	}()
	TestView{}.Apply(make([]float32, 3), make([]float32, 3), 1, 1)
}
