package term

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// A Reporter is told how work goes on. The training loop knows this much and
// no more, so it runs the same under a terminal, in a test or in a server.
// Progress and Silent are the two implementations.
type Reporter interface {
	// Add counts n more units of work as finished.
	Add(n int)
	// Describe says in a few words what is being done now.
	Describe(text string)
}

// Silent is the Reporter that says nothing.
type Silent struct{}

// Add does nothing.
func (Silent) Add(int) {}

// Describe does nothing.
func (Silent) Describe(string) {}

// Progress shows how far a job of known length has come. On a terminal it is
// one line with a bar, the count, the rate and the time left; elsewhere it is
// a plain line now and then. Its methods may be called from several
// goroutines; a nil Progress shows nothing.
type Progress struct {
	mu    sync.Mutex
	w     io.Writer
	label string
	text  string
	total int
	done  int
	ended bool
	bar   *progressbar.ProgressBar // nil: plain lines
	plain plainLines
	start time.Time
	now   func() time.Time // the clock, which tests replace
}

// NewProgress starts the display of a job of total units on w, usually
// os.Stderr so that standard output stays clean. The label names the job. A
// total of zero or less means that the length is not known: then only plain
// lines with the count are written.
func NewProgress(w io.Writer, total int, label string) *Progress {
	p := newProgress(w, total, label, time.Now)
	if width := barWidth(w); width > 0 && total > 0 {
		p.bar = newBar(w, total, p.description(width))
	}
	return p
}

func newProgress(w io.Writer, total int, label string, now func() time.Time) *Progress {
	start := now()
	return &Progress{
		w: w, label: clean(label), total: max(total, 0), start: start, now: now,
		plain: plainLines{last: start},
	}
}

// newBar sets the bar up: no colours at all (so NO_COLOR has nothing to
// forbid), drawn at most ten times a second, as wide as the terminal.
func newBar(w io.Writer, total int, description string) *progressbar.ProgressBar {
	bar := progressbar.NewOptions(total,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription(description),
		progressbar.OptionFullWidth(),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionShowElapsedTimeOnFinish(),
		progressbar.OptionUseANSICodes(true), // rewrites in place, without flicker
		progressbar.OptionThrottle(100*time.Millisecond),
	)
	_ = bar.RenderBlank() // a display that cannot be written is no reason to stop the job
	return bar
}

// Add counts n more units as finished. What goes beyond the total is ignored.
func (p *Progress) Add(n int) {
	if p == nil || n <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	if p.total > 0 {
		n = min(n, p.total-p.done)
	}
	p.done += n
	switch {
	case p.bar == nil:
		p.plain.step(p)
	case n > 0:
		_ = p.bar.Add(n)
	}
}

// Describe puts a few words on the present part of the job beside the label.
func (p *Progress) Describe(text string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = clean(text)
	if p.bar != nil && !p.ended && p.done < p.total {
		p.bar.Describe(p.description(barWidth(p.w)))
	}
}

// Printf writes one line to w, which may be another stream than the
// display's, without breaking the bar: the bar gives way and is drawn again
// below. A missing newline at the end is added.
func (p *Progress) Printf(w io.Writer, format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if n := len(line); n == 0 || line[n-1] != '\n' {
		line += "\n"
	}
	if p == nil {
		_, _ = io.WriteString(w, line)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil && !p.ended {
		_ = p.bar.Clear()
	}
	_, _ = io.WriteString(w, line)
	if p.bar != nil && !p.ended {
		_, _ = io.WriteString(p.w, p.bar.String())
	}
}

// Done ends the display, whether the job is complete or was cut short; what
// is written next starts on a fresh line. Further calls do nothing.
func (p *Progress) Done() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	p.ended = true
	if p.bar != nil {
		_, _ = io.WriteString(p.w, "\n")
		return
	}
	p.plain.end(p)
}

// description is the label and the text, cut so that the figures and some
// bar still fit into width columns (0: not cut).
func (p *Progress) description(width int) string {
	const figures = 52 // "  10% |==| (12345/12345, 1234 it/s) [10m10s:10m10s]"
	s := p.label
	if p.text != "" {
		s += " " + p.text
	}
	if width > 0 {
		s = cut(s, max(width-figures, 8))
	}
	return s
}
