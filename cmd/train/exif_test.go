package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
)

// runOf trains zero-shot, which takes no time, and returns the configuration.
func runOf(t *testing.T, out string, args ...string) *rundir.Config {
	t.Helper()
	args = append(args, "-out", out, "-method", "zeroshot", "-shots", "1", "-seeds", "1")
	if err := train(context.Background(), args); err != nil {
		t.Fatal(err)
	}
	c, err := rundir.ReadConfig(out)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// One's own photographs are turned, published ones are not, and the flag says
// otherwise; config.json says which, and the command repeats it.
func TestExifIsRecorded(t *testing.T) {
	own, published := photos(t, 3), textures(t)
	for _, c := range []struct {
		args    []string
		want    bool
		command string
	}{
		{[]string{"-data", own}, true, ""},
		{[]string{"-data", own, "-exif=false"}, false, " -exif=false"},
		{[]string{"-dataset", "dtd", "-data", published}, false, ""},
		{[]string{"-dataset", "dtd", "-data", published, "-exif"}, true, " -exif"},
	} {
		have := runOf(t, filepath.Join(t.TempDir(), "run"), c.args...)
		if have.Exif == nil || have.Upright() != c.want || strings.Contains(have.Command, "-exif") != (c.command != "") ||
			!strings.Contains(have.Command, c.command) {
			t.Errorf("%v: exif %v, command %q", c.args, have.Upright(), have.Command)
		}
	}
}

// A run that is resumed keeps its choice, an older one the stored pixels; a flag
// that says otherwise is an error.
func TestExifOfResumedRuns(t *testing.T) {
	own, out := photos(t, 3), filepath.Join(t.TempDir(), "run")
	runOf(t, out, "-data", own)
	resume := func(args ...string) error {
		return train(context.Background(), append([]string{"-resume", "-out", out}, args...))
	}
	if err := resume(); err != nil {
		t.Errorf("resumed: %v", err)
	}
	if err := resume("-exif=false"); err == nil || !strings.Contains(err.Error(), "-exif") {
		t.Errorf("resumed with -exif=false: error %v", err)
	}
	path := filepath.Join(out, rundir.ConfigFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	older := strings.Replace(string(text), `"exif": true,`, "", 1)
	if older == string(text) {
		t.Fatalf("%s does not say how photographs are read", path)
	}
	write(t, path, []byte(older))
	if err := resume("-exif"); err == nil || !strings.Contains(err.Error(), "-exif") {
		t.Errorf("an older run, resumed with -exif: error %v", err)
	}
	if err := resume(); err != nil {
		t.Errorf("an older run, resumed: %v", err)
	}
}
