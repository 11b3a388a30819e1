package bench

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/cuda"
	"frontdoor/internal/cudatest"
)

// What was measured on a GPU is shown with its targets; a file that is missing or
// something else is an error that says what to do.
func TestGPUResults(t *testing.T) {
	file := filepath.Join(t.TempDir(), "result.json")
	show := func() (string, error) {
		var out bytes.Buffer
		p := newPrinter(&out, false)
		b := &bench{only: "gpu/", gpuFile: file, report: p.add, ctx: context.Background()}
		if err := b.gpuResults(); err != nil {
			return "", err
		}
		return out.String(), p.end()
	}
	if _, err := show(); err == nil || !strings.Contains(err.Error(), "tools/gpu/check.sh") {
		t.Errorf("no file: %v", err)
	}
	for text, want := range map[string]string{
		"[]": "not a result of tools/gpu/check.sh",
		`{"card": "made up", "passed": {"kernels": true, "training": false}, "records": [
			{"name": "gpu/step/maple-24", "value": 0.01, "unit": "s", "peer": "pytorch fp32", "peer_value": 0.03, "ratio": 3},
			{"name": "gpu/step/maple-24/loss", "value": 3, "unit": "nats", "peer": "cpu", "peer_value": 3, "ratio": 1},
			{"name": "other", "value": 1}]}`: "pytorch fp32 0.03 (x3.000 of 2.5)",
	} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		out, err := show()
		if err != nil {
			out = err.Error()
		}
		if !strings.Contains(out, want) || strings.Contains(out, "other") {
			t.Errorf("%s: %s", text, out)
		}
	}
}

// A race on a GPU reports seconds of one beside each other runner, and fails if the
// GPU does.
func TestGPURace(t *testing.T) {
	drv := cudatest.New()
	gpu, err := cuda.Open(drv, 0)
	if err != nil {
		t.Fatal(err)
	}
	x, data := gpu.New(4), []float32{1, 2, 3, 4}
	gpu.Upload(x, data)
	var records []Record
	b := &bench{gpu: gpu, threads: []int{1}, rounds: 1, ctx: context.Background(), report: func(r Record) { records = append(records, r) }}
	ours := runner{name: "frontdoor", turn: func() (float64, error) { gpu.Axpy(1, x, x); gpu.Download(data, x); return 0.5, nil }}
	if err := b.gpuRace("gpu/step/x", "s/image", 2, []runner{ours, {name: "other", turn: func() (float64, error) { return 1, nil }}}); err != nil {
		t.Fatal(err)
	}
	if len(records) != 1 || records[0] != (Record{"gpu/step/x", 0.25, "s/image", 0, "other", 0.5, 2}) || data[0] != 16 {
		t.Errorf("%+v, %v", records, data)
	}
	drv.Fail = map[string]cuda.Result{"LaunchKernel": cuda.Unknown}
	if err := b.gpuRace("gpu/step/x", "s", 1, []runner{ours}); err == nil || len(records) != 1 {
		t.Errorf("a GPU that fails: %v, %+v", err, records)
	}
}
