package train

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/clip"
	"frontdoor/eval/rundir"
)

// config writes a run folder's config.json with flags that a stranger chose.
func strangersRun(t *testing.T, flags map[string]string) string {
	t.Helper()
	m, err := clip.Load("tiny")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	run, err := rundir.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	c := &rundir.Config{Version: rundir.Version, Model: "tiny", Fingerprint: m.Fingerprint(), Dataset: "shape", Classes: []string{"star", "ring"},
		Template: "a photo of a {}.", Protocol: "base2new", Methods: []string{"zeroshot"}, Seeds: []uint64{1}, Shots: 1, Flags: flags}
	if err := run.WriteJSON(rundir.ConfigFile, c); err != nil {
		t.Fatal(err)
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// What a folder brings along shapes the run and nothing else: not where it is
// written, and not what else this process does.
func TestResumeTakesWhatShapesARun(t *testing.T) {
	elsewhere := t.TempDir()
	dir := strangersRun(t, map[string]string{
		"method": "zeroshot", "dataset": "shape", "shots": "1", "seeds": "1",
		"out": elsewhere, "figures": elsewhere, "merge": elsewhere, "cache": elsewhere, "compare": "cdc,coop",
		"check": "true", "export": "true", "plan": "true", "strict": "true", "shard": "0/2", "resume": elsewhere, "threads": "1",
	})
	o, err := parse([]string{"-resume", dir})
	if err != nil {
		t.Fatal(err)
	}
	if o.out != dir || o.figures != "" || o.merge != "" || o.cache != "" || o.compare != "" || o.verify || o.export || o.plan || o.strict || !o.shard.Whole() || o.threads != 0 {
		t.Errorf("taken from the folder: %+v", o)
	}
	if o.methods != "zeroshot" || o.dataset != "shape" || o.seeds != "1" {
		t.Errorf("what shapes the run is lost: %+v", o)
	}
	entries, err := os.ReadDir(elsewhere)
	if err != nil || len(entries) > 0 {
		t.Errorf("written elsewhere: %v, error %v", entries, err)
	}
}

// A folder that no run left is one line that names the file.
func TestConfigurationsOfStrangers(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	for text, want := range map[string]string{
		`{}`: "no methods", `null`: "no methods", `[]`: "config.json", ``: "config.json", `{"methods": ["cdc"]}`: "no seeds",
		`{"methods": ["cdc"], "seeds": [1]}`:                                                                   "no name",
		`{"methods": ["cdc"], "seeds": [1], "dataset": "shape"}`:                                               "no classes",
		`{"METHODS": ["cdc"]}`:                                                                                 "spelled",
		`{"methods": ["` + long + `"], "seeds": [1], "dataset": "shape", "classes": ["a"]}`:                    "100000 bytes",
		`{"methods": ["cdc"], "seeds": [-1]}`:                                                                  "seeds",
		`{"methods": ["cdc"], "seeds": [1], "dataset": "shape", "classes": ["a"], "protocol": "` + long + `"}`: "",
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, rundir.ConfigFile), []byte(text))
		for _, args := range [][]string{{"-resume", dir}, {"-merge", dir, "-out", filepath.Join(dir, "out")}} {
			err := Run(context.Background(), args)
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), rundir.ConfigFile) && want != "" || len(err.Error()) > 700 {
				t.Errorf("%.60s: %v: error %.1000v", text, args[0], err)
			}
		}
	}
}
