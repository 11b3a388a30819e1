package setting

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
)

// A Go caller reads words and who calls a command flags, however the error is
// wrapped; what is formatted is never taken for a setting.
func TestMessage(t *testing.T) {
	small := Errorf("{epochs} %d: must be at least 1", -1)
	unreadable := Errorf("%s: %w; choose another {out}", "a {lr} b", fs.ErrPermission)
	for _, c := range []struct {
		err          error
		words, flags string
	}{
		{small, "epochs -1: must be at least 1", "-epochs -1: must be at least 1"},
		{Errorf("{lr} %v", 0.5), "learning rate 0.5", "-lr 0.5"},
		{unreadable, "a {lr} b: permission denied; choose another run folder", "a {lr} b: permission denied; choose another -out"},
		{fmt.Errorf("x: %w", small), "x: epochs -1: must be at least 1", "x: -epochs -1: must be at least 1"},
		{Errorf("{method} coop: %w", fmt.Errorf("x: %w", small)), "method coop: x: epochs -1: must be at least 1", "-method coop: x: -epochs -1: must be at least 1"},
		{errors.Join(small, errors.New("y"), unreadable), small.Error() + "\ny\n" + unreadable.Error(), "-epochs -1: must be at least 1\ny\na {lr} b: permission denied; choose another -out"},
		{errors.New("plain {lr}"), "plain {lr}", "plain {lr}"},
	} {
		if got := c.err.Error(); got != c.words {
			t.Errorf("%q, want %q", got, c.words)
		}
		if got := Message(c.err); got != c.flags {
			t.Errorf("%q, want %q", got, c.flags)
		}
	}
	if !errors.Is(unreadable, fs.ErrPermission) {
		t.Error("the cause is lost")
	}
}
