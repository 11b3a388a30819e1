package train

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/cuda"
	"frontdoor/eval/rundir"
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
