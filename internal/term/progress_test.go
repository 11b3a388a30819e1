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
	p := newProgress(&b, total, "maple", c.now)
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
	if IsTerminal(f) || IsTerminal(nil) {
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

func TestBar(t *testing.T) {
	var b bytes.Buffer
	p := newProgress(&b, 2, "cdc", time.Now)
	p.bar = newBar(&b, 2, p.description(80))
	p.Add(1)
	b.Reset()
	p.Printf(&b, "loss 1\n")
	// The bar is wiped, the line stands alone, the bar comes back below.
	if got := b.String(); !strings.HasPrefix(got, "\x1b[2K\rloss 1\n\rcdc") || !strings.Contains(got, "0%") {
		t.Errorf("unexpected output %q", got)
	}
	p.Add(5)
	if p.done != 2 || !strings.Contains(b.String(), "100%") {
		t.Errorf("done %d, output %q", p.done, b.String())
	}
	p.Describe("late")
	b.Reset()
	p.Done()
	p.Add(1)
	p.Done()
	if b.String() != "\n" {
		t.Errorf("end of the bar is %q, want one line break", b.String())
	}
}

func TestNilProgress(t *testing.T) {
	var p *Progress
	p.Add(1)
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

func TestDescriptionFits(t *testing.T) {
	p := newProgress(io.Discard, 1, strings.Repeat("long ", 20), time.Now)
	if got := p.description(80); len(got) > 28 || !strings.HasSuffix(got, "...") {
		t.Errorf("description %q", got)
	}
}
