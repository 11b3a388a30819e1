package report

import (
	"math"
	"strconv"

	"frontdoor/eval"
	"frontdoor/internal/term"
)

// CostTable returns what each method costs, as measured in the run itself: how
// many numbers it trains, the seconds of a training step, how many
// preprocessed images it classifies in a second, and the greatest memory of
// the process while it was trained and tested. Seeds (and datasets) of a
// method are averaged, of memory the greatest counts.
func CostTable(rows []eval.Row) term.Table {
	t := term.Table{
		Header: []string{"method", "trained", "step ms", "images/s", "peak"},
		Align:  []term.Align{term.Left, term.Right, term.Right, term.Right, term.Right},
	}
	var methods []string
	for _, r := range rows {
		methods = appendNew(methods, r.Method)
	}
	for _, m := range methods {
		var step, speed []float64
		var peak int64
		params := 0
		for _, r := range rows {
			if r.Method != m {
				continue
			}
			if r.StepSeconds != nil {
				step = append(step, 1000**r.StepSeconds)
			}
			if r.ImagesPerSec != nil {
				speed = append(speed, *r.ImagesPerSec)
			}
			peak, params = max(peak, r.PeakBytes), max(params, r.Params)
		}
		memory := "-"
		if peak > 0 {
			memory = term.Bytes(peak)
		}
		t.Rows = append(t.Rows, []string{m, strconv.Itoa(params), known(eval.Mean(step), 1), known(eval.Mean(speed), 0), memory})
	}
	return t
}

// known writes v with so many decimals, and a dash if it is no number.
func known(v float64, digits int) string {
	if math.IsInf(v, 0) {
		v = math.NaN()
	}
	return decimal(v, digits)
}
