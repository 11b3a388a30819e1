package download

import (
	"context"
	"errors"
	"fmt"
	"io"
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
func begin(r *http.Response, file *os.File, w Want, have int64, known state) (total, at int64, err error) {
	switch {
	case r.StatusCode == http.StatusOK: // everything, whatever was asked for
		if span := every(r.Header, "Content-Range"); span != "" {
			return 0, 0, final("the server sent a part (%.60q) as if it were the whole file", span)
		}
		at, total = 0, max(r.ContentLength, 0)
	case r.StatusCode == http.StatusPartialContent:
		span := every(r.Header, "Content-Range")
		if at, total, err = contentRange(span); err != nil || at != have {
			return 0, 0, restart(file, "the server sent another part than the one that was asked for (%.60q)", span)
		}
		if !known.same(r, w, total) {
			return 0, 0, restart(file, "the server's file has changed since the transfer began")
		}
		if total == 0 {
			total = known.Total
		}
		if total == 0 && w.Size == 0 && w.SHA256 == "" {
			return 0, 0, restart(file, "the server does not say how long the file is that it sent a part of")
		}
	case r.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		if _, total, err := contentRange(every(r.Header, "Content-Range")); err == nil && total == have && known.same(r, w, total) {
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
	if pageType(r.Header.Get("Content-Type")) {
		return 0, 0, errWebPage
	}
	if err := whole(r, w, total); err != nil {
		return 0, 0, err
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

// whole is an error if an answer's end, once it comes, would not show that the
// file is whole.
func whole(r *http.Response, w Want, total int64) error {
	if e := every(r.Header, "Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return final("the server sent the file compressed (%.40q), though it was not asked to: its length and bytes cannot be checked", e)
	}
	chunked := len(r.TransferEncoding) > 0 || r.ProtoMajor >= 2
	if total == 0 && r.ContentLength < 0 && !chunked && w.Size == 0 && w.SHA256 == "" {
		return final("the server does not say how long the file is, so that a broken transfer would look like a whole one; download it by hand")
	}
	return nil
}

// every is a header with all its lines, of which http.Header.Get returns the first.
func every(h http.Header, name string) string { return strings.Join(h.Values(name), ", ") }

// restart empties the file, so that the next attempt asks for everything.
func restart(file *os.File, format string, args ...any) error {
	if err := file.Truncate(0); err != nil {
		return errFinal{err}
	}
	return fmt.Errorf(format, args...)
}

// tooLong is the error of a file that is longer than it was announced to be, or
// than the limit where it was not announced. Nothing is kept of it.
func tooLong(file *os.File, most int64) error {
	return errors.Join(final("the server sends more than %d bytes", most), file.Truncate(0))
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
		if total, err = natural(whole); err != nil {
			return 0, 0, err
		}
	}
	if part != "*" {
		from, err = natural(first)
	}
	return from, total, err
}

// natural reads a number of bytes.
func natural(s string) (int64, error) {
	n, err := strconv.ParseUint(s, 10, 63)
	return int64(n), err
}

// receiver appends what a server sends to a file.
type receiver struct {
	file      *os.File
	at, total int64 // place in the file, and its size; 0 is not known
	most      int64 // bytes that it may have
	idle      *watch
	report    Reporter

	least  int64 // bytes that must come in each window
	window time.Duration
}

// receive appends the body to the file. What came before an error stays there.
func (r *receiver) receive(body io.Reader) error {
	if r.least == 0 {
		r.least = 64 << 10
	}
	if r.window == 0 {
		r.window = time.Minute
	}
	r.report(r.total, r.at)
	begin, from := time.Now(), r.at // of the current window
	buffer := make([]byte, 256<<10)
	for {
		n, err := body.Read(buffer)
		r.idle.touch()
		if r.at+int64(n) > r.most {
			return tooLong(r.file, r.most)
		}
		if _, err := r.file.Write(buffer[:n]); err != nil {
			return errFinal{err}
		}
		if r.at < pageHead && webPage(r.file) {
			return errors.Join(errWebPage, r.file.Truncate(0))
		}
		r.at += int64(n)
		if n > 0 {
			r.report(r.total, r.at)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if passed := time.Since(begin); passed > r.window {
			if r.at-from < r.least {
				return fmt.Errorf("the server sent %d bytes in %v: the transfer has stalled", r.at-from, passed.Round(time.Millisecond))
			}
			begin, from = time.Now(), r.at
		}
	}
	if r.total > 0 && r.at < r.total {
		return fmt.Errorf("the connection ended after %d of %d bytes", r.at, r.total)
	}
	return r.file.Sync()
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
