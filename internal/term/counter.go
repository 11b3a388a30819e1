package term

import (
	"io"
	"time"
)

// Counter shows on w the progress of a job that begins now and whose length is
// known only with its first units: step is told how many of how many are done, and
// end ends the display.
func Counter(w io.Writer, label string) (step func(done, total int), end func()) {
	var p *Progress
	shown, start := 0, time.Now()
	step = func(done, total int) {
		if p == nil {
			p = NewProgress(w, total, label)
			p.start = start
		}
		p.Add(done - shown)
		shown = done
	}
	return step, func() { p.Done() }
}
