// Command release makes what people download: for each system an archive with the
// program, licences and a list of what it is built from, a container image, and
// the checksums of all. Everything is made twice, from a copy of the sources in
// another folder and with nothing built before, and has to come out the same.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"frontdoor/internal/cli"
)

const help = `Usage: go run ./tools/release [flags]

Builds the archives, the container image, SHA256SUMS and NOTES.md of a release, for
linux, darwin and windows on amd64 and arm64, without a container engine.

  go run ./tools/release -out dist                    all of them
  go run ./tools/release -out dist -targets linux/amd64 -once
  go run ./tools/release -unpack dist/frontdoor-v1-image.tar -out root

`

// options are the flags.
type options struct {
	out, targets, version, unpack string
	once, test                    bool
}

func main() {
	cli.Main("release", run)
}

func run(ctx context.Context, args []string) error {
	o := options{}
	fs := flag.NewFlagSet("release", flag.ContinueOnError)
	fs.StringVar(&o.out, "out", "dist", "`DIR` to write to, which must be new or empty")
	fs.StringVar(&o.targets, "targets", strings.Join(allTargets, ","), "`LIST` of systems and processors")
	fs.StringVar(&o.version, "version", "", "`NAME` of the release (default what git describe says)")
	fs.StringVar(&o.unpack, "unpack", "", "write the root file system of the image in the archive `FILE` to -out, for this machine's processor")
	fs.BoolVar(&o.once, "once", false, "build once, without the comparison")
	fs.BoolVar(&o.test, "test", false, "vet for every system, and run the tests where this machine can; NOTES.md says which ran")
	if err := cli.Parse(fs, args, help); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return cli.Usagef("unexpected argument %q", fs.Arg(0))
	}
	if err := emptyDir(o.out); err != nil {
		return err
	}
	if o.unpack != "" {
		return unpack(o.unpack, o.out)
	}
	return o.release(ctx)
}

// release makes everything in the folder -out.
func (o *options) release(ctx context.Context) error {
	targets, err := parseTargets(o.targets)
	if err != nil {
		return err
	}
	s, err := sourcesHere(ctx, o.version)
	if err != nil {
		return err
	}
	if err := s.make(ctx, targets, o.out); err != nil {
		return err
	}
	if !o.once {
		if err := s.compare(ctx, targets, o.out); err != nil {
			return err
		}
	}
	checks := []string{"builds: " + strings.Join(targets, ", ")}
	if !o.once {
		checks = append(checks, "built twice, in different folders, with the same bytes")
	}
	if o.test {
		done, err := check(ctx, targets)
		if err != nil {
			return err
		}
		checks = append(checks, done...)
	}
	return writeNotes(o.out, s, checks)
}

// emptyDir makes a folder, and refuses one that holds anything.
func emptyDir(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		return cli.Usagef("-out %s: it holds %s; name a new folder", dir, entries[0].Name())
	}
	return nil
}

// sources are the code that a release is made of.
type sources struct {
	dir     string
	cache   string // of the go command; "" for the usual one
	version string
	commit  string
	when    time.Time // of the commit, and of every file in the archives
}

// sourcesHere describes the clone in the working directory.
func sourcesHere(ctx context.Context, version string) (*sources, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		return nil, errors.New("run it in the folder that holds go.mod")
	}
	s := &sources{dir: dir, version: version}
	if s.commit, err = output(ctx, dir, nil, "git", "rev-parse", "HEAD"); err != nil {
		return nil, err
	}
	if s.version == "" {
		if s.version, err = output(ctx, dir, nil, "git", "describe", "--tags", "--always"); err != nil {
			return nil, err
		}
	}
	seconds, err := output(ctx, dir, nil, "git", "log", "-1", "--format=%ct")
	if err != nil {
		return nil, err
	}
	var unix int64
	if _, err := fmt.Sscan(seconds, &unix); err != nil {
		return nil, fmt.Errorf("git says that the commit is of %q: %w", seconds, err)
	}
	s.when = time.Unix(unix, 0).UTC()
	return s, nil
}

// name is that of a file of the release.
func (s *sources) name(end string) string { return "frontdoor-" + s.version + "-" + end }
