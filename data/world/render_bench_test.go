package world

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkRender reports pictures a second on one core for each style.
func BenchmarkRender(b *testing.B) {
	for _, style := range []Style{Photo, Sketch, Rendition} {
		b.Run(fmt.Sprint(style), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			pix := make([]uint8, 3*Size*Size)
			b.ReportAllocs()
			for b.Loop() {
				Render(pix, Size, SamplePretrain(r), style)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "images/s")
		})
	}
}
