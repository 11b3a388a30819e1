// Command trust measures what a promise is worth, for docs/trust.md: on the
// synthetic world, or on images of one's own, it draws the images that calibrate
// 200 times, and counts how often the risk on all other images is what was
// promised, and how much is answered. Beside it stand conformal prediction (APS,
// RAPS) and thresholds of the probability without a bound; then the smallest risk
// that few images can promise, and what tells images of other classes. Features
// are computed once.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"

	"frontdoor/internal/term"
)

// job is what is measured.
type job struct {
	dataset, data, method string
	shots, images         int
	calibrate, splits     int
	few                   []int
}

func main() {
	var j job
	var few string
	flag.StringVar(&j.dataset, "dataset", "texshape", "task of the world, or a dataset below -data")
	flag.StringVar(&j.data, "data", "", "where the images of a dataset are")
	flag.StringVar(&j.method, "method", "cdc", "method")
	flag.IntVar(&j.shots, "shots", 16, "training images of each class")
	flag.IntVar(&j.images, "images", 600, "images of each class of the world, calibration and test together")
	flag.IntVar(&j.calibrate, "calibrate", 600, "images that calibrate")
	flag.StringVar(&few, "few", "20,50,100,200", "numbers of images for the smallest risk")
	flag.IntVar(&j.splits, "splits", 200, "random splits")
	folds := flag.Int("folds", 0, "measure promises of folds instead, of so many draws of the training images")
	flag.Parse()
	for part := range strings.SplitSeq(few, ",") {
		n, err := strconv.Atoi(part)
		if err != nil {
			fail(fmt.Errorf("-few %q: want numbers such as 20,50", few))
		}
		j.few = append(j.few, n)
	}
	ctx := context.Background()
	err := error(nil)
	if *folds > 0 {
		err = j.folds(ctx, *folds)
	} else {
		err = j.measure(ctx)
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "trust:", err)
	os.Exit(1)
}

// risks are those that are promised.
var risks = []float64{0.1, 0.2}

func (j job) measure(ctx context.Context) error {
	s, err := j.answers(ctx)
	if err != nil {
		return err
	}
	if len(s.known) <= j.calibrate {
		return fmt.Errorf("%d images are not enough to calibrate with %d and to test with others", len(s.known), j.calibrate)
	}
	fmt.Printf("%s on %s: %d images of the %d classes, %.1f%% right; %d strangers; %d of the images calibrate, %d splits\n\n",
		j.method, j.dataset, len(s.known), len(s.known[0].prob), 100*s.accuracy(), len(s.strange), j.calibrate, j.splits)
	t := term.Table{Header: []string{"risk", "rule", "risk kept in", "mean risk", "coverage", "of the best in hindsight"},
		Align: []term.Align{term.Right, term.Left, term.Right, term.Right, term.Right, term.Right}}
	for _, risk := range risks {
		for _, r := range rules {
			t.Rows = append(t.Rows, j.row(s.known, risk, r))
		}
	}
	fmt.Println(t.String())
	fmt.Println(j.both(s).String())
	fmt.Println(j.smallest(s.known).String())
	fmt.Println(j.signals(s).String())
	return nil
}

// percent writes a share.
func percent(x float64) string { return fmt.Sprintf("%.1f%%", 100*x) }
