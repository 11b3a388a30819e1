package train

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdoor/eval/rundir"
)

// A training image that is deleted, or cut short, during a run ends it with a
// line that names the file and says how to go on; -resume says what is wrong as
// long as it is.
func TestTrainingImageIsDeletedDuringARun(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(path string) error
		says  string // by -resume
	}{
		"deleted": {os.Remove, "have changed since the run"},
		"cut":     {func(path string) error { return os.Truncate(path, 60) }, "began with other images"},
	} {
		t.Run(name, func(t *testing.T) {
			photos := photos(t, 4)
			path := filepath.Join(photos, "red_ball", "a.png")
			out := filepath.Join(t.TempDir(), "run")
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
			defer cancel()
			go func() { // once the first epoch is saved
				for ctx.Err() == nil {
					if saved, _ := filepath.Glob(filepath.Join(out, "cells", "*.safetensors")); len(saved) > 0 {
						_ = c.spoil(path) // seen below
						return
					}
					time.Sleep(time.Millisecond)
				}
			}()
			err := Run(ctx, []string{"-data", photos, "-method", "maple", "-protocol", "fewshot", "-shots", "4", "-seeds", "1", "-epochs", "5000", "-batch", "8", "-out", out})
			if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "put the image back") || !strings.Contains(err.Error(), "-resume "+out) {
				t.Fatalf("error %v", err)
			}
			if _, err := os.Stat(filepath.Join(out, "lock")); err == nil {
				t.Error("the lock is still there")
			}
			epochs, err := rundir.ReadEpochs(out)
			if err != nil || len(epochs) == 0 {
				t.Errorf("%d epochs are kept, error %v", len(epochs), err)
			}
			if err := Run(ctx, []string{"-resume", out}); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("-resume: error %v, want one with %q", err, c.says)
			}
		})
	}
}
