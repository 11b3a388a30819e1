package term

import (
	"fmt"
	"time"
)

// plainLines decides when a job that nobody watches writes a line: at each
// tenth of the way, and in between when it has been silent for long.
type plainLines struct {
	last  time.Time // when the last line was written
	tenth int       // tenths of the way already reported
}

// quiet is the longest silence after elapsed: ten seconds at first, then
// longer, so that a job of a day does not write thousands of lines.
func quiet(elapsed time.Duration) time.Duration {
	return max(10*time.Second, elapsed/20)
}

func (l *plainLines) step(p *Progress) {
	now := p.now()
	tenth := 0
	if p.total > 0 {
		tenth = p.done * 10 / p.total
	}
	if tenth <= l.tenth && now.Sub(l.last) < quiet(now.Sub(p.start)) {
		return
	}
	l.tenth, l.last = tenth, now
	l.write(p, now)
}

func (l *plainLines) end(p *Progress) {
	switch {
	case p.total > 0 && p.done == p.total:
		return // the line of the last tenth has said so
	case p.total == 0:
		fmt.Fprintf(p.w, "%s: done, %d in %s\n", p.description(0), p.done, Duration(p.now().Sub(p.start)))
	default:
		fmt.Fprintf(p.w, "%s: stopped at %d/%d after %s\n", p.description(0), p.done, p.total, Duration(p.now().Sub(p.start)))
	}
}

func (l *plainLines) write(p *Progress, now time.Time) {
	elapsed := now.Sub(p.start)
	if p.total == 0 {
		fmt.Fprintf(p.w, "%s: %d, %s\n", p.description(0), p.done, Duration(elapsed))
		return
	}
	left := ""
	if p.done < p.total {
		rest := time.Duration(float64(elapsed) / float64(p.done) * float64(p.total-p.done))
		left = ", " + Duration(rest) + " left"
	}
	fmt.Fprintf(p.w, "%s: %3d%% (%d/%d), %s%s\n", p.description(0), p.done*100/p.total, p.done, p.total, Duration(elapsed), left)
}
