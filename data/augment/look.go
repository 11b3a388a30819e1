package augment

import "fmt"

// Look is a fixed way to look at an image, without chance: what a template
// sees when it is asked. It cuts out the central square part of the side Side,
// in (0, 1], scales it to full size, and mirrors it if Mirror is set.
type Look struct {
	Side   float32
	Mirror bool
}

// zoomed is the side of a closer look: 72% of the area.
const zoomed = 0.85

// Centre is the closer look.
var Centre = Look{Side: zoomed}

// Looks returns a way to look for each of m templates: the whole image, the
// same mirrored, its centre, the same mirrored, and again from the first.
func Looks(m int) []Look {
	looks := make([]Look, m)
	for i := range looks {
		looks[i] = Look{Side: 1, Mirror: i%2 == 1}
		if i%4 >= 2 {
			looks[i].Side = zoomed
		}
	}
	return looks
}

// Apply writes to dst what is seen of src, both tensors [3, h, w] of values in
// any range. dst and src must not overlap. It panics on other sizes.
func (l Look) Apply(dst, src []float32, h, w int) {
	checkShape("Look", dst, src, h, w)
	if !(l.Side > 0 && l.Side <= 1) {
		panic(fmt.Sprintf("augment.Look: side %v is not in (0, 1]", l.Side))
	}
	across := l.Side
	if l.Mirror {
		across = -across
	}
	sample(dst, src, h, w, axis(w, across, 0), axis(h, l.Side, 0))
}
