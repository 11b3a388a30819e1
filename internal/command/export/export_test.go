package export

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What a finished run has learned lies where the published code looks for it, and
// nothing is written if the context has ended.
func TestExport(t *testing.T) {
	run := filepath.Join(t.TempDir(), "run")
	if err := os.CopyFS(run, os.DirFS(filepath.Join("..", "train", "testdata", "runs", "finished"))); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := export(ctx, []string{run}, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(filepath.Join(run, "export")); err == nil {
		t.Error("an interrupted command made a folder")
	}
	var out strings.Builder
	if err := export(t.Context(), []string{run}, &out); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(run, "export", "*", "seed1", "*", "model.pth.tar-*"))
	if err != nil || len(files) != 2 {
		t.Errorf("files %v, %v", files, err)
	}
	for line := range strings.Lines(out.String()) {
		path := strings.TrimSuffix(strings.TrimPrefix(line, "exported: "), "\n")
		if !slices.Contains(files, path) {
			t.Errorf("%q is not among %v", path, files)
		}
	}
}
