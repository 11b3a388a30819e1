package vit

import (
	"strings"
	"testing"

	"frontdoor/autograd"
)

// Images of another shape than the tower's panic in words: of a larger one the
// tower would read a part.
func TestImagesOfAnotherShape(t *testing.T) {
	c := Config{Image: 4, Patch: 2, Width: 4, Layers: 1, Heads: 1}
	e := &Encoder{Config: c}
	for _, shape := range [][]int{{3}, {1, 3, 4}, {1, 4, 4, 4}, {1, 3, 8, 8}, {1, 3, 4, 8}} {
		func() {
			defer func() {
				if p, _ := recover().(string); !strings.Contains(p, "want [B, 3, 4, 4]") {
					t.Errorf("%v: panic %q", shape, p)
				}
			}()
			e.Encode(nil, autograd.Zeros(shape...), NewBatch(c, []int{1}, 0), nil)
		}()
	}
	defer func() {
		if p, _ := recover().(string); !strings.Contains(p, "patches of 0") {
			t.Errorf("panic %q", p)
		}
	}()
	Config{}.Tokens()
}
