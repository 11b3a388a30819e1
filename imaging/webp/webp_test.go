package webp

import "testing"

func TestStudioRange(t *testing.T) {
	for _, c := range []struct{ y, want uint8 }{{16, 0}, {235, 255}, {126, 128}} {
		r, g, b := rgb(c.y, 128, 128)
		for _, v := range []uint8{r, g, b} {
			if d := int(v) - int(c.want); d < -1 || d > 1 {
				t.Errorf("luma %d gives %d %d %d, want %d", c.y, r, g, b, c.want)
			}
		}
	}
}
