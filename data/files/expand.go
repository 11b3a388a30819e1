package files

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"frontdoor/internal/textfile"
)

// maxParts bounds how many files a pattern may stand for.
const maxParts = 1 << 20

// expand returns the paths that a name stands for: the name itself if there is
// such a file or folder; else the parts between ::, with braces and wildcards
// replaced by what they stand for. A text file of names of archives stands for
// these.
func expand(name string) ([]string, error) {
	if _, err := os.Lstat(name); err == nil {
		return listed(name)
	}
	var out []string
	for _, part := range strings.Split(name, "::") {
		names, err := braces(part)
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			matches := []string{n}
			if _, err := os.Lstat(n); err != nil && strings.ContainsAny(n, "*?[") {
				if matches, err = filepath.Glob(n); err != nil || len(matches) == 0 {
					return nil, fmt.Errorf("there is no file like %s", n)
				}
			}
			out = append(out, matches...)
		}
	}
	if len(out) > 1 {
		for _, p := range out {
			if _, err := os.Stat(p); err != nil {
				return nil, fmt.Errorf("%s stands for %d files, of which %s cannot be opened: %w", name, len(out), p, err)
			}
		}
	}
	return out, nil
}

// listed returns the archives that a text file names, one a line and relative
// to its folder, or the file itself.
func listed(file string) ([]string, error) {
	if !strings.EqualFold(filepath.Ext(file), ".txt") {
		return []string{file}, nil
	}
	text, err := textfile.Read(file)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, line := range textfile.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		switch strings.ToLower(filepath.Ext(line)) {
		case ".tar", ".zip", ".parquet":
		default:
			return []string{file}, nil
		}
		if !filepath.IsAbs(line) {
			line = filepath.Join(filepath.Dir(file), line)
		}
		out = append(out, line)
	}
	if len(out) == 0 {
		return []string{file}, nil
	}
	return out, nil
}

// braces replaces {a,b} and {0000..0003}, as shells do.
func braces(name string) ([]string, error) {
	before, rest, found := strings.Cut(name, "{")
	inner, after, closed := strings.Cut(rest, "}")
	if !found || !closed {
		return []string{name}, nil
	}
	choices := strings.Split(inner, ",")
	if from, to, ok := strings.Cut(inner, ".."); ok {
		var err error
		if choices, err = numbers(from, to); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	tails, err := braces(after)
	if err != nil {
		return nil, err
	}
	if len(choices)*len(tails) > maxParts {
		return nil, fmt.Errorf("%s stands for more than %d files", name, maxParts)
	}
	var out []string
	for _, c := range choices {
		for _, t := range tails {
			out = append(out, before+c+t)
		}
	}
	return out, nil
}

// numbers counts from one number to another, as wide as the first is written.
func numbers(from, to string) ([]string, error) {
	lo, err := strconv.Atoi(from)
	if err != nil {
		return nil, fmt.Errorf("%q is not a number", from)
	}
	hi, err := strconv.Atoi(to)
	if err != nil || hi < lo || hi-lo >= maxParts {
		return nil, fmt.Errorf("{%s..%s} does not count up", from, to)
	}
	var out []string
	for n := lo; n <= hi; n++ {
		out = append(out, fmt.Sprintf("%0*d", len(from), n))
	}
	return out, nil
}
