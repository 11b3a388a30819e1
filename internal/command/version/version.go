// Package version is the command that says what the program is and what it runs
// on.
package version

import (
	"context"
	"flag"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"frontdoor/cuda"
	"frontdoor/internal/cli"
	"frontdoor/simd"
)

const help = `Usage: go run ./cmd/frontdoor version

Prints version and commit of the program, the version of Go that built it, the
kernels that it uses on this processor, and the device that -device auto takes.

`

// release and commit are set by the build of a release (tools/release), whose
// sources need no clone.
var release, commit string

// Run does what the arguments of the command say.
func Run(_ context.Context, args []string) error {
	fs := flag.NewFlagSet("version", flag.ContinueOnError)
	if err := cli.Parse(fs, args, help); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return cli.Usagef("unexpected argument %q", fs.Arg(0))
	}
	info, _ := debug.ReadBuildInfo()
	return write(cli.Stdout, info)
}

// write prints what the build says, which may be nil, and what the machine has.
func write(w io.Writer, info *debug.BuildInfo) error {
	version, commit := release, commit
	if info != nil && version == "" {
		version = info.Main.Version
		settings := map[string]string{}
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
		if id := settings["vcs.revision"]; id != "" {
			commit = id + " of " + settings["vcs.time"]
			if settings["vcs.modified"] == "true" {
				commit += ", changed since"
			}
		}
	}
	if commit == "" {
		commit = "unknown (built outside of a clone, or with -buildvcs=false)"
	}
	device := ""
	d, note, err := cuda.Choose("auto", cuda.System)
	switch {
	case err != nil:
		return err
	case d != nil:
		device = d.String()
		defer d.Close() // nothing was computed on it
	default:
		device = strings.TrimPrefix(note, "device ")
	}
	_, err = fmt.Fprintf(w, "version  %s\ncommit   %s\ngo       %s %s/%s\nkernels  %s\ndevice   %s\n",
		version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH, simd.Kernel(), device)
	return err
}
