package train

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
)

// textures makes a root that holds a small dtd of four classes with a split file.
func textures(t *testing.T) string {
	t.Helper()
	image, err := os.ReadFile(filepath.Join(photos(t, 1), "red_ball", "a.png"))
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	lists := map[string][][]any{}
	for label, class := range []string{"banded", "dotted", "lined", "polka-dotted"} {
		for _, split := range []string{"train", "val", "test"} {
			for i := range 2 {
				p := fmt.Sprintf("%s/%s_%d.png", class, split, i)
				lists[split] = append(lists[split], []any{p, label, class})
				write(t, filepath.Join(root, "dtd", "images", p), image)
			}
		}
	}
	text, err := json.Marshal(lists)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, "dtd", "split_zhou_DescribableTextures.json"), text)
	return root
}

func TestOfficialDatasetTrains(t *testing.T) {
	out := filepath.Join(t.TempDir(), "run")
	args := "-dataset dtd -data " + textures(t) + " -out " + out + " -shots 2 -seeds 1 -epochs 1 -templates 2 -method zeroshot,cdc"
	if err := Run(context.Background(), strings.Fields(args)); err != nil {
		t.Fatal(err)
	}
	var results rundir.Results
	if err := rundir.ReadJSON(out, rundir.ResultsFile, &results); err != nil {
		t.Fatal(err)
	}
	if len(results.Rows) != 2 || results.Rows[1].Base == nil || results.Rows[1].New == nil || results.Rows[1].Dataset != "dtd" {
		t.Errorf("rows %+v", results.Rows)
	}
	c, err := rundir.ReadConfig(out)
	if err != nil {
		t.Fatal(err)
	}
	if c.Template != "{} texture." {
		t.Errorf("template %q", c.Template)
	}
	if err := Run(context.Background(), []string{"-resume", out}); err != nil {
		t.Errorf("resuming a finished run: %v", err)
	}
}

func TestWrongCallsOfOfficialDatasets(t *testing.T) {
	root := textures(t)
	variant := t.TempDir()
	write(t, filepath.Join(variant, "imagenet-adversarial", "classnames.txt"), []byte("n01 tench\nn02 shark\n"))
	write(t, filepath.Join(variant, "imagenet-adversarial", "imagenet-a", "n01", "a.jpg"), []byte("x"))
	write(t, filepath.Join(variant, "imagenet-adversarial", "imagenet-a", "n02", "a.jpg"), []byte("x"))
	for _, c := range []struct {
		args  string
		usage bool
		want  string
	}{
		{"-dataset caltech101", true, "caltech-101"},
		{"-dataset foo", true, "caltech101"},
		{"-dataset caltech101 -data " + root, false, "101_ObjectCategories"},
		{"-dataset imagenet_a -method cdc -data " + variant, true, "zeroshot"},
		{"-check", true, "-data"},
		{"-quick", true, "-check"},
		{"-check -quick -dataset dtd -data " + root, false, "problems"},
		{"-check -dataset foo -data " + root, true, "caltech101"},
		{"-check -dataset dtd -data " + root, false, "problems"}, // the counts are not the published ones
		{"-check -dataset all -data " + root, false, "problems"},
	} {
		err := Run(context.Background(), strings.Fields(c.args))
		switch {
		case err == nil:
			t.Errorf("train %s: no error", c.args)
		case !strings.Contains(err.Error(), c.want):
			t.Errorf("train %s: error %q does not name %q", c.args, err, c.want)
		case errors.As(err, new(cli.Usage)) != c.usage:
			t.Errorf("train %s: usage error %v, want %v (%v)", c.args, !c.usage, c.usage, err)
		}
	}
}
