package term

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// A Reporter is told about the progress of work. The training loop needs no
// more than this, so it runs the same under a terminal, in a test or in a
// server. Progress and Silent are the two implementations.
type Reporter interface {
	// Add counts n more units of work as finished.
	Add(n int)
	// Describe says in a few words what is being done now.
	Describe(text string)
}

// Silent is the Reporter that shows nothing.
type Silent struct{}

// Add does nothing.
func (Silent) Add(int) {}

// Describe does nothing.
func (Silent) Describe(string) {}

// Progress shows how far a job of known length has come. On a terminal it is
// one line with a bar, the count and the time left, rewritten in place;
// elsewhere it is a line now and then. Its methods may be called from several
// goroutines; a nil Progress shows nothing.
type Progress struct {
	mu      sync.Mutex
	w       io.Writer
	columns func() int // of the terminal; 0 for lines
	label   string
	text    string
	total   int
	done    int
	skipped int // of done: work of an earlier time, which took none now
	ended   bool
	start   time.Time
	last    time.Time        // when the display was last written
	tenth   int              // tenths of the way already reported in lines
	now     func() time.Time // the clock, which tests replace
}

// NewProgress starts the display of a job of total units on w, usually
// os.Stderr so that standard output stays clean. The label names the job. A
// total of zero or less means that the length is not known: then only lines
// with the count are written.
func NewProgress(w io.Writer, total int, label string) *Progress {
	p := newProgress(w, total, label, func() int { return barColumns(w) }, time.Now)
	p.rewrite()
	return p
}

func newProgress(w io.Writer, total int, label string, columns func() int, now func() time.Time) *Progress {
	start := now()
	return &Progress{w: w, columns: columns, label: Clean(label), total: max(total, 0), start: start, last: start, now: now}
}

// Add counts n more units as finished. What goes beyond the total is ignored.
func (p *Progress) Add(n int) { p.add(n, 0) }

// Skip counts n more units as finished at an earlier time, by a process that was
// interrupted: they say nothing about the time that is left.
func (p *Progress) Skip(n int) { p.add(n, n) }

func (p *Progress) add(n, skipped int) {
	if p == nil || n <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	p.skipped += skipped
	before := p.done
	if p.done += n; p.total > 0 {
		p.done = min(p.done, p.total)
	}
	switch {
	case !p.bar():
		p.line()
	case p.done > before && (p.done == p.total || p.now().Sub(p.last) >= 100*time.Millisecond):
		p.rewrite()
	}
}

// Describe puts a few words on the present part of the job beside the label.
func (p *Progress) Describe(text string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.text = Clean(text); !p.ended && p.done < p.total && p.now().Sub(p.last) >= 100*time.Millisecond {
		p.rewrite()
	}
}

// Printf writes one line to w, which may be another stream than the display's,
// without breaking the bar, which is written again below. A missing newline at
// the end is added.
func (p *Progress) Printf(w io.Writer, format string, args ...any) {
	line := strings.TrimSuffix(fmt.Sprintf(format, args...), "\n") + "\n"
	if p == nil {
		io.WriteString(w, line)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar() && !p.ended {
		io.WriteString(p.w, "\r\x1b[K")
	}
	io.WriteString(w, line)
	if !p.ended {
		p.rewrite()
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
	elapsed := Duration(p.now().Sub(p.start))
	switch {
	case p.bar():
		p.rewrite()
		fmt.Fprintln(p.w)
	case p.total == 0:
		fmt.Fprintf(p.w, "%s: done, %d in %s\n", p.name(), p.done, elapsed)
	case p.done < p.total: // else the line of the last tenth has said so
		fmt.Fprintf(p.w, "%s: stopped at %d/%d after %s\n", p.name(), p.done, p.total, elapsed)
	}
	p.ended = true
}

// bar says whether the display is a bar.
func (p *Progress) bar() bool { return p.total > 0 && p.columns() > 0 }

// name is the label and the text.
func (p *Progress) name() string { return strings.TrimSpace(p.label + " " + p.text) }

// times are the time that has passed and the time that is left.
func (p *Progress) times() string {
	elapsed := p.now().Sub(p.start)
	s := Duration(elapsed)
	if worked := p.done - p.skipped; 0 < worked && p.done < p.total {
		rest := time.Duration(float64(elapsed) / float64(worked) * float64(p.total-p.done))
		s += ", " + Duration(rest) + " left"
	}
	return s
}

// rewrite writes the bar in place of itself.
func (p *Progress) rewrite() {
	if !p.bar() {
		return
	}
	p.last = p.now()
	figures := fmt.Sprintf(" (%d/%d), %s", p.done, p.total, p.times())
	free := p.columns() - len(" 100% []") - width(figures) - 1 // the last column would wrap
	name := cut(p.name(), max(8, free-10))
	room := max(0, free-width(name))
	full := room * p.done / p.total
	fmt.Fprintf(p.w, "\r%s %3d%% [%s%s]%s\x1b[K", name, p.done*100/p.total, strings.Repeat("=", full), strings.Repeat(" ", room-full), figures)
}

// line writes a line at each tenth of the way, and in between after a silence:
// of ten seconds at first, then longer, so that a job of a day does not write
// thousands of lines.
func (p *Progress) line() {
	now, tenth := p.now(), 0
	if p.total > 0 {
		tenth = p.done * 10 / p.total
	}
	if quiet := max(10*time.Second, now.Sub(p.start)/20); tenth <= p.tenth && now.Sub(p.last) < quiet {
		return
	}
	p.tenth, p.last = tenth, now
	if p.total == 0 {
		fmt.Fprintf(p.w, "%s: %d, %s\n", p.name(), p.done, p.times())
		return
	}
	fmt.Fprintf(p.w, "%s: %3d%% (%d/%d), %s\n", p.name(), p.done*100/p.total, p.done, p.total, p.times())
}
