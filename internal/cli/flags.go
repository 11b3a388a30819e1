package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// Group is a heading of a command's help, and what stands below it: lines of
// text, and the flags of these names, with blanks between them.
type Group struct{ Title, Flags, Text string }

// Parse parses flags, which may stand before, between and behind other
// arguments, up to "--". A wrong one is a Usage error of one line with the
// nearest flag and all valid ones. -help prints the text and the flags: all of
// them if they fit on a screen, else those of the first group; -help all prints
// all of them in full.
func Parse(fs *flag.FlagSet, args []string, text string, groups ...Group) error {
	fs.Usage = func() {}
	fs.SetOutput(io.Discard)
	err := parseAll(fs, args)
	if errors.Is(err, flag.ErrHelp) {
		more := ""
		if fs.NArg() > 0 {
			more = fs.Arg(0)
		}
		printHelp(Stdout, fs, text, groups, more)
		return flag.ErrHelp
	}
	if err != nil {
		return Usagef("%s", wrongFlag(fs, err))
	}
	return nil
}

// parseAll parses the flags among args wherever they stand, and leaves the other
// arguments to fs.Args.
func parseAll(fs *flag.FlagSet, args []string) error {
	var others []string
	for {
		if err := fs.Parse(args); err != nil {
			return err
		}
		rest := fs.Args()
		if at := len(args) - len(rest) - 1; len(rest) == 0 || at >= 0 && args[at] == "--" {
			return fs.Parse(append([]string{"--"}, append(others, rest...)...))
		}
		others, args = append(others, rest[0]), rest[1:]
	}
}

// wrongFlag is the message of an error of the package flag.
func wrongFlag(fs *flag.FlagSet, err error) string {
	var names []string
	fs.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	hint := ""
	if name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
		if best := Nearest(strings.TrimLeft(name, "-"), names); best != "" {
			hint = fmt.Sprintf("did you mean -%s? ", best)
		}
	}
	return fmt.Sprintf("%v; %sthe flags are -%s (-h explains)", err, hint, strings.Join(names, " -"))
}
