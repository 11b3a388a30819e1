package report

import (
	"fmt"
	"math"

	"frontdoor/eval/promise"
	"frontdoor/eval/rundir"
)

// testImages is how many images a row of all classes was tested on, 0 for others.
func testImages(r rundir.Row) (n int) {
	if r.Protocol != "all" {
		return 0
	}
	for _, c := range r.PerClass {
		n += c.Support
	}
	return n
}

// exactInterval writes the two-sided 95% interval of Clopper and Pearson of an accuracy
// on n images, in percent.
func exactInterval(accuracy float64, n int) string {
	lo, hi := promise.Interval(int(math.Round(accuracy/100*float64(n))), n)
	return fmt.Sprintf("%.0f to %.0f", 100*lo, 100*hi)
}

// noise is how far two accuracies a and b on n images, in percent, may be apart by
// chance: two standard deviations of the difference, as if the images were not the
// same.
func noise(a, b float64, n int) float64 {
	a, b = a/100, b/100
	return 100 * 1.96 * math.Sqrt((a*(1-a)+b*(1-b))/float64(n))
}
