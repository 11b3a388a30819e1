package fetch

import (
	"io"

	"frontdoor/internal/term"
)

// bar shows a transfer in megabytes. It appears with the first byte, when the
// length is known.
type bar struct {
	w     io.Writer
	label string
	p     *term.Progress
	shown int
}

func (b *bar) show(total, done int64) {
	const megabyte = 1e6
	if b.p == nil {
		b.p = term.NewProgress(b.w, int((total+megabyte-1)/megabyte), b.label)
	}
	now := int(done / megabyte)
	if done == total {
		now = int((total + megabyte - 1) / megabyte)
	}
	if now > b.shown { // after a new start it waits
		b.p.Add(now - b.shown)
		b.shown = now
	}
}

func (b *bar) end() {
	b.p.Done()
	b.p = nil
}
