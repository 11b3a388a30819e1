// Package cli holds what the commands have in common: how they are found, called
// and explained, how they end, and the checks that come before any work.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"unicode/utf8"

	"frontdoor/internal/mmap"
	"frontdoor/internal/parallel"
	"frontdoor/internal/setting"
	"frontdoor/internal/term"
	"frontdoor/simd"
)

// CacheVariable is the environment variable that names the folder in which
// commands keep features of images.
const CacheVariable = "FRONTDOOR_CACHE"

// CacheFlag explains the flag -cache of commands that ask about images.
const CacheFlag = "keep features of images by the frozen tower in `DIR`, with those of train -cache; the answers are the same (default $" + CacheVariable + ")"

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
	execute(name, func(ctx context.Context) error { return run(ctx, os.Args[1:]) })
}

// execute runs what a command does and exits as Main says.
func execute(name string, run func(ctx context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	// A reader that leaves, as head does, must not end a run: writes then fail,
	// and whoever writes for nobody but it gives up.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	err := simd.Err()
	if err != nil {
		err = Usage{err}
	} else {
		err = Stdout.end(mmap.Guard(func() error { return run(ctx) }))
	}
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	if !errors.Is(err, syscall.EPIPE) { // the reader of the output left, and knows
		fmt.Fprintf(os.Stderr, "%s: %s\n", name, message(err))
	}
	os.Exit(code(err))
}

// code is the exit code of an error.
func code(err error) int {
	switch {
	case errors.As(err, new(Usage)):
		return 2
	case errors.Is(err, context.Canceled):
		return 130
	}
	return 1
}

// message is what the user reads of an error: commands are called as this program
// is, and of an interruption no more is said than what to do next.
func message(err error) string {
	if errors.Is(err, context.Canceled) && !errors.As(err, new(*interrupted)) {
		return "interrupted"
	}
	return shown(spelled(setting.Message(err), typed()))
}

// maxMessage bounds the message of an error in bytes: what a file holds, or its
// path, can be of any length. The longest that says no more than what to do,
// where a model is published and where it goes by hand, has about 500.
const maxMessage = 600

// ellipsis stands for what is left out.
const ellipsis = " … "

// shown is a message on one line of bounded length that a terminal can show.
func shown(text string) string {
	text = term.Escape(strings.ReplaceAll(text, "\n", "; "), "")
	if len(text) <= maxMessage {
		return text
	}
	head, tail := maxMessage*2/3, len(text)-maxMessage/3+len(ellipsis)
	for !utf8.RuneStart(text[head]) {
		head--
	}
	for !utf8.RuneStart(text[tail]) {
		tail++
	}
	return text[:head] + ellipsis + text[tail:]
}

// interrupted is the error of work that Ctrl-C ended and that can go on.
type interrupted struct{ next string }

// Interrupted returns the error of work that was interrupted, and that the
// command or step next takes up. It is a context.Canceled.
func Interrupted(next string) error { return &interrupted{next} }

// Error says what goes on.
func (i *interrupted) Error() string { return "interrupted; go on with: " + i.next }

// Unwrap returns context.Canceled.
func (i *interrupted) Unwrap() error { return context.Canceled }

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
