package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/internal/cli"
)

// allTargets are the systems and processors of a release.
var allTargets = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}

// parseTargets reads the flag -targets.
func parseTargets(list string) ([]string, error) {
	targets := strings.Split(list, ",")
	for _, t := range targets {
		if !slices.Contains(allTargets, t) {
			return nil, cli.Usagef("-targets %s: choose from %s", t, strings.Join(allTargets, ", "))
		}
	}
	return targets, nil
}

// environment is that of the go command for a target: without cgo, and without
// what the user has set, which another build would not have.
func environment(target string) []string {
	system, processor, _ := strings.Cut(target, "/")
	return []string{"CGO_ENABLED=0", "GOFLAGS=", "GOOS=" + system, "GOARCH=" + processor, "GOAMD64=v1", "GOARM64=v8.0"}
}

// make writes the files of all targets and their sums to a folder.
func (s *sources) make(ctx context.Context, targets []string, out string) error {
	work, err := os.MkdirTemp("", "release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	programs := map[string]string{}
	for _, target := range targets {
		program := filepath.Join(work, strings.ReplaceAll(target, "/", "-"), "frontdoor")
		if strings.HasPrefix(target, "windows/") {
			program += ".exe"
		}
		fmt.Fprintf(os.Stderr, "release: build %s\n", target)
		if err := s.build(ctx, target, program); err != nil {
			return err
		}
		if err := s.pack(ctx, target, program, out); err != nil {
			return err
		}
		programs[target] = program
	}
	if err := s.image(programs, out); err != nil {
		return err
	}
	return writeSums(out)
}

// build compiles the program for a target. Nothing of this machine gets into it:
// neither paths nor an id that depends on them.
func (s *sources) build(ctx context.Context, target, program string) error {
	env := environment(target)
	module, err := output(ctx, s.dir, env, "go", "list", "-m")
	if err != nil {
		return err
	}
	version := module + "/internal/command/version."
	flags := fmt.Sprintf("-s -w -buildid= -X %srelease=%s -X %scommit=%s", version, s.version, version, s.commit)
	if s.cache != "" {
		env = append(env, "GOCACHE="+s.cache)
	}
	_, err = output(ctx, s.dir, env, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", program, "./cmd/frontdoor")
	return err
}

// compare makes everything again from a copy of the commit in another folder and
// with an empty build cache, and returns an error if a byte differs.
func (s *sources) compare(ctx context.Context, targets []string, out string) error {
	work, err := os.MkdirTemp("", "release-again-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	again := *s
	again.dir, again.cache = filepath.Join(work, "elsewhere", "src"), filepath.Join(work, "cache")
	if _, err := output(ctx, s.dir, nil, "git", "clone", "-q", s.dir, again.dir); err != nil {
		return err
	}
	if _, err := output(ctx, again.dir, nil, "git", "checkout", "-q", s.commit); err != nil {
		return err
	}
	second := filepath.Join(work, "dist")
	if err := emptyDir(second); err != nil {
		return err
	}
	if err := again.make(ctx, targets, second); err != nil {
		return err
	}
	return sameFiles(out, second)
}

// sameFiles returns an error if two folders do not hold the same files.
func sameFiles(a, b string) error {
	names := map[string]bool{}
	for _, dir := range []string{a, b} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			names[e.Name()] = true
		}
	}
	for name := range names {
		x, err := os.ReadFile(filepath.Join(a, name))
		if err != nil {
			return err
		}
		y, err := os.ReadFile(filepath.Join(b, name))
		if err != nil {
			return err
		}
		if !bytes.Equal(x, y) {
			return fmt.Errorf("%s is not reproducible: SHA-256 %x the first time, %x the second (were all changes committed?)", name, sha256.Sum256(x), sha256.Sum256(y))
		}
	}
	return nil
}

// output runs a program in a folder and returns what it prints, without the line
// end; its errors have what it wrote to standard error.
func output(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, strings.TrimSpace(errs.String()))
	}
	return strings.TrimSpace(string(out)), nil
}
