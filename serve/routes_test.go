package serve

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A client that waits for 100 Continue with its body, as curl does with a long one, has
// the refusal at once and keeps the body.
func TestRefusedBodiesAreNotWaitedFor(t *testing.T) {
	addr := listening(t, loaded(t, nil))
	for _, header := range []string{"Content-Type: text/plain", "Content-Type: image/png\r\nContent-Encoding: br"} {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(limits.Time / 2))
		io.WriteString(c, head(header, "Content-Length: 3000000", "Expect: 100-continue"))
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Errorf("%s: %v", header, err)
			continue
		}
		if resp.Body.Close(); resp.StatusCode != http.StatusUnsupportedMediaType {
			t.Errorf("%s: %s", header, resp.Status)
		}
	}
}

// A client that writes all of a long body before it reads, as Python's http.client does,
// reads why it was refused.
func TestRefusalsReachWhoWritesFirst(t *testing.T) {
	addr := listening(t, loaded(t, nil))
	rest := make([]byte, 64<<20) // more than the buffers between the two hold
	for header, status := range map[string]int{
		"Content-Type: image/png":                     413,
		"Content-Type: text/plain":                    413,
		"Transfer-Encoding: chunked\r\nX: a":          415,
		"Content-Type: image/png\r\nOrigin: http://a": 403,
	} {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(limits.Time))
		if !strings.Contains(header, "chunked") {
			header += fmt.Sprintf("\r\nContent-Length: %d", len(rest))
		}
		io.WriteString(c, head(header))
		if strings.Contains(header, "chunked") {
			fmt.Fprintf(c, "%x\r\n", len(rest))
		}
		if _, err := c.Write(rest); err != nil {
			t.Errorf("%s: %v", header, err)
			continue
		}
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Errorf("%s: %v", header, err)
			continue
		}
		if resp.Body.Close(); resp.StatusCode != status || resp.ContentLength <= 0 {
			t.Errorf("%s: %s, %d bytes, want %d", header, resp.Status, resp.ContentLength, status)
		}
	}
}

// What comes late of a body that has been refused is not taken for another request.
func TestLateBodiesAreNoRequests(t *testing.T) {
	addr := listening(t, loaded(t, func(c *Config) { c.Limits.Time = 200 * time.Millisecond }))
	for _, length := range []int{1000, 1 << 20} {
		for header, status := range map[string]int{"Content-Type: text/plain": 415, "Content-Type: image/png": 408} {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(limits.Time))
			from := bufio.NewReader(c)
			io.WriteString(c, head(header, fmt.Sprintf("Content-Length: %d", length)))
			resp, err := http.ReadResponse(from, nil)
			if err != nil || resp.StatusCode != status {
				t.Fatalf("%s: %v, %v", header, resp, err)
			}
			io.Copy(io.Discard, resp.Body)
			time.Sleep(300 * time.Millisecond)
			io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n") // the connection may be gone
			if rest, _ := io.ReadAll(from); len(rest) > 0 {
				t.Errorf("%s, %d bytes: %q", header, length, rest)
			}
		}
	}
}

// What a path does not take is answered with what it takes.
func TestMethods(t *testing.T) {
	s := loaded(t, nil)
	for _, c := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"HEAD", "/v1/models", 200, ""}, {"OPTIONS", "/v1/models", 405, "GET, HEAD"}, {"get", "/v1/models", 405, "GET, HEAD"},
		{"HEAD", "/v1/classify", 405, "POST"}, {"PUT", "/v1/classify", 405, "POST"},
	} {
		r := do(s, request(t, c.method, c.path, "", nil))
		if r.status != c.status || r.header.Get("Allow") != c.allow {
			t.Errorf("%s %s: %d, Allow %q", c.method, c.path, r.status, r.header.Get("Allow"))
		}
	}
	// Nobody reads the body of a GET, so that nothing is wrong with it.
	r := request(t, "GET", "/v1/models", "", long(5<<20))
	r.Header.Set("Content-Encoding", "gzip")
	if got := do(s, r); got.status != 200 {
		t.Errorf("%d %s", got.status, got.body)
	}
}
