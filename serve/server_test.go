package serve

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"time"
)

func TestLoadingIsNotReady(t *testing.T) {
	s := made(t, nil)
	for _, r := range []*http.Request{
		request(t, "GET", "/readyz", "", nil),
		request(t, "POST", "/v1/classify", "image/png", bytes.NewReader(picture(1))),
	} {
		got := do(s, r)
		if problemIn(t, got, 503); got.header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	if err := s.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := do(s, request(t, "GET", "/readyz", "", nil)); got.status != 200 {
		t.Errorf("%s", got.body)
	}
}

// A panic ends its request alone.
func TestPanics(t *testing.T) {
	s := made(t, nil)
	s.routes["/panic"] = get(func(http.ResponseWriter, *http.Request) error { panic("oh") })
	problemIn(t, do(s, request(t, "GET", "/panic", "", nil)), 500)
	problemIn(t, do(s, request(t, "GET", "/other", "", nil)), 404)
}

// Requests that run when the server is told to end have their answers; Serve
// returns no error, and no goroutine is left.
func TestDraining(t *testing.T) {
	before := goroutines(t)
	s := loaded(t, nil)
	began, release := make(chan bool), make(chan bool)
	s.routes["/slow"] = get(func(w http.ResponseWriter, _ *http.Request) error {
		close(began)
		<-release
		return writeJSON(w, "done")
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	got := make(chan error, 1)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	go func() {
		resp, err := client.Get("http://" + l.Addr().String() + "/slow")
		if err == nil {
			defer resp.Body.Close()
			if text, _ := io.ReadAll(resp.Body); string(text) != "\"done\"\n" {
				err = errors.New(string(text))
			}
		}
		got <- err
	}()
	<-began
	stop()
	for !s.draining.Load() {
		time.Sleep(time.Millisecond)
	}
	if r := do(s, request(t, "GET", "/readyz", "", nil)); r.status != 503 {
		t.Errorf("ready though it is going down: %s", r.body)
	}
	close(release)
	if err := <-got; err != nil {
		t.Errorf("a request was dropped: %v", err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	s.Close()
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			text := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, text[:runtime.Stack(text, true)])
		}
	}
}

func TestConnectionsAreLimited(t *testing.T) {
	addr := listening(t, made(t, func(c *Config) { c.Limits.Connections = 1 }))
	first, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	asked := make(chan error, 1)
	go func() {
		resp, err := client.Get("http://" + addr + "/healthz")
		if err == nil {
			resp.Body.Close()
		}
		asked <- err
	}()
	select {
	case err := <-asked:
		t.Errorf("a second connection was served: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	first.Close()
	if err := <-asked; err != nil {
		t.Errorf("the place of a closed connection stays taken: %v", err)
	}
}

// Connections that have asked something and stay open do not keep others out.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	addr := listening(t, made(t, func(c *Config) { c.Limits.Connections, c.Limits.IdleTime = 2, time.Minute }))
	for i := range 10 {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(20 * time.Second))
		io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("client %d: %v %v", i, resp, err)
		}
		resp.Body.Close()
	}
}

// Who keeps a connection while others wait for one is told that it ends with the
// answer, so that no request is sent by it that nobody reads.
func TestAnswersEndConnectionsThatOthersWaitFor(t *testing.T) {
	s := loaded(t, func(c *Config) { c.Limits.Connections = 2 })
	began, release := make(chan bool), make(chan bool)
	s.routes["/slow"] = get(func(w http.ResponseWriter, _ *http.Request) error {
		began <- true
		<-release
		return writeJSON(w, "done")
	})
	addr := listening(t, s)
	ask := func(path string) (ends bool) {
		client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{}}
		defer client.CloseIdleConnections()
		resp, err := client.Get("http://" + addr + path)
		if err != nil {
			t.Error(err)
			return false
		}
		defer resp.Body.Close()
		return resp.Close
	}
	var clients sync.WaitGroup
	for range 2 {
		clients.Go(func() {
			if !ask("/slow") {
				t.Error("a connection that another one waits for is kept")
			}
		})
		<-began
	}
	clients.Go(func() { ask("/healthz") })
	for !s.crowded.Load() {
		time.Sleep(time.Millisecond)
	}
	close(release)
	clients.Wait()
	for end := time.Now().Add(10 * time.Second); ask("/healthz"); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("a connection that nobody waits for is not kept")
		}
	}
}

// A body that does not come is given up after the time of a request. That time is
// not over for the next request of the same connection.
func TestBodiesHaveTheirTime(t *testing.T) {
	const patience = 500 * time.Millisecond
	addr := listening(t, loaded(t, func(c *Config) { c.Limits.Time = patience }))
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	from := bufio.NewReader(c)
	for _, status := range []int{422, 422, 408} {
		length := 3
		if status == 408 {
			length = 4
		}
		begin := time.Now()
		fmt.Fprintf(c, "POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: %d\r\n\r\nxyz", length)
		resp, err := http.ReadResponse(from, nil)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if took := time.Since(begin); resp.StatusCode != status || took > limits.HeaderTime {
			t.Errorf("%s after %v, want %d", resp.Status, took, status)
		}
		time.Sleep(2 * patience)
	}
}

func TestConfigIsChecked(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"no model":   func(c *Config) { c.Models = nil },
		"same name":  func(c *Config) { c.Models = []Model{shapes, shapes} },
		"no name":    func(c *Config) { c.Models = []Model{{}} },
		"door":       func(c *Config) { c.Doors = []Door{"back"} },
		"zero limit": func(c *Config) { c.Limits.Time = 0 },
		"bodies":     func(c *Config) { c.Limits.Bodies = c.Limits.Body - 1 },
		"queue":      func(c *Config) { c.Limits.Queue = 5 },
	} {
		c := Config{Models: []Model{shapes}, Limits: limits}
		change(&c)
		if _, err := New(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
