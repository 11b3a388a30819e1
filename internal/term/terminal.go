package term

import (
	"io"
	"os"
	"runtime"

	xterm "golang.org/x/term"
)

// isTerminal says whether f is a terminal, that is, whether a person may be
// watching. A nil file is none.
func isTerminal(f *os.File) bool {
	return f != nil && xterm.IsTerminal(int(f.Fd()))
}

// minColumns is the narrowest terminal that shows a bar and its figures on
// one line; a bar that wraps leaves a trail of broken lines.
const minColumns = 60

// barColumns returns the columns of the terminal behind w, or 0 where a bar
// cannot be shown: no terminal, a dumb one, or one too narrow.
func barColumns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !isTerminal(f) || os.Getenv("TERM") == "dumb" {
		return 0
	}
	if runtime.GOOS == "windows" && os.Getenv("TERM") == "" && os.Getenv("WT_SESSION") == "" {
		return 0 // the old console prints escape codes as they are
	}
	width, _, err := xterm.GetSize(int(f.Fd()))
	if err != nil || width < minColumns {
		return 0
	}
	return width
}
