package term

import "io"

// Counter shows on w the progress of a job whose length is known only once it
// has begun: step is told how many units of how many are done, and end ends
// the display.
func Counter(w io.Writer, label string) (step func(done, total int), end func()) {
	var p *Progress
	shown := 0
	step = func(done, total int) {
		if p == nil {
			p = NewProgress(w, total, label)
		}
		p.Add(done - shown)
		shown = done
	}
	return step, func() { p.Done() }
}
