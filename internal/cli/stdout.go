package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
)

// Stdout is the standard output of a command. It remembers the first error, so
// that Main can report it of a command that goes on without its output: a full
// disk must not look like success.
var Stdout = new(output)

type output struct {
	mu  sync.Mutex
	err error
}

// Write writes to standard output.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n, err := os.Stdout.Write(p)
	if err != nil {
		err = fmt.Errorf("standard output: %w", err)
		if o.err == nil {
			o.err = err
		}
	}
	return n, err
}

// Unwrap returns the file behind, for term.Columns.
func (o *output) Unwrap() io.Writer { return os.Stdout }

// end returns the error of a command that returned err. That the reader of its
// output left is none of a command that went on to its end.
func (o *output) end(err error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil && !errors.Is(err, flag.ErrHelp) || o.err == nil || errors.Is(o.err, syscall.EPIPE) {
		return err
	}
	return o.err
}
