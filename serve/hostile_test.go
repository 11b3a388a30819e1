package serve

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// attack is what a stranger writes to a connection, and how.
type attack struct {
	name string
	text string
	// stay keeps the connection open without another byte; otherwise the writing
	// half is closed.
	stay bool
	// silence: the server may hang up without an answer.
	silence bool
}

// unknownCoding is what net/http itself refuses, with 501.
const unknownCoding = "unknown coding"

// head is the header of a POST to /v1/classify.
func head(lines ...string) string {
	return "POST /v1/classify HTTP/1.1\r\nHost: localhost\r\n" + strings.Join(lines, "\r\n") + "\r\n\r\n"
}

// body is a request with a body of its length.
func bodied(kind, body string) string {
	return head("Content-Type: "+kind, fmt.Sprintf("Content-Length: %d", len(body))) + body
}

// attacks are 200 requests that mean no good.
func attacks() []attack {
	var all []attack
	for _, more := range [][]attack{slowOnes(), lies(), bombs(), paths(), oddities()} {
		all = append(all, more...)
	}
	return all
}

// slowOnes hold connections and send next to nothing.
func slowOnes() (all []attack) {
	for i := range 20 {
		all = append(all,
			attack{"slow body", head("Content-Type: image/png", "Content-Length: 1000") + strings.Repeat("x", i), true, false},
			attack{"slow chunks", head("Content-Type: application/json", "Transfer-Encoding: chunked") + "5\r\n{\"ima", true, false},
			attack{"slow header", "POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nX-A: " + strings.Repeat("a", i), true, true},
		)
	}
	return all
}

// lies are wrong about their length.
func lies() (all []attack) {
	for i := range 10 {
		form := "--x\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n" + strings.Repeat("y", i)
		all = append(all,
			attack{"longer than said", bodied("image/png", "x") + strings.Repeat("x", 1000*i+1), false, false},
			attack{"shorter than said", head("Content-Type: image/png", "Content-Length: 100000") + strings.Repeat("x", i), false, false},
			attack{"a terabyte", head("Content-Type: image/png", "Content-Length: 1099511627776") + strings.Repeat("x", i), false, false},
			attack{"form without end", bodied("multipart/form-data; boundary=x", form), false, false},
		)
	}
	return append(all,
		attack{"negative length", head("Content-Type: image/png", "Content-Length: -5"), false, false},
		attack{"two lengths", head("Content-Type: image/png", "Content-Length: 5", "Content-Length: 6") + "xxxxxx", false, false},
		attack{"wrong chunk", head("Content-Type: image/png", "Transfer-Encoding: chunked") + "zz\r\nxx", false, false},
		attack{"huge chunk", head("Content-Type: image/png", "Transfer-Encoding: chunked") + "ffffffffffffffff\r\nxx", false, false},
		attack{unknownCoding, head("Content-Type: image/png", "Transfer-Encoding: gzip, chunked") + "0\r\n\r\n", false, false},
		attack{"endless chunks", head("Content-Type: image/png", "Transfer-Encoding: chunked") + strings.Repeat("10000\r\n"+strings.Repeat("x", 1<<16)+"\r\n", 70), false, true},
	)
}

// bombs are small and want to be large.
func bombs() (all []attack) {
	png := func(w, h uint32) string {
		im := picture(0)
		copy(im[16:24], []byte{byte(w >> 24), byte(w >> 16), byte(w >> 8), byte(w), byte(h >> 24), byte(h >> 16), byte(h >> 8), byte(h)})
		return string(im)
	}
	for _, size := range [][2]uint32{{1 << 16, 1 << 16}, {1<<31 - 1, 1<<31 - 1}, {1 << 31, 1}, {1, 1 << 31}, {0, 0}, {30000, 30000}, {4000, 4000}, {999, 1000}} {
		all = append(all, attack{"PNG", bodied("image/png", png(size[0], size[1])), false, false})
	}
	gif := "GIF89a\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x02D\x01\x00;"
	webp := "RIFF\xff\xff\xff\x7fWEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff"
	jpeg := "\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01\xff\xd9"
	heic := "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1\xff\xff\xff\xffmeta\x00\x00\x00\x00"
	for _, file := range []string{gif, webp, jpeg, heic, "\xff\xd8" + strings.Repeat("\xff\xfe\x00\x02", 100_000), "GIF89a", "\x89PNG\r\n\x1a\n", "<svg xmlns='http://www.w3.org/2000/svg'/>", "%PDF-1.4", "\x1f\x8b\x08"} {
		all = append(all, attack{"file", bodied("image/png", file), false, false}, attack{"data URI", bodied("application/json", `{"images":["`+uri([]byte(file))+`"]}`), false, false})
	}
	many := strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n\r\n", 10_000) + "--x--\r\n"
	headers := "--x\r\n" + strings.Repeat("A: b\r\n", 100_000) + "\r\n\r\n--x--\r\n"
	return append(all,
		attack{"10,000 parts", bodied("multipart/form-data; boundary=x", many), false, false},
		attack{"headers of a part", bodied("multipart/form-data; boundary=x", headers), false, false},
		attack{"deep JSON", bodied("application/json", strings.Repeat("[", 1_000_000)), false, false},
		attack{"deeper JSON", bodied("application/json", strings.Repeat(`{"images":`, 100_000)), false, false},
		attack{"long number", bodied("application/json", `{"images":[`+strings.Repeat("9", 1_000_000)+`]}`), false, false},
		attack{"long field", bodied("application/json", `{"`+strings.Repeat("a", 1_000_000)+`":1}`), false, false},
		attack{"many images", bodied("application/json", `{"images":[`+strings.Repeat(`"data:,",`, 100_000)+`""]}`), false, false},
		attack{"no boundary", bodied("multipart/form-data", many), false, false},
		attack{"long boundary", bodied("multipart/form-data; boundary="+strings.Repeat("x", 5000), many), false, false},
		attack{"form in a form", bodied("multipart/form-data; boundary=x", "--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\n--y--\r\n--x--\r\n"), false, false},
		attack{"quoted-printable", bodied("multipart/form-data; boundary=x", "--x\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n=ZZ\r\n--x--\r\n"), false, false},
		attack{"gzip", head("Content-Type: application/json", "Content-Encoding: gzip", "Content-Length: 3") + "\x1f\x8b\x08", false, false},
	)
}

// paths want files and addresses.
func paths() (all []attack) {
	for _, p := range []string{"/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/v1/../../../etc/passwd", "//etc/passwd", "/docs/../../etc/passwd", "/..%5c..%5cwindows", "/.git/config", "/docs/", "/%00", "/openapi.json/..", "/debug/pprof/", "/v1/models/..%2f..%2f", "/static/", "/index.html", "/favicon.ico", "/" + strings.Repeat("a", 8000)} {
		all = append(all, attack{"path", "GET " + p + " HTTP/1.1\r\nHost: localhost\r\n\r\n", false, false})
	}
	for _, u := range []string{"http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "../../etc/passwd", "ftp://example.com/a.png", "data:text/html;base64,aGk=", "data:image/png,raw", "//example.com/a.png", "data:"} {
		all = append(all, attack{"address", bodied("application/json", `{"images":["`+u+`"]}`), false, false})
		form := "--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"" + u + "\"\r\n\r\n" + u + "\r\n--x--\r\n"
		all = append(all, attack{"name", bodied("multipart/form-data; boundary=x", form), false, false})
		all = append(all, attack{"model", bodied("application/json", `{"model":"`+u+`","images":["data:,"]}`), false, false})
	}
	return all
}

// oddities are no HTTP, or not ours.
func oddities() []attack {
	return []attack{
		{"strange host", "GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", false, false},
		{"no host", "GET /healthz HTTP/1.1\r\n\r\n", false, false},
		{"two hosts", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", false, false},
		{"proxy", "GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", false, false},
		{"CONNECT", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", false, false},
		{"OPTIONS", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", false, false},
		{"TRACE", "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", false, false},
		{"DELETE", "DELETE /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n", false, false},
		{"other site", "POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nContent-Length: 0\r\n\r\n", false, false},
		{"long header", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + strings.Repeat("a", 100_000) + "\r\n\r\n", false, true},
		{"many headers", "GET /nothing HTTP/1.1\r\nHost: localhost\r\n" + strings.Repeat("X: a\r\n", 10_000) + "\r\n", false, true},
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", false, true},
		{"garbage", strings.Repeat("\x00", 1000), false, true},
		{"folded", "GET /nothing HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n", false, false},
		{"smuggled", head("Content-Type: image/png", "Content-Length: 4", "Transfer-Encoding: chunked") + "0\r\n\r\nGET /healthz HTTP/1.1\r\n", false, false},
	}
}

// 200 hostile requests at once get nothing but statuses of 400 and more, below
// 500; then nothing is held, no goroutine is left, and the next client is served.
func TestHostileRequests(t *testing.T) {
	all := attacks()
	if len(all) < 200 {
		t.Errorf("%d attacks", len(all))
	}
	before := goroutines(t)
	s := loaded(t, func(c *Config) {
		c.Limits.Time, c.Limits.HeaderTime = time.Second, 300*time.Millisecond
		c.Limits.Bodies = 32 << 20
	})
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	held := memory.Sys
	t.Run("attacks", func(t *testing.T) {
		addr := listening(t, s)
		var strangers sync.WaitGroup
		for _, a := range all {
			strangers.Go(func() { a.run(t, addr) })
		}
		strangers.Wait()
		resp, err := http.Get("http://" + addr + "/readyz")
		if err != nil || resp.StatusCode != 200 {
			t.Fatal("the next client is not served", err)
		}
		resp.Body.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	if n := s.bodies.held.Load() + s.queue.held.Load(); n != 0 {
		t.Errorf("%d are held when all is over", n)
	}
	runtime.ReadMemStats(&memory)
	if grown := int64(memory.Sys - held); grown > 256<<20 {
		t.Errorf("the process has grown by %d MiB", grown>>20)
	}
	s.Close()
	for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			text := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, text[:runtime.Stack(text, true)])
		}
	}
}

// run attacks and looks at the answer.
func (a attack) run(t *testing.T, addr string) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(60 * time.Second))
	io.WriteString(c, a.text) // the server may hang up before the end
	if !a.stay {
		c.(*net.TCPConn).CloseWrite()
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if a.silence && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, os.ErrClosed)) {
		return
	}
	if err != nil {
		t.Errorf("%s: %v: %.100q", a.name, err, a.text)
		return
	}
	defer resp.Body.Close()
	if text, _ := io.ReadAll(resp.Body); (resp.StatusCode < 400 || resp.StatusCode >= 500) && a.name != unknownCoding {
		t.Errorf("%s: %s %s: %.100q", a.name, resp.Status, text, a.text)
	}
}
