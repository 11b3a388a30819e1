package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// emulated are the packages whose tests run under qemu: what has code of its own
// for a processor, and what stands on it up to a run. The others are the same Go
// everywhere, and would take hours.
var emulated = []string{"./simd/...", "./autograd", "./imaging", "./imaging/jpeg", "./weights", "./textenc/bpe", "./internal/mmap"}

// check vets the code for all targets, runs the tests that this machine can run,
// and returns what was done.
func check(ctx context.Context, targets []string) (done []string, err error) {
	for _, target := range targets {
		fmt.Fprintf(os.Stderr, "release: vet %s\n", target)
		if _, err := output(ctx, "", environment(target), "go", "vet", "./..."); err != nil {
			return nil, err
		}
	}
	done = append(done, "vetted: "+strings.Join(targets, ", "))
	own := runtime.GOOS + "/" + runtime.GOARCH
	for _, target := range targets {
		args, what := []string{"test", "-timeout", "60m"}, ""
		qemu, _ := exec.LookPath("qemu-aarch64")
		switch {
		case target == own:
			args, what = append(args, "./..."), "all of them"
		case target == "linux/arm64" && runtime.GOOS == "linux" && qemu != "":
			args, what = append(append(args, "-short", "-exec", qemu), emulated...), "emulated by qemu, "+strings.Join(emulated, " ")
		default:
			done = append(done, "tests on "+target+": not run")
			continue
		}
		fmt.Fprintf(os.Stderr, "release: test %s\n", target)
		if _, err := output(ctx, "", environment(target), "go", args...); err != nil {
			return nil, err
		}
		done = append(done, "tests on "+target+": passed ("+what+")")
	}
	return done, nil
}

// writeNotes writes what a release is and what was tried of it: the part of
// CHANGELOG.md about it, what was checked, and the sums.
func writeNotes(dir string, s *sources, checks []string) error {
	log, err := os.ReadFile(filepath.Join(s.dir, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	sums, err := os.ReadFile(filepath.Join(dir, sumsFile))
	if err != nil {
		return err
	}
	text := fmt.Sprintf("# frontdoor %s\n\n%s\n\nMade of commit %s by %s.\n\n## What was tried\n\n- %s\n\n## SHA-256\n\n    %s\n",
		s.version, changes(string(log), s.version), s.commit, runtime.Version(), strings.Join(checks, "\n- "),
		strings.ReplaceAll(strings.TrimSpace(string(sums)), "\n", "\n    "))
	return os.WriteFile(filepath.Join(dir, "NOTES.md"), []byte(text), 0o644)
}

// changes returns what a change log says about a version, or about what was not
// released before if it does not name the version.
func changes(log, version string) string {
	sections := strings.Split("\n"+log, "\n## ")[1:]
	if len(sections) == 0 {
		return strings.TrimSpace(log)
	}
	i := slices.IndexFunc(sections, func(s string) bool {
		title, _, _ := strings.Cut(s, "\n")
		return strings.Contains(title, strings.TrimPrefix(version, "v"))
	})
	_, body, _ := strings.Cut(sections[max(i, 0)], "\n")
	return strings.TrimSpace(body)
}
