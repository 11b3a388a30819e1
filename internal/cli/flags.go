package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// Group is a heading of a command's help, and what stands below it: lines of
// text, and the flags of these names, with blanks between them.
type Group struct{ Title, Flags, Text string }

// Parse parses flags, which may stand before, between and behind other
// arguments, up to "--". An unknown one is a Usage error of one line with
// the nearest flag and all valid ones, a wrong value one that says what is wanted. -help prints the text and the flags: all of
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
	name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !unknown {
		return explained(fs, err.Error()) + " (-h explains)"
	}
	var names []string
	fs.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	if len(names) == 0 {
		return fmt.Sprintf("%v; there are none (-h explains)", err)
	}
	hint := ""
	if best := Nearest(strings.TrimLeft(name, "-"), names); best != "" {
		hint = fmt.Sprintf("did you mean -%s? ", best)
	}
	return fmt.Sprintf("%v; %sthe flags are -%s (-h explains)", err, hint, strings.Join(names, " -"))
}

// wrongValue is what the package flag says of a value that it cannot read.
var wrongValue = regexp.MustCompile(`^(invalid (?:boolean )?value .* for (?:flag )?-(\S+): )(?:parse error|value out of range)$`)

// explained says in the message of a value that cannot be read what is wanted.
func explained(fs *flag.FlagSet, message string) string {
	m := wrongValue.FindStringSubmatch(message)
	if m == nil {
		return message
	}
	want := "a number"
	switch fs.Lookup(m[2]).Value.(flag.Getter).Get().(type) {
	case bool:
		want = "true or false"
	case int, int64:
		want = "a whole number"
	case uint, uint64:
		want = "a whole number of 0 or more"
	case time.Duration:
		want = "a time such as 30s"
	}
	return m[1] + "want " + want
}
