package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode"

	"frontdoor/internal/fifo"
)

// reply is what a call of the program prints, and how it ends.
type reply struct {
	out, errs string
	code      int
}

// ask runs the program with its output in out, or kept if that is nil.
func ask(t *testing.T, env []string, out *os.File, args ...string) reply {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "frontdoor", args...)
	var stdout, stderr bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = env, &stdout, &stderr
	if out != nil {
		cmd.Stdout = out
	}
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Errorf("%q hangs", args)
	}
	return reply{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// refused fails unless the program ended with exit code 1 and one short line that
// holds a text and nothing that a terminal obeys.
func (r reply) refused(t *testing.T, what, says string) {
	t.Helper()
	for strings.HasPrefix(r.errs, "time=") { // a service also keeps its log there
		_, r.errs, _ = strings.Cut(r.errs, "\n")
	}
	if r.code != 1 || strings.Count(r.errs, "\n") != 1 || len(r.errs) > 640 || !strings.Contains(r.errs, says) ||
		strings.ContainsFunc(strings.TrimSuffix(r.errs, "\n"), unicode.IsControl) {
		t.Errorf("%s: exit code %d, want one line with %q:\n%.2000s", what, r.code, says, r.errs)
	}
}

// withRun are commands on a run folder.
func withRun(dir, elsewhere string) map[string][]string {
	return map[string][]string{
		"train -resume": {"train", "-resume", dir},
		"train -merge":  {"train", "-merge", dir, "-out", elsewhere},
		"predict":       {"predict", "-run", dir, "none.jpg"},
		"calibrate":     {"calibrate", dir, "-risk", "5%"},
		"sort":          {"sort", elsewhere, "-run", dir, "-into", filepath.Join(elsewhere, "sorted")},
		"serve":         {"serve", "-run", dir, "-listen", "127.0.0.1:0"},
		"export":        {"export", dir},
	}
}

// Every command on a run folder refuses one that no run has left, in one line
// that names the file.
func TestRunFoldersOfStrangers(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("skipped: no pipes and modes there")
	}
	env := install(t)
	for name, make := range map[string]func(path string) error{
		"an empty object":   content(`{}`),
		"null":              content(`null`),
		"no seeds":          content(`{"methods": ["cdc"]}`),
		"no classes":        content(`{"methods": ["cdc"], "seeds": [1], "dataset": "shape"}`),
		"cut off":           content(`{"methods": ["cdc"`),
		"an escape":         content(`{"methods": ["\u001b[2J"], "seeds": [1], "dataset": "shape", "classes": ["a", "b"]}`),
		"a number too long": content(`{"seeds": [` + strings.Repeat("9", 1e5) + `]}`),
		"tokens": content(`{"model": "tiny", "methods": ["coop"], "seeds": [1], "shots": 1, "protocol": "all", "dataset": "shape", "classes": ["a", "b"], "template": "a {}.",
			"load": "x", "settings": {"coop": {"tokens": 100000000}}}`),
		"a pipe":          fifo.Make,
		"a folder":        func(path string) error { return os.Mkdir(path, 0o755) },
		"a device":        func(path string) error { return os.Symlink("/dev/zero", path) },
		"a link to it":    func(path string) error { return os.Symlink("config.json", path) },
		"a link that out": func(path string) error { return os.Symlink("/etc/passwd", path) },
	} {
		t.Run(name, func(t *testing.T) {
			dir, elsewhere := t.TempDir(), t.TempDir()
			if err := make(filepath.Join(dir, "config.json")); err != nil {
				t.Fatal(err)
			}
			for what, args := range withRun(dir, elsewhere) {
				says := "config.json"
				if name == "tokens" && what == "export" || name == "tokens" && strings.HasPrefix(what, "train") {
					continue // these take the sizes from elsewhere
				}
				ask(t, env, nil, args...).refused(t, what, says)
			}
			if lock := filepath.Join(dir, "lock"); exists(lock) {
				t.Error("a lock is left")
			}
		})
	}
}

// content makes a file of some text.
func content(text string) func(path string) error {
	return func(path string) error { return os.WriteFile(path, []byte(text), 0o644) }
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// An output that takes nothing is an error of every command that prints.
func TestFullOutput(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("skipped: there is no /dev/full here")
	}
	defer full.Close()
	env := install(t)
	run := filepath.Join(t.TempDir(), "run")
	if r := ask(t, env, full, "train", "-dataset", "shape", "-method", "zeroshot", "-seeds", "1", "-shots", "1", "-out", run); r.code != 1 || !strings.Contains(r.errs, "standard output: ") || exists(filepath.Join(run, "lock")) || !exists(filepath.Join(run, "results.json")) {
		t.Errorf("train: exit code %d, %s", r.code, r.errs)
	}
	cache := t.TempDir()
	if err := os.Mkdir(filepath.Join(cache, "features"), 0o700); err != nil { // else it is none
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{}, {"help"}, {"version"}, {"completion", "bash"}, {"fetch"}, {"train", "-h"}, {"train", "-figures", run}, {"train", "-dataset", "shape", "-plan", "-method", "zeroshot"},
		{"runs", "figures", run}, {"cache", "-cache", cache, "ls"}, {"cache", "-cache", cache, "verify"},
		{"predict", "-captions", "a star;a ring", "-render", "striped star"},
	} {
		if r := ask(t, env, full, args...); r.code != 1 || !strings.Contains(r.errs, "standard output: ") || strings.Count(r.errs, "\n") != 1 {
			t.Errorf("%q: exit code %d, %s", args, r.code, r.errs)
		}
	}
}
