package report

import (
	"strings"
	"testing"

	"frontdoor/eval/rundir"
)

// On ten images 8 right ones are not known to be more than 6; on a thousand they
// are.
func TestSmallTestSetsSaySo(t *testing.T) {
	for n, star := range map[int]bool{10: false, 1000: true} {
		row := func(method string, accuracy float64) rundir.Row {
			return rundir.Row{Method: method, Dataset: "photos", Protocol: "all", Seed: 1, Accuracy: rundir.Value(accuracy),
				ECE: rundir.Value(accuracy / 1000), PerClass: []rundir.ClassRow{{Class: "a", Support: n / 2}, {Class: "b", Support: n - n/2}}}
		}
		table := Summary([]rundir.Row{row("coop", 80), row("maple", 60)})
		text := table.String()
		if strings.Contains(text, "80.0*") != star || strings.Contains(text, "0.060*") || !strings.Contains(text, "95% interval") {
			t.Errorf("of %d images:\n%s", n, text)
		}
		if n == 10 && !strings.Contains(text, "44 to 97") { // Clopper and Pearson's own example
			t.Errorf("no interval of 8 in 10:\n%s", text)
		}
	}
}
