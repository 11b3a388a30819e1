package serve

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"frontdoor"
)

// limits let every sound request through.
var limits = Limits{
	Body: 4 << 20, Bodies: 16 << 20, Images: 4, Texts: 6, Queue: 64, Connections: 64,
	Time: 20 * time.Second, HeaderTime: 5 * time.Second, IdleTime: 5 * time.Second, HeaderBytes: 16 << 10,
}

// shapes is the embedded model that tells shapes by their names.
var shapes = Model{Name: "shapes", Open: func(ctx context.Context) (*frontdoor.Classifier, error) {
	return frontdoor.Load(ctx, "tiny", []string{"circle", "square", "star"}, frontdoor.WithMaxPixels(1e6))
}}

// made returns a server whose models are not loaded; change may change its
// configuration.
func made(t testing.TB, change func(*Config)) *Server {
	t.Helper()
	c := Config{Models: []Model{shapes}, Limits: limits}
	if change != nil {
		change(&c)
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// loaded returns a server that is ready.
func loaded(t testing.TB, change func(*Config)) *Server {
	t.Helper()
	s := made(t, change)
	if err := s.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// listening lets a server listen, and returns its address.
func listening(t testing.TB, s *Server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// goroutines counts those that are there when nothing is served; workers that compute
// stay once they have begun.
func goroutines(t *testing.T) int {
	t.Helper()
	loaded(t, nil).Close()
	return runtime.NumGoroutine()
}

// reply is what a server says.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// do hands a request to a server without a network.
func do(s http.Handler, r *http.Request) reply {
	w := &written{header: http.Header{}}
	s.ServeHTTP(w, r)
	return reply{w.status, w.header, w.body.Bytes()}
}

// written is a ResponseWriter.
type written struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *written) Header() http.Header { return w.header }
func (w *written) WriteHeader(s int)   { w.status = s }
func (w *written) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.body.Write(p)
}

// request makes a request to localhost.
func request(t testing.TB, method, path, kind string, body io.Reader) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://localhost"+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return r
}

// problemIn returns the problem that a reply is, which must be of a status.
func problemIn(t testing.TB, r reply, status int) (p problem) {
	t.Helper()
	if err := json.Unmarshal(r.body, &p); err != nil || r.status != status || p.Status != status || r.header.Get("Content-Type") != "application/problem+json" ||
		p.Title == "" || p.Detail == "" || p.Type != "about:blank" {
		t.Errorf("status %d, want %d as problem JSON: %s %s", r.status, status, r.header, r.body)
	}
	return p
}

// decoded parses the JSON of a reply of status 200.
func decoded[T any](t testing.TB, r reply) (v T) {
	t.Helper()
	if err := json.Unmarshal(r.body, &v); err != nil || r.status != http.StatusOK || r.header.Get("Content-Type") != "application/json" {
		t.Fatalf("status %d: %s (%v)", r.status, r.body, err)
	}
	return v
}

// said is what POST /v1/classify returns, as a client sees it.
type said struct {
	Model   string
	Answers []struct {
		Error, Class, Verdict    string
		Probability, Uncertainty float32
		Distribution             []choice
		Templates                []opinion
	}
}

// picture is a PNG of a disc; every number makes another one.
func picture(i int) []byte {
	im := image.NewNRGBA(image.Rect(0, 0, 40+i*7, 50))
	for y := range 50 {
		for x := range 40 + i*7 {
			im.SetNRGBA(x, y, color.NRGBA{uint8(40 * i), 90, uint8(x), 255})
			if dx, dy := x-20, y-25; dx*dx+dy*dy < 200 {
				im.SetNRGBA(x, y, color.NRGBA{250, uint8(20 * i), 30, 255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func uri(data []byte) string {
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(data)
}

// inJSON is {"images":[...]}.
func inJSON(uris ...string) io.Reader {
	text, err := json.Marshal(map[string][]string{"images": uris})
	if err != nil {
		panic(err)
	}
	return bytes.NewReader(text)
}

// inForm is a form of images, and its media type.
func inForm(images ...[]byte) (string, io.Reader) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, im := range images {
		part, err := w.CreateFormFile("images", "../../etc/passwd")
		if err == nil {
			_, err = part.Write(im)
		}
		if err != nil {
			panic(err)
		}
	}
	w.Close()
	return w.FormDataContentType(), &b
}

// long is a body of n bytes.
func long(n int) io.Reader { return strings.NewReader(strings.Repeat("x", n)) }
