package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// begin reads the answer's head. It returns the size of the whole file, 0 if
// that is not said, and where in it the answer's bytes begin; a negative place
// means that there is nothing to receive. The file is cut where they begin.
func begin(r *http.Response, file *os.File, w Want, have int64) (total, at int64, err error) {
	switch {
	case r.StatusCode == http.StatusOK: // everything, whatever was asked for
		at, total = 0, max(r.ContentLength, 0)
	case r.StatusCode == http.StatusPartialContent:
		if at, total, err = contentRange(r.Header.Get("Content-Range")); err != nil || at != have {
			return 0, 0, restart(file, "the server sent another part than the one that was asked for (%q)", r.Header.Get("Content-Range"))
		}
	case r.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		if _, total, err := contentRange(r.Header.Get("Content-Range")); err == nil && total == have {
			return total, -1, nil // it was complete
		}
		return 0, 0, restart(file, "the server has less than what is already here")
	case r.StatusCode >= 500 || r.StatusCode == http.StatusTooManyRequests || r.StatusCode == http.StatusRequestTimeout:
		return 0, 0, fmt.Errorf("the server answers %s", r.Status)
	default:
		return 0, 0, final("the server answers %s", r.Status)
	}
	if w.Size > 0 && total > 0 && total != w.Size {
		return 0, 0, final("the server has a file of %d bytes, want %d", total, w.Size)
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "text/html" {
		return 0, 0, final("the server sent a web page and not the file; open the address in a browser and save the file by hand")
	}
	if err := file.Truncate(at); err != nil {
		return 0, 0, errFinal{err}
	}
	if _, err := file.Seek(at, io.SeekStart); err != nil {
		return 0, 0, errFinal{err}
	}
	if total == 0 {
		total = w.Size
	}
	return total, at, nil
}

// restart empties the file, so that the next attempt asks for everything.
func restart(file *os.File, format string, args ...any) error {
	if err := file.Truncate(0); err != nil {
		return errFinal{err}
	}
	return fmt.Errorf(format, args...)
}

// contentRange reads "bytes 5-9/10", and "bytes */10" as from 0.
func contentRange(header string) (from, total int64, err error) {
	text, ok := strings.CutPrefix(header, "bytes ")
	part, whole, ok2 := strings.Cut(text, "/")
	first, _, ok3 := strings.Cut(part, "-")
	if !ok || !ok2 || !ok3 && part != "*" {
		return 0, 0, errors.New("no range")
	}
	if whole != "*" {
		if total, err = strconv.ParseInt(whole, 10, 64); err != nil {
			return 0, 0, err
		}
	}
	if part != "*" {
		from, err = strconv.ParseInt(first, 10, 64)
	}
	return from, total, err
}

// receive appends the body to the file. A total of 0 is not known. What came
// before an error stays in the file.
func receive(file *os.File, body io.Reader, at, total int64, idle *watch, report Reporter) error {
	report(total, at)
	buffer := make([]byte, 256<<10)
	for {
		n, err := body.Read(buffer)
		idle.touch()
		if _, err := file.Write(buffer[:n]); err != nil {
			return errFinal{err}
		}
		at += int64(n)
		if total > 0 && at > total {
			return final("the server sends more than the %d bytes that it announced", total)
		}
		if n > 0 {
			report(total, at)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if total > 0 && at < total {
		return fmt.Errorf("the connection ended after %d of %d bytes", at, total)
	}
	return file.Sync()
}

// watch cancels a request whose server has been silent for too long.
type watch struct {
	mu    sync.Mutex
	after time.Duration
	timer *time.Timer
}

func newWatch(after time.Duration, cancel context.CancelCauseFunc) *watch {
	return &watch{after: after, timer: time.AfterFunc(after, func() {
		cancel(fmt.Errorf("the server sent nothing for %v", after))
	})}
}

// touch says that something came.
func (w *watch) touch() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer.Reset(w.after)
}

func (w *watch) stop() { w.timer.Stop() }

// because returns why the request was cancelled, if it was by the watch.
func because(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); err != nil && cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return err
}
