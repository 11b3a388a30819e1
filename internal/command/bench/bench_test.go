package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"frontdoor/internal/cli"
)

func TestParseThreads(t *testing.T) {
	if got, err := parseThreads("1, 4"); err != nil || len(got) != 2 || got[0] != 1 || got[1] != 4 {
		t.Errorf("1, 4: %v, %v", got, err)
	}
	if got, err := parseThreads(""); err != nil || len(got) == 0 || got[0] != 1 {
		t.Errorf("default: %v, %v", got, err)
	}
	for _, s := range []string{"0", "two", "1,"} {
		if _, err := parseThreads(s); !errors.As(err, new(cli.Usage)) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestWrongUse(t *testing.T) {
	for _, args := range [][]string{{"-rounds", "0"}, {"-only", "nothing/"}, {"extra"}, {"-unknown"}} {
		if err := Run(context.Background(), args); !errors.As(err, new(cli.Usage)) {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestTypical(t *testing.T) {
	if got := (&bench{}).typical([]float64{3, 1, 2, 10}); got != 2.5 {
		t.Errorf("median %v", got)
	}
	if got := (&bench{best: true}).typical([]float64{3, 1, 2}); got != 1 {
		t.Errorf("best %v", got)
	}
	if got := (&bench{}).typical(nil); !math.IsNaN(got) {
		t.Errorf("of nothing: %v", got)
	}
}

func TestPrinter(t *testing.T) {
	records := []Record{
		{"gemm/1x1x1", 2, "GFLOPS", 1, "peak", 4, 0.5},
		{"gemm/1x1x1", 2, "GFLOPS", 1, "openblas", 1, 2},
		{Name: "rows/exp", Value: 0.5, Unit: "ns/element", Threads: 1},
	}
	var text, js bytes.Buffer
	for _, p := range []*printer{newPrinter(&text, false), newPrinter(&js, true)} {
		for _, r := range records {
			p.add(r)
		}
		if err := p.end(); err != nil {
			t.Fatal(err)
		}
	}
	if lines := strings.Split(strings.TrimSpace(text.String()), "\n"); len(lines) != 2 || !strings.Contains(lines[0], "openblas 1 (x2.000)") {
		t.Errorf("text:\n%s", text.String())
	}
	var back []map[string]any
	if err := json.Unmarshal(js.Bytes(), &back); err != nil || len(back) != 3 || back[1]["peer_value"] != 1.0 {
		t.Errorf("JSON: %v\n%s", err, js.String())
	}
}

// A small measurement, without peers.
func TestRows(t *testing.T) {
	var got []Record
	b := &bench{only: "rows/dot,rows/exp", rounds: 1, ctx: context.Background(), report: func(r Record) { got = append(got, r) }}
	if err := b.rows(); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].Name != "rows/exp" || !(got[0].Value > 0) {
		t.Errorf("records %v", got)
	}
}

// Processor time passes with work, where the system tells it.
func TestCPUTime(t *testing.T) {
	before := cpuTime()
	if math.IsNaN(before) {
		t.Skip("no /proc/self/stat")
	}
	for now := before; now == before; now = cpuTime() {
	}
	if after := cpuTime(); after < before {
		t.Errorf("%v s after %v s", after, before)
	}
}
