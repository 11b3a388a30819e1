package download

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// answers is a server that gives every request the same answer.
type answers struct {
	status int
	header http.Header
	length int64
	body   string
}

// RoundTrip answers a request. As of a real transport, the body has the announced
// length, or ends with an error.
func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	length, body := max(a.length, -1), io.Reader(strings.NewReader(a.body))
	switch have := int64(len(a.body)); {
	case length >= 0 && length < have:
		body = strings.NewReader(a.body[:length])
	case length > have:
		body = io.MultiReader(body, iotest.ErrReader(io.ErrUnexpectedEOF))
	}
	return &http.Response{StatusCode: a.status, Status: http.StatusText(a.status), ProtoMajor: 1, ProtoMinor: 1, Header: a.header.Clone(),
		ContentLength: length, Body: io.NopCloser(body), Request: r}, nil
}

// FuzzHeaders answers by any headers the request for a file, of which a part is
// there already. A file that is taken for whole is either what the answer holds
// or the part with it behind, as long as the answer says.
func FuzzHeaders(f *testing.F) {
	f.Add(206, "bytes 4-7/8", `"v1"`, "", "", "", int64(4), "part", `{"total": 8, "validator": "\"v1\""}`, "rest")
	f.Add(200, "", `W/"v1"`, "Tue, 01 Jan 2030 00:00:00 GMT", "", "", int64(-1), "part", "{}", "whole")
	f.Add(206, "bytes 4-9223372036854775807/*", "", "", "gzip", "text/html", int64(1)<<62, "part", `{"total": -1}`, "<html>")
	f.Add(416, "bytes */4", `"v1"`, "", "identity", "application/octet-stream", int64(0), "part", `{"total": 4, "validator": "\"v1\""}`, "")
	f.Add(206, "bytes */-4", "", "", "", "", int64(-2), "", "[", "x")
	dir, err := os.MkdirTemp("/dev/shm", "fuzz") // in memory, where that is: a download ends with a sync of its file
	if err != nil {
		dir = f.TempDir()
	}
	f.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "file")
	f.Fuzz(func(t *testing.T, status int, span, tag, modified, encoding, kind string, length int64, part, state, body string) {
		header := http.Header{}
		for key, value := range map[string]string{"Content-Range": span, "ETag": tag, "Last-Modified": modified, "Content-Encoding": encoding, "Content-Type": kind} {
			if value != "" {
				header.Set(key, value)
			}
		}
		for name, text := range map[string]string{Partial(path): part, stateFile(Partial(path)): state} {
			if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		os.Remove(path)
		c := Client{HTTP: &http.Client{Transport: answers{status, header, length, body}}, Pause: time.Nanosecond, Attempts: 2}
		err := c.File(context.Background(), path, Want{URL: "http://fuzz/file"}, func(total, done int64) {
			if total < 0 || done < 0 {
				t.Errorf("%d of %d bytes", done, total)
			}
		})
		got, missing := os.ReadFile(path)
		if length >= 0 {
			body = body[:min(int64(len(body)), length)]
		}
		switch whole := string(got) == body || string(got) == part+body || string(got) == part; {
		case err != nil && (missing == nil || len(err.Error()) > 500):
			t.Errorf("the message %q, and the file %q", err, got)
		case err == nil && (missing != nil || !whole || len(got) == 0):
			t.Errorf("the file %q of the part %q and the body %q", got, part, body)
		case err == nil && length >= 0 && status == http.StatusOK && int64(len(got)) != length:
			t.Errorf("%d bytes of an answer of %d", len(got), length)
		}
	})
}
