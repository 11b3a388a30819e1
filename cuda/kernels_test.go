package cuda_test

import (
	"fmt"
	"testing"

	"frontdoor/cuda"
	"frontdoor/internal/cudatest"
)

// Each kernel against its specification, over sizes with and without rests.

func TestRows(t *testing.T) {
	checks := map[string]func(r *rig, rows, cols int) error{
		"gather": checkGather, "scatter": checkScatter, "add_rows": checkAddRows, "elements": checkElements,
		"sgd": checkSGD, "act_grad": checkActGrad, "sums": checkSums, "layernorm": checkLayerNorm, "split": checkSplit,
	}
	sizes := [][2]int{{1, 1}, {3, 31}, {4, 32}, {9, 33}, {21, 100}, {5, 257}, {300, 8}}
	for name, check := range checks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, s := range sizes {
				r := newRig(t, uint64(i))
				if err := check(r, s[0], s[1]); err != nil {
					t.Errorf("%v: %v", s, err)
				}
				r.close()
			}
		})
	}
}

func TestProductOfFloats(t *testing.T) {
	t.Parallel()
	for i, s := range [][3]int{{1, 1, 1}, {64, 64, 16}, {65, 63, 17}, {3, 70, 40}} {
		r := newRig(t, uint64(i), func(d *cudatest.Driver) { d.Major, d.Minor = 7, 5 })
		if err := checkFloats(r, s[0], s[1], s[2]); err != nil {
			t.Errorf("%v: %v", s, err)
		}
		r.close()
	}
}

func TestProductOfHalves(t *testing.T) {
	for _, tile := range cuda.Tiles {
		for terms := 2; terms <= 3; terms++ {
			t.Run(fmt.Sprintf("%v x%d", tile, terms), func(t *testing.T) {
				t.Parallel()
				m, n, _ := cuda.TileSize(tile)
				for i, s := range [][3]int{{1, 2, 3}, {33, 34, 40}, {m + 2, n + 1, 150}} {
					r := newRig(t, uint64(i), func(d *cudatest.Driver) { d.Major = 8 + i%2 })
					if err := checkHalves(tile, terms)(r, s[0], s[1], s[2]); err != nil {
						t.Errorf("%v: %v", s, err)
					}
					r.close()
				}
			})
		}
	}
}

func TestAttention(t *testing.T) {
	for _, c := range []struct{ heads, dh, size int }{{2, 32, 40}, {1, 20, 7}, {2, 64, 33}, {1, 72, 35}, {1, 128, 18}} {
		t.Run(fmt.Sprintf("%d heads of %d, %d rows", c.heads, c.dh, c.size), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, uint64(c.dh))
			defer r.close()
			if err := checkAttention(c.heads, c.dh, c.size)(r); err != nil {
				t.Error(err)
			}
		})
	}
}
