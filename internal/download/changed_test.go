package download

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/lockfile"
)

// partial answers a request for the rest of the content as if it were another
// version of the file, in the way that change says.
func partial(change func(h http.Header)) http.HandlerFunc {
	return first(func(w http.ResponseWriter, r *http.Request) {
		half := len(content) / 2
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", half, len(content)-1, len(content)))
		change(w.Header())
		w.WriteHeader(http.StatusPartialContent)
		w.Write(bytes.Repeat([]byte{0}, len(content)-half))
	})
}

// first answers the first request by a handler, and the others well.
func first(handler http.HandlerFunc) http.HandlerFunc {
	h, _ := inTurn(handler, good)
	return h
}

// A file that changed since its part was written is fetched anew, though no sum
// is published.
func TestChangedFileIsFetchedAnew(t *testing.T) {
	half := content[:len(content)/2]
	total := func(n string) func(http.Header) {
		return func(h http.Header) {
			h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%s", len(half), len(content)-1, n))
		}
	}
	short := func(w http.ResponseWriter, r *http.Request) { // a part of the rest
		w.Header().Set("ETag", `"v1"`)
		total("*")(w.Header())
		w.WriteHeader(http.StatusPartialContent)
		w.Write(content[len(half) : len(half)+10])
	}
	for name, c := range map[string]struct {
		known    state
		answer   http.HandlerFunc
		requests int
	}{
		"other ETag":       {state{int64(len(content)), `"v1"`}, partial(func(h http.Header) { h.Set("ETag", `"v2"`) }), 2},
		"other total":      {state{int64(len(content)), `"v1"`}, partial(total("320001")), 2},
		"other encoding":   {state{int64(len(content)), `"v1"`}, partial(func(h http.Header) { h.Add("Content-Encoding", "identity"); h.Add("Content-Encoding", "br") }), 0},
		"two ranges":       {state{int64(len(content)), `"v1"`}, partial(func(h http.Header) { h.Add("Content-Range", "bytes 0-1/320000") }), 2},
		"ends early":       {state{int64(len(content)), `"v1"`}, first(short), 2},
		"no total":         {state{0, `"v1"`}, first(short), 2},
		"negative total":   {state{int64(len(content)), `"v1"`}, partial(total("-5")), 2},
		"no ETag any more": {state{int64(len(content)), `"v1"`}, partial(func(h http.Header) { h.Del("ETag") }), 2},
		"complete without an ETag": {state{int64(len(half)), `"v1"`}, first(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes */%d", len(half)))
			w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
		}), 2},
		"nothing known": {state{}, good, 1},
		"damaged state": {state{Total: -3, Validator: `"v1"`}, good, 1},
		"one version":   {state{int64(len(content)), `"v1"`}, good, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h, n := inTurn(c.answer)
			path := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(Partial(path), half, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := writeState(Partial(path), c.known); err != nil {
				t.Fatal(err)
			}
			err := fast().File(context.Background(), path, Want{URL: serve(t, h)}, nil)
			if c.requests == 0 {
				if err == nil || !strings.Contains(err.Error(), "compressed") {
					t.Errorf("error %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			mustHave(t, path)
			if int(n.Load()) != c.requests {
				t.Errorf("%d requests, want %d", n.Load(), c.requests)
			}
		})
	}
}

// raw sends bytes as they are and closes the connection.
func raw(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		conn.Write([]byte(answer))
	}
}

// What may be a part of the file only, or something else, never gets its name.
func TestDoubtfulAnswersAreRefused(t *testing.T) {
	slow := func(w http.ResponseWriter, r *http.Request) {
		for range 200 {
			w.Write([]byte("x"))
			w.(http.Flusher).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	}
	page := func(texts ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/octet-stream")
			for _, text := range texts {
				w.Write([]byte(text))
				w.(http.Flusher).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		}
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		says   string
	}{
		"old protocol, no length": {raw("HTTP/1.0 200 OK\r\n\r\nabc"), "how long"},
		"closed, no length":       {raw("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc"), "how long"},
		"chunks end early":        {raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"), "EOF"},
		"compressed":              {raw("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc"), "compressed"},
		"page as a file":          {page("  <!DOCTYPE html><title>Sign in"), "web page"},
		"page by letters":         {page("\n", "<", "!DOCTYPE", " html><title>Sign in"), "web page"},
		"page after blanks":       {page(strings.Repeat("\r\n", 1000) + "<html>"), "web page"},
		"part as a file":          {raw("HTTP/1.1 200 OK\r\nContent-Range: bytes 0-2/9\r\nContent-Length: 3\r\n\r\nabc"), "as if it were the whole"},
		"page with a mark":        {page("\xef\xbb\xbf<!DOCTYPE html>"), "web page"},
		"page in UTF-16":          {page("\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00"), "web page"},
		"page in XML":             {page(`<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">`), "web page"},
		"led to a file":           {http.RedirectHandler("file:///etc/passwd", http.StatusFound).ServeHTTP, "no address of HTTP"},
		"led to nowhere":          {raw("HTTP/1.1 302 Found\r\nLocation: http://[::1/x\r\nContent-Length: 0\r\n\r\n"), "cannot be read"},
		"endless":                 {page(strings.Repeat("0", 3000), strings.Repeat("0", 3000)), "more than 5000 bytes"},
		"announced too long":      {raw("HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\nabc"), "more than 5000 bytes"},
		"drops":                   {slow, "stalled"},
	} {
		t.Run(name, func(t *testing.T) {
			client := fast()
			client.Least, client.Window, client.Most = 1000, 50*time.Millisecond, 5000
			h, n := inTurn(c.answer)
			path, err := fetchBy(t, client, serve(t, h), nil, "", Want{})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want %q", err, c.says)
			}
			if again := errors.As(err, new(errFinal)); again == (n.Load() > 1) {
				t.Errorf("%d requests", n.Load())
			}
			if _, err := os.Stat(path); err == nil {
				t.Error("the file is there")
			}
			if left, _ := filepath.Glob(path + "*"); len(left) > 0 && strings.Contains(c.says, "more than") {
				t.Errorf("left behind: %v", left)
			}
		})
	}
	// With a published sum, the length is of no matter.
	h := raw("HTTP/1.0 200 OK\r\n\r\n" + string(content))
	path, err := fetch(t, serve(t, h), nil, "", Want{SHA256: known.SHA256})
	if err != nil {
		t.Fatal(err)
	}
	mustHave(t, path)
}

// What lies where the part and its state belong is not followed.
func TestPartOfAStranger(t *testing.T) {
	dir := t.TempDir()
	path, victim := filepath.Join(dir, "file"), filepath.Join(dir, "victim")
	if err := os.WriteFile(victim, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, Partial(path)); err != nil {
		t.Skip("skipped: no symbolic links here: ", err)
	}
	err := fast().File(context.Background(), path, Want{URL: serve(t, good)}, nil)
	text, _ := os.ReadFile(victim)
	if err == nil || !strings.Contains(err.Error(), "delete it") || string(text) != "mine" {
		t.Errorf("error %v, and the file linked to holds %.20q", err, text)
	}
}

// Two processes never write one part.
func TestPartIsHeld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	lock := Partial(path) + ".lock"
	if err := lockfile.Acquire(lock); err != nil {
		t.Fatal(err)
	}
	url := serve(t, good)
	err := fast().File(context.Background(), path, Want{URL: url}, nil)
	if err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("error %v", err)
	}
	if err := lockfile.Release(lock); err != nil {
		t.Fatal(err)
	}
	if err := fast().File(context.Background(), path, Want{URL: url}, nil); err != nil {
		t.Fatal(err)
	}
	mustHave(t, path)
}

// What cannot become right is asked for once: an address of another kind, or a
// server that cannot say who it is. A password in an address is sent, and not
// shown.
func TestAddresses(t *testing.T) {
	unknown := httptest.NewTLSServer(http.HandlerFunc(good))
	unknown.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer unknown.Close()
	private, asked := inTurn(func(w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); !ok || user != "me" || password != "secret" {
			t.Errorf("%s, %s, %v", user, password, ok)
		}
		panic(http.ErrAbortHandler)
	})
	for url, says := range map[string]string{
		"ftp://localhost/x": "no address of HTTP",
		"localhost/x":       "no address of HTTP",
		unknown.URL:         "certificate",
		strings.Replace(serve(t, private), "http://", "http://me:secret@", 1): "EOF",
	} {
		err := fast().File(context.Background(), filepath.Join(t.TempDir(), "file"), Want{URL: url}, nil)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: error %v, want %q", url, err, says)
		}
		if errors.As(err, new(errFinal)) == (says == "EOF") {
			t.Errorf("%s: whether it is tried again: %v", url, says != "EOF")
		}
	}
	if asked.Load() != 3 {
		t.Errorf("%d requests with a password", asked.Load())
	}
}
