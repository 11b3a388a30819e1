package clip

import (
	"fmt"
	"math"

	"frontdoor/imaging"
)

// OpenCLIP loads weights into a model of another resolution or another length
// of texts, and resizes the tables of positions for it: those of the patches as
// a picture, bicubic with antialiasing, the class token's row kept; those of the
// words linearly. Source: open_clip 3.3, model.py, resize_pos_embed and
// resize_text_pos_embed.

const (
	imagePositions = "visual.positional_embedding"
	textPositions  = "positional_embedding"
)

// positionsLimit is how many numbers a resized table may have: forty times what
// ViT-bigG/14 has at 336 pixels.
const positionsLimit = 1 << 26

// resize notes that tables of positions become those of the sizes that are
// described.
func (c *checkpoint) resize(d description, out *Config) error {
	if !d.resizes {
		return nil
	}
	grid := d.image / out.Vision.Patch
	if grid != 0 && grid != out.Vision.Grid() {
		c.notes = append(c.notes, fmt.Sprintf("the positions of patches are resized from a grid of %d x %d to one of %d x %d, as %s asks",
			out.Vision.Grid(), out.Vision.Grid(), grid, grid, d.source))
		out.Vision.Image = d.image
		c.rows[imagePositions] = 1 + grid*grid
	}
	if d.context != 0 && out.Text.Context != 0 && d.context != out.Text.Context {
		c.notes = append(c.notes, fmt.Sprintf("the positions of a text are resized from %d to %d, as %s asks", out.Text.Context, d.context, d.source))
		out.Text.Context = d.context
		c.rows[textPositions] = d.context
	}
	for name, rows := range c.rows {
		if float64(rows)*float64(max(out.Vision.Width, out.Text.Width)) > positionsLimit {
			return fmt.Errorf("%s asks for %q with %d rows, which is more than is resized", d.source, name, rows)
		}
	}
	return nil
}

// resized returns a table of positions [n, D] with other rows.
func resized(name string, x []float32, rows, width int) []float32 {
	if name == textPositions {
		return along(x, 1, width, rows, linearWeights)
	}
	class, grid := x[:width], x[width:]
	from := int(math.Sqrt(float64(len(grid) / width)))
	to := int(math.Sqrt(float64(rows - 1)))
	grid = along(grid, from, width, to, imaging.Bicubic.Weights)
	return append(append(make([]float32, 0, rows*width), class...), along(grid, 1, to*width, to, imaging.Bicubic.Weights)...)
}

// along resizes the middle axis of x [outer, n, inner] to the length to.
func along(x []float32, outer, inner, to int, weights func(in, out, i int) (lo int, w []float64)) []float32 {
	n := len(x) / (outer * inner)
	out := make([]float32, 0, outer*to*inner)
	sum := make([]float64, inner)
	for o := range outer {
		for i := range to {
			clear(sum)
			lo, w := weights(n, to, i)
			for j, k := range w {
				row := x[(o*n+lo+j)*inner:][:inner]
				for d, v := range row {
					sum[d] += float64(k * float64(v))
				}
			}
			for _, v := range sum {
				out = append(out, float32(v))
			}
		}
	}
	return out
}

// linearWeights interpolate between the two inputs beside an output, without
// antialiasing (torch's mode "linear", align_corners false).
func linearWeights(in, out, i int) (lo int, w []float64) {
	at := max(0, (float64(i)+0.5)*float64(in)/float64(out)-0.5)
	lo = int(at)
	if lo >= in-1 {
		return in - 1, []float64{1}
	}
	return lo, []float64{1 - (at - float64(lo)), at - float64(lo)}
}
