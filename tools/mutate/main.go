// Mutate shows that the golden tests notice mistakes. It copies the module to
// a temporary folder, makes one small mistake at a time (a sign, an epsilon, an
// index, a transposition: see mutations.go), and runs the golden tests there.
// At least one must fail each time.
//
//	go run ./tools/mutate           all mistakes, some minutes
//	go run ./tools/mutate -run eot  those with that in their names
//
// It ends with status 1 if a mistake goes unnoticed, or if one no longer fits
// the code it is made in.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	only := flag.String("run", "", "make only mistakes with this in their names")
	flag.Parse()
	if err := run(*only); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(only string) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := copyTree(tmp, root); err != nil {
		return err
	}
	if out, ok := goldenTests(tmp); !ok {
		return fmt.Errorf("the golden tests fail already without a mistake:\n%s", out)
	}
	unnoticed := 0
	fmt.Println("| mistake | in | noticed by | first sign |")
	fmt.Println("|---|---|---|---|")
	for _, m := range mutations {
		if !strings.Contains(m.name, only) {
			continue
		}
		out, ok, err := try(tmp, m)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		tests, sign := evidence(out)
		if ok {
			unnoticed++
			tests, sign = "**nothing**", ""
		} else if tests == "" {
			return fmt.Errorf("%s: no test ran, so nothing was shown:\n%s", m.name, out)
		}
		fmt.Printf("| %s | %s | %s | %s |\n", m.name, m.edits[0].file, tests, sign)
	}
	if unnoticed > 0 {
		return fmt.Errorf("%d mistakes went unnoticed", unnoticed)
	}
	return nil
}

// try makes one mistake, runs the tests and takes it back.
func try(dir string, m mutation) (out string, ok bool, err error) {
	for _, e := range m.edits {
		path := filepath.Join(dir, e.file)
		old, err := os.ReadFile(path)
		if err != nil {
			return "", false, err
		}
		if n := strings.Count(string(old), e.old); n != 1 {
			return "", false, fmt.Errorf("%s contains %q %d times, want once: bring mutations.go up to date", e.file, e.old, n)
		}
		changed := strings.Replace(string(old), e.old, e.new, 1)
		if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
			return "", false, err
		}
		defer func() {
			// Errors of the run matter more than this one.
			if back := os.WriteFile(path, old, 0o644); err == nil {
				err = back
			}
		}()
	}
	out, ok = goldenTests(dir)
	return out, ok, nil
}

// goldenTests runs the golden tests in dir, without ViT-B/16 in its real sizes.
func goldenTests(dir string) (out string, ok bool) {
	cmd := exec.Command("go", "test", "-short", "-vet=off", "-run", "Torch|TestGoldens",
		"./autograd", "./nn", "./imaging", "./clip", "./prompt", "./cdc", "./adapter")
	cmd.Dir = dir
	text, err := cmd.CombinedOutput()
	return string(text), err == nil
}

var (
	failed  = regexp.MustCompile(`(?m)^--- FAIL: (\w+)`)
	message = regexp.MustCompile(`(?m)^\s+\w+_test\.go:\d+: (.+)$`)
	summary = regexp.MustCompile(`(?m)^FAIL\s+\S*/(\w+)\s`)
)

// evidence returns the tests that failed and the first message.
func evidence(out string) (tests, sign string) {
	var names []string
	for _, m := range failed.FindAllStringSubmatch(out, -1) {
		names = append(names, m[1])
	}
	if len(names) == 0 { // a panic: only the package is known
		for _, m := range summary.FindAllStringSubmatch(out, -1) {
			if !strings.Contains(out, m[0]+"[build failed]") {
				names = append(names, "package "+m[1])
			}
		}
	}
	if m := message.FindStringSubmatch(out); m != nil {
		sign = m[1]
		if at := strings.Index(sign, ": off by"); at >= 0 {
			sign = sign[:at]
		}
	}
	return strings.Join(names, ", "), strings.ReplaceAll(sign, "|", "/")
}

// moduleRoot walks up from the working directory to go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			return d, nil
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("no go.mod in %s or above it: run from inside the module", dir)
		}
	}
}

// copyTree copies what a build needs: no version control, no results.
func copyTree(to, from string) error {
	return filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && (rel == ".git" || rel == "runs" || rel == "bin"):
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		case !d.Type().IsRegular():
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), data, 0o644)
	})
}
