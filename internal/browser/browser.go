// Package browser shows pages to Chromium for tests: at a width, in light or dark,
// and says what it saw. It speaks the DevTools protocol over two pipes, so that
// nothing is needed but the browser.
package browser

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// Browser is a Chromium with one empty page.
type Browser struct {
	in      io.Writer
	out     *bufio.Reader
	last    int    // number of a call
	page    string // that calls are about
	fetched []string
}

// View is how a page is looked at.
type View struct {
	Width int // of the window, in CSS pixels
	Dark  bool
}

// patience is how long a browser may take for everything.
const patience = 4 * time.Minute

// Start starts Chromium for a test, which is skipped where there is none.
func Start(t testing.TB) *Browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" {
		t.Skip("no Chromium is installed")
	}
	toBrowser, in, err1 := os.Pipe()
	out, fromBrowser, err2 := os.Pipe()
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	profile, err := os.MkdirTemp("", "chromium")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
		"--disable-background-networking", "--user-data-dir="+profile, "--remote-debugging-pipe", "about:blank")
	cmd.ExtraFiles = []*os.File{toBrowser, fromBrowser} // its files 3 and 4
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	toBrowser.Close()
	fromBrowser.Close()
	end := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	b := &Browser{in: in, out: bufio.NewReader(out)}
	t.Cleanup(func() {
		b.page = ""
		b.call("Browser.close", nil, nil) // its processes end with it
		in.Close()
		cmd.Wait()
		end.Stop()
		out.Close()
		os.RemoveAll(profile) // as far as it is no longer written
	})
	var target struct{ TargetID string }
	var session struct{ SessionID string }
	b.must(t, "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	b.must(t, "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session)
	b.page = session.SessionID
	b.must(t, "Page.enable", nil, nil)
	b.must(t, "Network.enable", nil, nil)
	return b
}

// Open shows the page at a URL and returns what else it asked for.
func (b *Browser) Open(t testing.TB, url string, v View) (fetched []string) {
	t.Helper()
	scheme := "light"
	if v.Dark {
		scheme = "dark"
	}
	b.must(t, "Emulation.setDeviceMetricsOverride", map[string]any{"width": v.Width, "height": 900, "deviceScaleFactor": 1, "mobile": v.Width < 600}, nil)
	b.must(t, "Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]string{"name": "prefers-color-scheme", "value": scheme}}}, nil)
	b.fetched = nil
	b.must(t, "Page.navigate", map[string]any{"url": url}, nil)
	if err := b.wait("Page.loadEventFired"); err != nil {
		t.Fatal(err)
	}
	for _, f := range b.fetched {
		if f != url {
			fetched = append(fetched, f)
		}
	}
	return fetched
}

// Evaluate fills to with the value of a JavaScript expression.
func (b *Browser) Evaluate(t testing.TB, expression string, to any) {
	t.Helper()
	var got struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	b.must(t, "Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true}, &got)
	if got.ExceptionDetails != nil {
		t.Fatalf("%s: %s", expression, got.ExceptionDetails)
	}
	if err := json.Unmarshal(got.Result.Value, to); err != nil {
		t.Fatalf("%s: %v", got.Result.Value, err)
	}
}

// Screenshot writes the whole page to a PNG.
func (b *Browser) Screenshot(t testing.TB, path string) {
	t.Helper()
	var got struct{ Data string }
	b.must(t, "Page.captureScreenshot", map[string]any{"captureBeyondViewport": true}, &got)
	text, err := base64.StdEncoding.DecodeString(got.Data)
	if err == nil {
		err = os.WriteFile(path, text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// message is what the browser sends: an answer to a call, or an event.
type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// must calls a method of the protocol and fills result, which may be nil.
func (b *Browser) must(t testing.TB, method string, params, result any) {
	t.Helper()
	if err := b.call(method, params, result); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
}

func (b *Browser) call(method string, params, result any) error {
	b.last++
	request := map[string]any{"id": b.last, "method": method}
	if params != nil {
		request["params"] = params
	}
	if b.page != "" {
		request["sessionId"] = b.page
	}
	text, err := json.Marshal(request)
	if err != nil {
		return err
	}
	if _, err := b.in.Write(append(text, 0)); err != nil {
		return err
	}
	for {
		m, err := b.read()
		switch {
		case err != nil:
			return err
		case m.ID != b.last:
			continue
		case m.Error != nil:
			return fmt.Errorf("the browser says: %s", m.Error.Message)
		case result == nil:
			return nil
		}
		return json.Unmarshal(m.Result, result)
	}
}

// wait reads until an event.
func (b *Browser) wait(event string) error {
	for {
		m, err := b.read()
		if err != nil || m.Method == event {
			return err
		}
	}
}

// read returns the next message, and notes what is fetched.
func (b *Browser) read() (*message, error) {
	text, err := b.out.ReadBytes(0)
	if err != nil {
		return nil, fmt.Errorf("the browser has ended: %w", err)
	}
	m := new(message)
	if err := json.Unmarshal(text[:len(text)-1], m); err != nil {
		return nil, err
	}
	if m.Method == "Network.requestWillBeSent" {
		var p struct{ Request struct{ URL string } }
		if err := json.Unmarshal(m.Params, &p); err != nil {
			return nil, err
		}
		if len(p.Request.URL) < 5 || p.Request.URL[:5] != "data:" {
			b.fetched = append(b.fetched, p.Request.URL)
		}
	}
	return m, nil
}
