package download

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// content is what is downloaded.
var content = bytes.Repeat([]byte("0123456789abcdef"), 20000)

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// good serves the content with ranges.
func good(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"v1"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// cut sends the beginning of what it should send, and ends the connection.
func cut(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		good(rec, r)
		for k, v := range rec.Header() {
			w.Header()[k] = v
		}
		w.WriteHeader(rec.Code)
		w.Write(rec.Body.Bytes()[:min(n, rec.Body.Len())])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
}

// inTurn serves each request by the next handler, the last one for ever.
func inTurn(handlers ...http.HandlerFunc) (http.HandlerFunc, *atomic.Int32) {
	var n atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) {
		i := int(n.Add(1)) - 1
		handlers[min(i, len(handlers)-1)](w, r)
	}, &n
}

func fast() *Client {
	return &Client{HTTP: &http.Client{CheckRedirect: CheckRedirect}, Pause: time.Millisecond, Attempts: 3}
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.CloseClientConnections)
	t.Cleanup(s.Close)
	return s.URL
}

// fetch downloads to a new folder, which may hold the part of an earlier time.
func fetch(t *testing.T, url string, part []byte, tag string, w Want) (path string, err error) {
	t.Helper()
	return fetchBy(t, fast(), url, part, tag, w)
}

// fetchBy is fetch by a client.
func fetchBy(t *testing.T, c *Client, url string, part []byte, tag string, w Want) (path string, err error) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "deep", "file")
	if part != nil {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(Partial(path), part, 0o644),
			writeState(Partial(path), state{Validator: tag})); err != nil {
			t.Fatal(err)
		}
	}
	w.URL = url
	return path, c.File(context.Background(), path, w, nil)
}

func mustHave(t *testing.T, path string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

var known = Want{Size: int64(len(content)), SHA256: sum(content)}

func TestGoodServers(t *testing.T) {
	half := content[:len(content)/2]
	ignoreRanges := func(w http.ResponseWriter, r *http.Request) { w.Write(content) }
	for name, c := range map[string]struct {
		handler  http.HandlerFunc
		part     []byte
		tag      string
		want     Want
		requests int
	}{
		"at once":                 {good, nil, "", known, 1},
		"nothing known":           {good, nil, "", Want{}, 1},
		"resumed":                 {good, half, `"v1"`, known, 1},
		"resumed, no tag":         {good, half, "", known, 1},
		"resumed, another file":   {good, []byte("old bytes"), `"v0"`, known, 1},
		"ranges refused":          {ignoreRanges, half, "", known, 1},
		"truncated twice":         {func() http.HandlerFunc { h, _ := inTurn(cut(1000), cut(5000), good); return h }(), nil, "", known, 3},
		"part was complete":       {good, content, "", known, 0},
		"complete, size unknown":  {good, content, "", Want{SHA256: known.SHA256}, 1},
		"part longer than a file": {good, append(bytes.Clone(content), "more"...), "", known, 2},
		"error, then good": {func() http.HandlerFunc {
			h, _ := inTurn(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(503) }, good)
			return h
		}(), nil, "", known, 2},
		"another part, then good": {func() http.HandlerFunc {
			h, _ := inTurn(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Range", "bytes 7-9/10")
				w.WriteHeader(206)
				w.Write([]byte("abc"))
			}, good)
			return h
		}(), half, "", known, 2},
		"no length": {func(w http.ResponseWriter, r *http.Request) {
			for i := 0; i < len(content); i += 10000 {
				w.Write(content[i:min(i+10000, len(content))])
				w.(http.Flusher).Flush()
			}
		}, nil, "", Want{SHA256: known.SHA256}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h, n := inTurn(c.handler)
			path, err := fetch(t, serve(t, h), c.part, c.tag, c.want)
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

func TestBadServers(t *testing.T) {
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(code) }
	}
	hang := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		w.Write(content[:100])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
	silent := func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	corrupt := bytes.Clone(content)
	corrupt[777] ^= 1
	for name, c := range map[string]struct {
		handler  http.HandlerFunc
		want     Want
		says     string
		requests int
		kept     bool
	}{
		"corrupt":        {func(w http.ResponseWriter, r *http.Request) { w.Write(corrupt) }, known, "SHA-256 is " + sum(corrupt), 1, false},
		"other size":     {func(w http.ResponseWriter, r *http.Request) { w.Write(content[:99]) }, known, "99 bytes, want 320000", 1, false},
		"empty":          {status(200), Want{}, "empty", 1, false},
		"not found":      {status(404), known, "404", 1, false},
		"unavailable":    {status(503), known, "503", 3, false},
		"always cut":     {cut(0), known, "", 3, false},
		"cut at the end": {func(w http.ResponseWriter, r *http.Request) { cut(3000)(w, r) }, known, "", 3, true},
		"hangs":          {hang, known, "sent nothing for 100ms", 3, true},
		"never answers":  {silent, known, "sent nothing for 100ms", 3, false},
		"web page":       {func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("<html><body>Sign in")) }, Want{}, "web page", 1, false},
		"redirects":      {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path+"x", http.StatusFound) }, known, "more than 10 times", 10, false},
	} {
		t.Run(name, func(t *testing.T) {
			h, n := inTurn(c.handler)
			client := fast()
			if strings.Contains(c.says, "sent nothing") { // only these wait for it
				client.Idle = 100 * time.Millisecond
			}
			path, err := fetchBy(t, client, serve(t, h), nil, "", c.want)
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "http://") {
				t.Errorf("error %v, want the address and %q", err, c.says)
			}
			if _, err := os.Stat(path); err == nil {
				t.Error("the file is there")
			}
			if int(n.Load()) != c.requests {
				t.Errorf("%d requests, want %d", n.Load(), c.requests)
			}
			if info, err := os.Stat(Partial(path)); c.kept != (err == nil && info.Size() > 0) {
				t.Errorf("part kept: %v", err == nil)
			}
			if left, _ := filepath.Glob(path + "*"); !c.kept && len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// A redirection to where the file is works; one that gives up encryption does
// not.
func TestRedirect(t *testing.T) {
	target := serve(t, good)
	from := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target, http.StatusFound) })
	path, err := fetch(t, from, nil, "", known)
	if err != nil {
		t.Fatal(err)
	}
	mustHave(t, path)
	secure := httptest.NewTLSServer(http.RedirectHandler(target, http.StatusFound))
	defer secure.Close()
	c := fast()
	c.HTTP = secure.Client()
	c.HTTP.CheckRedirect = CheckRedirect
	err = c.File(context.Background(), filepath.Join(t.TempDir(), "a"), Want{URL: secure.URL}, nil)
	if err == nil || !strings.Contains(err.Error(), "encrypted") {
		t.Errorf("error %v", err)
	}
}

func TestFileThatIsThere(t *testing.T) {
	h, n := inTurn(good)
	url := serve(t, h)
	path := filepath.Join(t.TempDir(), "a")
	for _, old := range []string{string(content), "something else"} {
		if err := os.WriteFile(path, []byte(old), 0o644); err != nil {
			t.Fatal(err)
		}
		w := known
		w.URL = url
		if err := fast().File(context.Background(), path, w, nil); err != nil {
			t.Fatal(err)
		}
		mustHave(t, path)
	}
	if n.Load() != 1 {
		t.Errorf("%d requests, want one for the wrong file", n.Load())
	}
}

func TestCancelAndOffline(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	path := filepath.Join(t.TempDir(), "a")
	if err := fast().File(ctx, path, Want{URL: url}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	closed := httptest.NewServer(http.HandlerFunc(good))
	closed.Close()
	err := fast().File(context.Background(), path, Want{URL: closed.URL}, nil)
	if err == nil || !Offline(err) {
		t.Errorf("offline: %v", err)
	}
	if left, _ := filepath.Glob(path + "*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestReport(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	var last int64
	err := fast().File(context.Background(), path, Want{URL: serve(t, good)}, func(total, done int64) {
		if total != int64(len(content)) || done < last {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil || last != int64(len(content)) {
		t.Errorf("%d bytes, %v", last, err)
	}
}
