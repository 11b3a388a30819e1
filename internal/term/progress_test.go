package term

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Both implementations satisfy the interface.
var _ = []Reporter{(*Progress)(nil), Silent{}}

// fakeClock is a clock that only moves when told to.
type fakeClock struct{ t time.Time }

func (c *fakeClock) now() time.Time { return c.t }

func plainOutput(total int, step time.Duration, adds, n int) string {
	var b bytes.Buffer
	c := &fakeClock{time.Unix(0, 0)}
	p := newProgress(&b, total, "maple", columns(0), c.now)
	for range adds {
		c.t = c.t.Add(step)
		p.Add(n)
	}
	p.Done()
	p.Done()
	return b.String()
}

func TestPlainLinesAtTenths(t *testing.T) {
	got := plainOutput(20, 100*time.Millisecond, 20, 1)
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if len(lines) != 10 {
		t.Fatalf("%d lines, want 10:\n%s", len(lines), got)
	}
	if want := "maple:  10% (2/20), 200 ms, 1.8 s left"; lines[0] != want {
		t.Errorf("first line %q, want %q", lines[0], want)
	}
	if want := "maple: 100% (20/20), 2.0 s"; lines[9] != want {
		t.Errorf("last line %q, want %q", lines[9], want)
	}
}

func TestPlainLinesOfOneBigStep(t *testing.T) {
	// One line for a jump over many tenths, and nothing beyond the total.
	if got, want := plainOutput(4, time.Second, 2, 7), "maple: 100% (4/4), 1.0 s\n"; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want prefix %q", got, want)
	}
}

func TestPlainLinesOfSlowJob(t *testing.T) {
	// 4 s a step: silence is broken after 12 s; the total is never reached.
	got := plainOutput(1000, 4*time.Second, 7, 1)
	want := "maple:   0% (3/1000), 12.0 s, 1h06m left\n" +
		"maple:   0% (6/1000), 24.0 s, 1h06m left\n" +
		"maple: stopped at 7/1000 after 28.0 s\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestPlainLinesStayFew(t *testing.T) {
	// A day of one-second steps, about 20 lines for each doubling of time.
	got := plainOutput(1<<30, time.Second, 86400, 1)
	if n := strings.Count(got, "\n"); n > 250 {
		t.Errorf("%d lines in a day", n)
	}
}

func TestUnknownTotal(t *testing.T) {
	got := plainOutput(0, 6*time.Second, 3, 5)
	want := "maple: 10, 12.0 s\nmaple: done, 15 in 18.0 s\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFileGetsNoControlCharacters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if isTerminal(f) || isTerminal(nil) {
		t.Error("a file is taken for a terminal")
	}
	p := NewProgress(f, 3, "odd \x1b[31m label\n")
	p.Describe("epoch\t1")
	p.Add(1)
	p.Printf(f, "loss %.1f", 2.5)
	p.Add(2)
	p.Done()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(string(text), "\r\x1b\t") {
		t.Errorf("control characters in %q", text)
	}
	if !strings.Contains(string(text), "epoch 1:  33% (1/3)") || !strings.Contains(string(text), "\nloss 2.5\n") {
		t.Errorf("unexpected text %q", text)
	}
}

func columns(n int) func() int { return func() int { return n } }

func TestBar(t *testing.T) {
	var b bytes.Buffer
	c := &fakeClock{time.Unix(0, 0)}
	p := newProgress(&b, 4, "cdc", columns(60), c.now)
	c.t = c.t.Add(time.Second)
	p.Add(1)
	const quarter = "\rcdc  25% [=====                  ] (1/4), 1.0 s, 3.0 s left\x1b[K"
	if b.String() != quarter {
		t.Errorf("bar %q, want %q", b.String(), quarter)
	}
	p.Add(1) // too early to be shown
	b.Reset()
	p.Printf(&b, "loss 1\n")
	if got := b.String(); !strings.HasPrefix(got, "\r\x1b[Kloss 1\n\rcdc  50%") {
		t.Errorf("a line and the bar are %q", got)
	}
	b.Reset()
	p.Add(5)
	if p.done != 4 || !strings.HasSuffix(b.String(), "] (4/4), 1.0 s\x1b[K") {
		t.Errorf("done %d, output %q", p.done, b.String())
	}
	p.Describe("late")
	p.Done()
	b.Reset()
	p.Add(1)
	p.Done()
	if b.String() != "" {
		t.Errorf("%q behind the end", b.String())
	}
}

// A long description is cut, whatever its letters are wide; the bar fits.
func TestBarFits(t *testing.T) {
	for _, label := range []string{strings.Repeat("long ", 20), strings.Repeat("猫", 40), "x"} {
		for _, n := range []int{60, 80, 200} {
			var b bytes.Buffer
			p := newProgress(&b, 123456, label, columns(n), time.Now)
			p.Add(100000)
			p.Done()
			for line := range strings.SplitSeq(b.String(), "\r") {
				line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\x1b[K")
				if got := width(line); got >= n {
					t.Errorf("%d columns in a terminal of %d: %q", got, n, line)
				}
			}
		}
	}
}

func TestNilProgress(t *testing.T) {
	var p *Progress
	p.Add(1)
	p.Skip(1)
	p.Describe("nothing")
	p.Done()
	var b bytes.Buffer
	p.Printf(&b, "line")
	if b.String() != "line\n" {
		t.Errorf("got %q", b.String())
	}
	Silent{}.Add(1)
	Silent{}.Describe("nothing")
}

func TestProgressFromManyGoroutines(t *testing.T) {
	p := NewProgress(io.Discard, 400, "parallel")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				p.Add(1)
				p.Describe("x")
			}
		})
	}
	wg.Wait()
	if p.done != 400 {
		t.Errorf("counted %d, want 400", p.done)
	}
}

// What an earlier process did says nothing about the time that is left.
func TestSkippedUnitsTakeNoTime(t *testing.T) {
	var b bytes.Buffer
	c := &fakeClock{time.Unix(0, 0)}
	p := newProgress(&b, 100, "train", columns(0), c.now)
	p.Skip(50)
	c.t = c.t.Add(time.Second)
	p.Add(10)
	if want := "train:  50% (50/100), 0 s\ntrain:  60% (60/100), 1.0 s, 4.0 s left\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

// The time of a job whose length comes with its first units begins before them.
func TestCounterBeginsAtOnce(t *testing.T) {
	var b bytes.Buffer
	step, end := Counter(&b, "check")
	time.Sleep(20 * time.Millisecond)
	step(1, 2)
	end()
	if text := b.String(); !strings.Contains(text, "50% (1/2)") || strings.Contains(text, "µs") {
		t.Errorf("got %q", text)
	}
}
