package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// gpuResult is what tools/gpu/check.sh leaves of a machine with a GPU.
type gpuResult struct {
	Card     string            `json:"card"` // name, UUID, driver and clocks, as nvidia-smi says them
	Seconds  int               `json:"seconds"`
	Passed   map[string]any    `json:"passed"` // by part: true, false or "skipped"
	Records  []Record          `json:"records"`
	Failures map[string]string `json:"failures"` // the end of what the parts that failed printed
}

// gpuTargets are the ratios to reach on a GPU like an H100, by the beginning of a
// measurement's name and its peer.
var gpuTargets = []struct {
	name, peer string
	ratio      float64
}{
	{"gpu/step/maple-24", "pytorch fp32", 2.5},
	{"gpu/step/maple-100", "pytorch fp32", 6},
	{"gpu/step/", "pytorch compile", 1.8},
	{"gpu/step/", "pytorch tf32", 1.2},
	{"gpu/step/", "pytorch amp", 1.2},
	{"gpu/encode/", "pytorch fp32", 2.5},
	{"gpu/encode/", "pytorch fp16", 0.5},
	{"gpu/gemm/x2/", "pytorch fp32", 1.5},
	{"gpu/gemm/x3/", "pytorch fp32", 1.2},
}

// target returns the ratio that a record is to reach, or 0.
func target(r Record) float64 {
	for _, t := range gpuTargets {
		if strings.HasPrefix(r.Name, t.name) && r.Peer == t.peer && !strings.HasSuffix(r.Name, "/loss") && !strings.HasSuffix(r.Name, "/error") {
			return t.ratio
		}
	}
	return 0
}

// gpuResults reports what was measured on another machine, if -only asks for it.
func (b *bench) gpuResults() error {
	if !slices.ContainsFunc(strings.Split(b.only, ","), func(prefix string) bool { return isGPU(strings.TrimSpace(prefix)) }) {
		return nil
	}
	text, err := os.ReadFile(b.gpuFile)
	if err != nil {
		return fmt.Errorf("nothing was measured on a GPU yet: run tools/gpu/check.sh on a machine with one, and name its result with -gpu (%w)", err)
	}
	var result gpuResult
	if err := json.Unmarshal(text, &result); err != nil {
		return fmt.Errorf("%s: not a result of tools/gpu/check.sh: %w", b.gpuFile, err)
	}
	fmt.Fprintf(stderr, "measured before, in %d s, on %s\n", result.Seconds, result.Card)
	for part, ok := range result.Passed {
		if ok != true {
			fmt.Fprintf(stderr, "bench: %s: part %s did not pass (%v)\n", b.gpuFile, part, ok)
		}
	}
	for _, r := range result.Records {
		if b.wanted(r.Name) {
			b.report(r)
		}
	}
	return nil
}
