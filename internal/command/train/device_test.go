package train

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/clip"
	"frontdoor/cuda"
	"frontdoor/eval/rundir"
	"frontdoor/internal/cudatest"
)

// A GPU that is not there is an error before anything is done, and a run that was
// begun on one does not go on elsewhere.
func TestDevice(t *testing.T) {
	out := filepath.Join(t.TempDir(), "run")
	args := []string{"-method", "zeroshot", "-seeds", "1", "-dataset", "texshape", "-out", out}
	if _, err := cuda.System(); err != nil {
		err := Run(context.Background(), append(args, "-device", "cuda"))
		if err == nil || !strings.Contains(err.Error(), "-device cuda") && !strings.Contains(err.Error(), "no driver") {
			t.Errorf("-device cuda: %v", err)
		}
		if _, err := os.Stat(out); err == nil {
			t.Error("there is a run folder")
		}
	}
	if err := Run(context.Background(), args); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(out, rundir.ConfigFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), `"device"`) {
		t.Error("the CPU is named as a device")
	}
	var config map[string]any
	if err := json.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	config["device"] = "cuda:0 Imitation"
	if text, err = json.Marshal(config); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	err = Run(context.Background(), []string{"-resume", out})
	if err == nil || !strings.Contains(err.Error(), "was begun on cuda:0 Imitation and would go on on the CPU") {
		t.Errorf("resumed elsewhere: %v", err)
	}
}

// A run that the GPU's memory is too small for does not begin: the error has the
// plan's number and the GPU's. The configuration names the GPU, its driver and its
// arithmetic.
func TestDeviceMemory(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	for memory, fits := range map[uint64]bool{20 << 20: false, 1 << 30: true} {
		drv := cudatest.New()
		drv.Memory = memory
		gpu, err := cuda.Open(drv, 0)
		if err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(t.TempDir(), "run")
		args := []string{"-method", "maple", "-seeds", "1", "-dataset", "texshape", "-out", out, "-recompute", "off"}
		if fits {
			args = append(args, "-plan") // the run itself would take the imitation long
		}
		o, err := parse(args)
		if err != nil {
			t.Fatal(err)
		}
		err = o.trainOn(context.Background(), gpu)
		if fits && err != nil || !fits && (err == nil || !strings.Contains(err.Error(), "a step takes about") || !strings.Contains(err.Error(), "of 20 are free")) {
			t.Errorf("%d bytes: %v", memory, err)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%d bytes: there is a run folder", memory)
		}
		if c, _, err := o.fromFlags(m); err != nil || c.Device != gpu.String() || c.Kernel != gpu.Arithmetic() || !strings.Contains(c.Device, "driver for CUDA 12.0") {
			t.Errorf("the configuration: %v, %+v", err, c)
		}
		if err := gpu.Close(); err != nil {
			t.Error(err)
		}
	}
}
