package augment

import "fmt"

// TestView is a fixed change of an image before it is classified, without
// random numbers: the central square part of side Side, in (0, 1], scaled to
// full size, and mirrored if Mirror is set.
type TestView struct {
	Side   float32
	Mirror bool
}

// centreSide is the side of Centre: 72% of the area.
const centreSide = 0.85

// Centre is the central part of an image.
var Centre = TestView{Side: centreSide}

// TestViews returns a test-time view for each of m templates: the whole image,
// the same mirrored, its centre, the same mirrored, and again from the first. Below
// one template there is none.
func TestViews(m int) []TestView {
	views := make([]TestView, max(0, m))
	for i := range views {
		views[i] = TestView{Side: 1, Mirror: i%2 == 1}
		if i%4 >= 2 {
			views[i].Side = centreSide
		}
	}
	return views
}

// Apply writes the view of src to dst, both tensors [3, h, w] of values in
// any range. dst and src must not overlap. It panics on other sizes.
func (v TestView) Apply(dst, src []float32, h, w int) {
	checkShape("TestView", dst, src, h, w)
	if !(v.Side > 0 && v.Side <= 1) {
		panic(fmt.Sprintf("augment.TestView: side %v is not in (0, 1]", v.Side))
	}
	across := v.Side
	if v.Mirror {
		across = -across
	}
	sample(dst, src, h, w, axis(w, across, 0), axis(h, v.Side, 0))
}
