package train

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
)

// A page that cannot be written costs a run nothing but the page, and is said in the
// end. What is doubtful about the images is noted, with pictures unless they are not
// wanted.
func TestPageThatCannotBeWritten(t *testing.T) {
	photos := tinyPhotos(t)
	twin, err := os.ReadFile(filepath.Join(photos, "star", "a.png"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(photos, "star", "e.png"), twin)
	for _, args := range [][]string{{}, {"-no-images"}} {
		out := filepath.Join(t.TempDir(), "run")
		write(t, filepath.Join(out, "index.html", "in the way"), nil)
		err := Run(context.Background(), append([]string{"-data", photos, "-method", "zeroshot", "-risk", "50%", "-out", out}, args...))
		if err == nil || !strings.Contains(err.Error(), "the results are there") || !strings.Contains(err.Error(), "runs figures "+out) {
			t.Fatalf("%v: %v", args, err)
		}
		if _, err := os.Stat(filepath.Join(out, "promise.json")); err != nil {
			t.Errorf("the promise was not made: %v", err)
		}
		if _, err := rundir.ReadResults(out); err != nil {
			t.Error(err)
		}
		found, err := rundir.ReadFindings(out)
		if err != nil || len(found.Twins) != 1 || len(found.Twins[0].Images) != 2 {
			t.Errorf("%v: %+v, %v", args, found, err)
		}
		var pictures map[string][]byte
		text, err := os.ReadFile(filepath.Join(out, "thumbnails.json"))
		if err == nil {
			err = json.Unmarshal(text, &pictures)
		}
		if wanted := len(args) == 0; wanted != (err == nil) || wanted && len(pictures) < 4 {
			t.Errorf("%v: %d pictures, %v", args, len(pictures), err)
		}
	}
}
