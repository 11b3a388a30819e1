// Package cli holds what the commands have in common: how they end, and the
// checks that come before any work.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"frontdoor/internal/parallel"
	"frontdoor/simd"
)

// Usage is an error in how a command was called: exit code 2.
type Usage struct{ Err error }

// Error returns the message.
func (u Usage) Error() string { return u.Err.Error() }

// Unwrap returns the cause.
func (u Usage) Unwrap() error { return u.Err }

// Usagef makes a Usage error.
func Usagef(format string, args ...any) error { return Usage{fmt.Errorf(format, args...)} }

// Main runs a command with the arguments of the process and exits: 0 if it
// succeeded, 2 if it was called wrongly, 130 if it was interrupted, 1 otherwise.
// Its context ends at Ctrl-C or SIGTERM; a second Ctrl-C ends the process at once.
func Main(name string, run func(ctx context.Context, args []string) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	err := simd.Err()
	if err != nil {
		err = Usage{err}
	} else {
		err = run(ctx, os.Args[1:])
	}
	switch {
	case err == nil:
		return
	case errors.Is(err, flag.ErrHelp):
		return
	case errors.As(err, new(Usage)):
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(2)
	case errors.Is(err, context.Canceled):
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(130)
	}
	fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
	os.Exit(1)
}

// Parse parses flags so that a wrong one is a Usage error of one line with the
// valid flags, and -h prints help.
func Parse(fs *flag.FlagSet, args []string, help string) error {
	fs.Usage = func() {}
	fs.SetOutput(io.Discard)
	err := fs.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fs.SetOutput(os.Stdout)
		fmt.Print(help)
		fs.PrintDefaults()
		return flag.ErrHelp
	}
	if err != nil {
		valid := ""
		fs.VisitAll(func(f *flag.Flag) { valid += " -" + f.Name })
		return Usagef("%v; the flags are%s (-h explains)", err, valid)
	}
	return nil
}

// Threads sets the number of threads; 0 leaves it at all cores.
func Threads(n int) error {
	if n < 0 {
		return Usagef("-threads %d: must be 0 (all cores) or more", n)
	}
	if n > 0 {
		parallel.SetThreads(n)
	}
	return nil
}
