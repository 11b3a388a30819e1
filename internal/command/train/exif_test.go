package train

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
)

// runOf trains zero-shot, which takes no time, and returns the configuration.
func runOf(t *testing.T, out string, args ...string) *rundir.Config {
	t.Helper()
	args = append(args, "-out", out, "-method", "zeroshot", "-shots", "1", "-seeds", "1")
	if err := Run(context.Background(), args); err != nil {
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

// A run that is resumed keeps its choice and everything that it writes, an older
// one the stored pixels; a flag that says otherwise is an error.
func TestExifOfResumedRuns(t *testing.T) {
	own, published := photos(t, 3), textures(t)
	for _, c := range []struct {
		args    []string
		agrees  string
		opposes string
	}{
		{[]string{"-data", own}, "-exif", "-exif=false"},
		{[]string{"-data", own, "-exif=false"}, "-exif=0", "-exif"},
		{[]string{"-dataset", "dtd", "-data", published}, "-exif=false", "-exif"},
		{[]string{"-dataset", "dtd", "-data", published, "-exif"}, "-exif=1", "-exif=false"},
		{[]string{"-dataset", "shape"}, "-exif=false", "-exif"},
	} {
		out := filepath.Join(t.TempDir(), "run")
		runOf(t, out, c.args...)
		before := writtenBy(t, out)
		for _, more := range [][]string{nil, {c.agrees}} {
			if err := os.Remove(filepath.Join(out, rundir.ResultsFile)); err != nil {
				t.Fatal(err)
			}
			if err := Run(context.Background(), append([]string{"-resume", "-out", out}, more...)); err != nil {
				t.Fatalf("%v, resumed with %v: %v", c.args, more, err)
			}
			if diff := cmp.Diff(before, writtenBy(t, out)); diff != "" {
				t.Errorf("%v, resumed with %v:\n%s", c.args, more, diff)
			}
		}
		err := Run(context.Background(), []string{"-resume", out, c.opposes})
		if !errors.As(err, new(cli.Usage)) || !strings.Contains(err.Error(), "-exif") {
			t.Errorf("%v, resumed with %s: error %v", c.args, c.opposes, err)
		}
	}
}

// writtenBy returns the configuration and the results of a run, as they are
// written.
func writtenBy(t *testing.T, out string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, name := range []string{rundir.ConfigFile, rundir.ResultsFile} {
		text, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	return files
}

// A run of a version without the flag goes on with the stored pixels.
func TestExifOfOlderRuns(t *testing.T) {
	out := filepath.Join(t.TempDir(), "run")
	runOf(t, out, "-data", photos(t, 3))
	path := filepath.Join(out, rundir.ConfigFile)
	older := writtenBy(t, out)[rundir.ConfigFile]
	for _, field := range []string{`"exif": true,`, `"exif": "",`} {
		if !strings.Contains(older, field) {
			t.Fatalf("%s lacks %s", path, field)
		}
		older = strings.Replace(older, field, "", 1)
	}
	write(t, path, []byte(older))
	o, err := parse([]string{"-resume", out})
	if err != nil {
		t.Fatal(err)
	}
	var c rundir.Config
	if err := o.orient(&c, []string{data.FolderName}); err != nil || c.Exif != nil || o.turn != data.AllStored {
		t.Errorf("config.json gets exif %v, photographs are turned by %v, error %v", c.Exif, o.turn, err)
	}
	if err := Run(context.Background(), []string{"-resume", out, "-exif"}); err == nil || !strings.Contains(err.Error(), "-exif") {
		t.Errorf("resumed with -exif: error %v", err)
	}
	if err := Run(context.Background(), []string{"-resume", out}); err != nil {
		t.Errorf("resumed: %v", err)
	}
}
