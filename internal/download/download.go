// Package download fetches published files over HTTP so that what arrives is
// whole and right, or is not there.
//
// The bytes go to FILE.part beside the destination, which one process writes at
// a time. A transfer that breaks is taken up where it stopped, by itself a few
// times and otherwise when the program is run again, as long as the server's
// file is still the one that the part began with: its length and its validator
// (a strong ETag, or Last-Modified) are kept in FILE.part.json. Where neither
// a validator nor a published sum could tell, the transfer starts anew. A server
// that stops sending, or nearly so, is given up after a while. Size and SHA-256
// are checked where they are known, and only then the file gets its name.
//
// What cannot be told to be the whole file is refused: a web page, a compressed
// body, and a body of unknown length whose end is the end of the connection.
package download

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	neturl "net/url"
	"os"
	"path/filepath"
	"time"

	"frontdoor/internal/lockfile"
)

// Want is what is known about a file.
type Want struct {
	URL    string
	Size   int64  // in bytes; 0 if not known
	SHA256 string // in hexadecimal; empty if not known
}

// shown is the address without a password.
func (w Want) shown() string {
	if u, err := neturl.Parse(w.URL); err == nil {
		return u.Redacted()
	}
	return w.URL
}

// Reporter is told how many bytes there are in all, 0 if that is not known,
// and how many of them are there.
type Reporter func(total, done int64)

// Client downloads files. The zero value is ready for use.
type Client struct {
	// HTTP does the requests; if nil, one with sensible time limits.
	HTTP *http.Client
	// Idle is how long a server may send nothing; 0 means 30 seconds.
	Idle time.Duration
	// Least is how many bytes a server must send in each Window, or the transfer
	// is broken off; 0 means 64 KiB in a minute.
	Least  int64
	Window time.Duration
	// Most is how many bytes a file of unpublished size may have, so that a
	// server cannot fill the disk; 0 means 8 GiB.
	Most int64
	// Attempts is how often a broken transfer is taken up again; 0 means 5.
	Attempts int
	// Pause is the time before the second attempt, which doubles each time; 0
	// means a second.
	Pause time.Duration
}

// errFinal marks errors that another attempt cannot mend.
type errFinal struct{ error }

func (e errFinal) Unwrap() error { return e.error }

func final(format string, args ...any) error { return errFinal{fmt.Errorf(format, args...)} }

// Partial returns the path of the unfinished file.
func Partial(path string) string { return path + ".part" }

// File makes path the file that is wanted. If it is there already it is
// checked, and fetched again only if it is wrong. On an error the bytes that
// did arrive are kept for the next time, unless they are wrong. Folders are
// made.
func (c *Client) File(ctx context.Context, path string, w Want, report Reporter) error {
	if report == nil {
		report = func(int64, int64) {}
	}
	if _, err := os.Stat(path); err == nil && check(ctx, path, w) == nil {
		return nil
	} else if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	part := Partial(path)
	release, err := hold(part)
	if err != nil {
		return fmt.Errorf("downloading %s: %w", w.shown(), err)
	}
	defer release()
	if err := c.attempts(ctx, path, w, report); err != nil {
		if info, e := os.Stat(part); e == nil && info.Size() == 0 { // nothing to take up again
			os.Remove(part)
			os.Remove(stateFile(part))
		}
		return fmt.Errorf("downloading %s: %w", w.shown(), err)
	}
	if err := check(ctx, part, w); err != nil {
		if ctx.Err() != nil {
			return ctx.Err() // it is whole, and will be looked at another time
		}
		os.Remove(part)
		os.Remove(stateFile(part))
		return fmt.Errorf("downloading %s: %w; it was thrown away. Try again, or use another source", w.shown(), err)
	}
	os.Remove(stateFile(part))
	return os.Rename(part, path)
}

// hold lets this process alone write a part.
func hold(part string) (release func(), err error) {
	lock := part + ".lock"
	if err := lockfile.Acquire(lock); err != nil {
		if errors.As(err, new(*lockfile.HeldError)) {
			return nil, fmt.Errorf("another process is downloading it to %s: wait for it; if there is none, delete %s", part, lock)
		}
		return nil, err
	}
	return func() { lockfile.Release(lock) }, nil
}

// attempts fetches until the file is complete.
func (c *Client) attempts(ctx context.Context, path string, w Want, report Reporter) error {
	pause, most := c.Pause, c.Attempts
	if pause == 0 {
		pause = time.Second
	}
	if most == 0 {
		most = 5
	}
	for i := 1; ; i++ {
		err := c.attempt(ctx, Partial(path), w, report)
		if err == nil {
			return nil
		}
		if errors.As(err, new(errFinal)) || ctx.Err() != nil || i == most {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
			pause *= 2
		}
	}
}

// attempt sends one request, for what is missing, and appends what comes.
func (c *Client) attempt(ctx context.Context, part string, w Want, report Reporter) (err error) {
	if info, err := os.Lstat(part); err == nil && !info.Mode().IsRegular() {
		return final("%s is no file of a download: delete it", part)
	}
	file, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return errFinal{err}
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	have, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return errFinal{err}
	}
	if w.Size > 0 && have == w.Size {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	idle := newWatch(c.idle(), cancel)
	defer idle.stop()
	known := readState(part)
	if have > 0 && known.Validator == "" && w.SHA256 == "" {
		have = 0 // nothing could tell whether the rest belongs to it
	}
	response, err := c.ask(ctx, w.URL, have, known)
	if err != nil {
		return because(ctx, err)
	}
	defer response.Body.Close()
	idle.touch()
	total, have, err := begin(response, file, w, have, known)
	if err != nil || have < 0 {
		return err
	}
	most := cmp.Or(c.Most, 8<<30)
	if w.Size == 0 && total > most {
		return tooLong(file, most)
	}
	most = cmp.Or(total, most)
	if have == 0 { // written before the bytes that it stands for
		if err := writeState(part, state{Total: total, Validator: validator(response)}); err != nil {
			return errFinal{err}
		}
	}
	r := receiver{file: file, at: have, total: total, most: most, idle: idle, report: report, least: c.Least, window: c.Window}
	return because(ctx, r.receive(response.Body))
}

func (c *Client) idle() time.Duration {
	if c.Idle == 0 {
		return 30 * time.Second
	}
	return c.Idle
}

// ask sends the request. If a part is there, the rest is asked for, provided
// that the file is still the same one.
func (c *Client) ask(ctx context.Context, url string, have int64, known state) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, errFinal{err}
	}
	if user := request.URL.User; user != nil { // which would be in messages
		password, _ := user.Password()
		request.SetBasicAuth(user.Username(), password)
		request.URL.User = nil
	}
	if have > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		if known.Validator != "" {
			request.Header.Set("If-Range", known.Validator)
		}
	}
	// A compressed transfer could not be taken up in the middle.
	request.Header.Set("Accept-Encoding", "identity")
	request.Close = true // what a server sends behind its answer is of no interest
	client := *standard
	if c.HTTP != nil {
		client = *c.HTTP
	}
	client.Transport = careful{client.Transport}
	response, err := client.Do(request)
	if failed := (*neturl.Error)(nil); errors.As(err, &failed) && failed.URL == request.URL.String() {
		err = failed.Err // whoever asked names the address
	}
	if errors.As(err, new(errFinal)) || errors.As(err, new(*tls.CertificateVerificationError)) {
		return nil, errFinal{err}
	}
	return response, err
}
