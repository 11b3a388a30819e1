package frontdoor

import (
	"fmt"
	"testing"
)

// BenchmarkClassify measures what a caller sees: images a second through the whole
// of Classify, preprocessing included, with so many images in a call and in a
// batch, and what a call allocates once buffers are warm.
func BenchmarkClassify(b *testing.B) {
	for _, n := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("images=%d", n), func(b *testing.B) {
			c := loaded(b, WithBatch(n))
			images := discs(n)
			classify := func() {
				if _, err := c.Classify(background, images...); err != nil {
					b.Fatal(err)
				}
			}
			classify() // which warms the buffers
			b.ReportAllocs()
			for b.Loop() {
				classify()
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "images/s")
		})
	}
}
