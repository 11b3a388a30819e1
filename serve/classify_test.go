package serve

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdoor"
	"frontdoor/internal/mmap"
)

// The same pictures have the same answers as JSON, as a form and as they are.
func TestClassifyTakesThreeForms(t *testing.T) {
	s := loaded(t, nil)
	one, two := picture(1), picture(2)
	asJSON := decoded[said](t, do(s, request(t, "POST", "/v1/classify", "application/json", inJSON(uri(one), uri(two)))))
	kind, form := inForm(one, two)
	asForm := decoded[said](t, do(s, request(t, "POST", "/v1/classify", kind, form)))
	if d := cmp.Diff(asJSON, asForm); d != "" {
		t.Errorf("a form has other answers:\n%s", d)
	}
	for i, im := range [][]byte{one, two} {
		alone := decoded[said](t, do(s, request(t, "POST", "/v1/classify", "image/png", bytes.NewReader(im))))
		if d := cmp.Diff(asJSON.Answers[i], alone.Answers[0]); d != "" {
			t.Errorf("picture %d has another answer alone:\n%s", i, d)
		}
	}
	a := asJSON.Answers[0]
	sum := float32(0)
	for _, c := range a.Distribution {
		sum += c.Probability
	}
	if asJSON.Model != "shapes" || a.Class != a.Distribution[0].Class || a.Probability != a.Distribution[0].Probability || len(a.Distribution) != 3 ||
		sum < 0.999 || sum > 1.001 || a.Verdict != "unjudged" {
		t.Errorf("%+v", a)
	}
}

func TestAnImageMayHaveAnErrorOfItsOwn(t *testing.T) {
	s := loaded(t, nil)
	got := decoded[said](t, do(s, request(t, "POST", "/v1/classify", "application/json",
		inJSON("https://example.com/a.png", uri(picture(1)), uri([]byte("no image")), "data:image/png;base64,!!!!"))))
	for i, want := range []string{"not fetched", "", "image 3", "base64"} {
		a := got.Answers[i]
		if (want == "") != (a.Error == "") || !strings.Contains(a.Error, want) || (a.Class == "") != (want != "") {
			t.Errorf("image %d: %+v, want an error with %q", i+1, a, want)
		}
	}
	p := problemIn(t, do(s, request(t, "POST", "/v1/classify", "application/json", inJSON("x", "y"))), 422)
	if len(p.Answers) != 2 {
		t.Errorf("%+v", p)
	}
}

func TestWrongRequests(t *testing.T) {
	s := loaded(t, nil)
	form := func(write func(*multipart.Writer)) (string, io.Reader) {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		write(w)
		w.Close()
		return w.FormDataContentType(), &b
	}
	strange, strangeBody := form(func(w *multipart.Writer) { w.WriteField("password", "x") })
	empty, emptyBody := form(func(*multipart.Writer) {})
	many, manyBody := inForm(bytes.Split(bytes.Repeat([]byte("x,"), 10_000), []byte(","))...)
	for name, c := range map[string]struct {
		method, path, kind string
		body               io.Reader
		status             int
		detail             string
	}{
		"path":            {"GET", "/v1/nothing", "", nil, 404, "/docs"},
		"traversal":       {"GET", "/../../etc/passwd", "", nil, 404, ""},
		"double slash":    {"GET", "//healthz", "", nil, 404, ""},
		"method":          {"GET", "/v1/classify", "", nil, 405, "POST"},
		"no type":         {"POST", "/v1/classify", "", long(3), 415, "image/jpeg"},
		"strange type":    {"POST", "/v1/classify", "a; b; c", long(3), 415, "a; b; c"},
		"type":            {"POST", "/v1/classify", "text/plain", long(3), 415, "text/plain"},
		"not JSON":        {"POST", "/v1/classify", "application/json", long(3), 400, "not JSON"},
		"no JSON":         {"POST", "/v1/classify", "application/json", long(0), 400, ""},
		"half JSON":       {"POST", "/v1/classify", "application/json", strings.NewReader(`{"images":["`), 400, ""},
		"two JSONs":       {"POST", "/v1/classify", "application/json", strings.NewReader(`{"images":["a"]} {}`), 400, "follows"},
		"unknown field":   {"POST", "/v1/classify", "application/json", strings.NewReader(`{"imags":[]}`), 422, "imags"},
		"wrong field":     {"POST", "/v1/classify", "application/json", strings.NewReader(`{"images":"x"}`), 422, "images"},
		"number as image": {"POST", "/v1/classify", "application/json", strings.NewReader(`{"images":[1]}`), 422, "data URI"},
		"no images":       {"POST", "/v1/classify", "application/json", strings.NewReader(`{}`), 422, "0 images"},
		"five images":     {"POST", "/v1/classify", "application/json", inJSON("a", "b", "c", "d", "e"), 422, "5 images"},
		"deep JSON":       {"POST", "/v1/classify", "application/json", strings.NewReader(`{"images":` + strings.Repeat("[", 100_000)), 400, ""},
		"no object":       {"POST", "/v1/classify", "application/json", strings.NewReader(`["x"]`), 422, "object"},
		"null":            {"POST", "/v1/classify", "application/json", strings.NewReader("null"), 422, "object"},
		"field's case":    {"POST", "/v1/classify", "application/json", strings.NewReader(`{"Images":["x"]}`), 422, `unknown field "Images"`},
		"field twice":     {"POST", "/v1/classify", "application/json", strings.NewReader(`{"images":["x"],"images":["y"]}`), 422, "twice"},
		"no colon":        {"POST", "/v1/classify", "application/json", strings.NewReader(`{"images"}`), 400, "not JSON"},
		"no brace":        {"POST", "/v1/classify", "application/json", strings.NewReader(`{"images":[]`), 400, "ends"},
		"wrong brace":     {"POST", "/v1/classify", "application/json", strings.NewReader(`{"images":[]]`), 400, "not JSON"},
		"model":           {"POST", "/v1/classify?model=other", "image/png", bytes.NewReader(picture(1)), 404, "shapes"},
		"no image":        {"POST", "/v1/classify", "image/png", long(30), 422, "image"},
		"long":            {"POST", "/v1/classify", "image/png", long(4<<20 + 1), 413, "4194304"},
		"long, unsaid":    {"POST", "/v1/classify", "image/png", io.MultiReader(long(4<<20), long(1)), 413, "4194304"},
		"no boundary":     {"POST", "/v1/classify", "multipart/form-data", long(30), 400, "form"},
		"strange part":    {"POST", "/v1/classify", strange, strangeBody, 422, "password"},
		"no parts":        {"POST", "/v1/classify", empty, emptyBody, 422, "0 images"},
		"10,000 parts":    {"POST", "/v1/classify", many, manyBody, 422, "more than"},
		"cut-off form":    {"POST", "/v1/classify", "multipart/form-data; boundary=x", strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nabc"), 400, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := problemIn(t, do(s, request(t, c.method, c.path, c.kind, c.body)), c.status)
			if !strings.Contains(p.Detail, c.detail) {
				t.Errorf("%q says nothing of %q", p.Detail, c.detail)
			}
		})
	}
	if n := s.bodies.held.Load() + s.queue.held.Load(); n != 0 {
		t.Errorf("%d are held when all is over", n)
	}
}

func TestPackedBodiesAreRefused(t *testing.T) {
	s := loaded(t, nil)
	r := request(t, "POST", "/v1/classify", "image/png", bytes.NewReader(picture(1)))
	r.Header.Set("Content-Encoding", "gzip")
	problemIn(t, do(s, r), http.StatusUnsupportedMediaType)
}

// Parameters that are damaged, the coding that is none and parts in base64 are taken.
func TestUnusualForms(t *testing.T) {
	s := loaded(t, nil)
	plain := request(t, "POST", "/v1/classify", "image/png; charset", bytes.NewReader(picture(1)))
	plain.Header.Set("Content-Encoding", "identity")
	want := decoded[said](t, do(s, plain))
	part := "--x\r\nContent-Disposition: form-data; name=\"image\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(picture(1)) + "\r\n--x--\r\n"
	got := decoded[said](t, do(s, request(t, "POST", "/v1/classify", "multipart/form-data; boundary=x", strings.NewReader(part))))
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	// Such a part that is damaged has an error of its own.
	damaged := strings.Replace(part, "base64\r\n\r\n", "base64\r\n\r\n!!!!", 1)
	got = decoded[said](t, do(s, request(t, "POST", "/v1/classify", "multipart/form-data; boundary=x", strings.NewReader(damaged[:len(damaged)-len("--x--\r\n")]+part))))
	if !strings.Contains(got.Answers[0].Error, "base64") || got.Answers[1].Error != "" {
		t.Errorf("%+v", got.Answers)
	}
}

// Every way to write a data URI gives the same answer, and what is wrong with one is
// the error of that image alone.
func TestDataURIs(t *testing.T) {
	s := loaded(t, nil)
	im := append(picture(1), 0xfb, 0xff) // whose base64 has + and /
	standard := base64.StdEncoding.EncodeToString(im)
	want := decoded[said](t, do(s, request(t, "POST", "/v1/classify", "image/png", bytes.NewReader(im)))).Answers[0]
	for _, good := range []string{
		uri(im), " " + uri(im) + "\n", "DATA:image/png;charset=utf-8; BASE64," + standard, "data:image/png;base64," + strings.TrimRight(standard, "="),
		"data:image/png;base64," + url.QueryEscape(standard), "data:image/png;base64," + base64.URLEncoding.EncodeToString(im),
		"data:image/png;base64, " + standard[:40] + "\t" + standard[40:80] + " \r\n" + standard[80:] + " ",
		"data:image/png," + url.PathEscape(string(im)), "data:," + url.PathEscape(string(im)),
	} {
		got := decoded[said](t, do(s, request(t, "POST", "/v1/classify", "application/json", inJSON(good, uri(picture(2))))))
		if d := cmp.Diff(want, got.Answers[0]); d != "" {
			t.Errorf("%.60q: %s", good, d)
		}
	}
	for bad, detail := range map[string]string{
		"data:image/png;base64,@@": "base64", "data:image/png;base64,%4": "percent", "data:image/png,%zz": "percent", "data:image/png;base64,\u00fc": "base64",
		"data:image/png": "not a data URI", "data:base64," + standard: "of type base64", standard: "not a data URI", "data:" + strings.Repeat("a", 300) + ",": "not a data URI",
	} {
		got := decoded[said](t, do(s, request(t, "POST", "/v1/classify", "application/json", inJSON(uri(im), bad))))
		if !strings.Contains(got.Answers[1].Error, detail) {
			t.Errorf("%.60q: %q says nothing of %q", bad, got.Answers[1].Error, detail)
		}
	}
}

// A model may be named in the address, too, but only one.
func TestOneModelIsNamed(t *testing.T) {
	s := loaded(t, func(c *Config) { c.Models = append(c.Models, Model{Name: "other", Open: shapes.Open}) })
	form := func(names ...string) string {
		text := ""
		for _, n := range names {
			text += "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n" + n + "\r\n"
		}
		return text + "--x\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n" + string(picture(1)) + "\r\n--x--\r\n"
	}
	inBody := `{"model":"other","images":["` + uri(picture(1)) + `"]}`
	for _, c := range []struct {
		query, kind, body string
		status            int
		model             string
	}{
		{"", "multipart/form-data; boundary=x", form(), 200, "shapes"},
		{"?model=other", "multipart/form-data; boundary=x", form(""), 200, "other"},
		{"?model=other", "multipart/form-data; boundary=x", form("other", "other"), 200, "other"},
		{"", "multipart/form-data; boundary=x", form("other", "shapes"), 422, ""},
		{"?model=shapes", "application/json", inBody, 422, ""},
		{"?model=other&model=shapes", "image/png", string(picture(1)), 422, ""},
		{"?model=", "application/json", inBody, 200, "other"},
		{"?model=%zz", "image/png", string(picture(1)), 400, ""},
		{"?model=other;a", "image/png", string(picture(1)), 400, ""},
	} {
		r := do(s, request(t, "POST", "/v1/classify"+c.query, c.kind, strings.NewReader(c.body)))
		if c.status != 200 {
			problemIn(t, r, c.status)
		} else if got := decoded[said](t, r); got.Model != c.model {
			t.Errorf("%s %s: answered by %s", c.query, c.kind, got.Model)
		}
	}
}

// A PNG of a few bytes that announces many pixels is refused before anything is
// allocated for it.
func TestTooManyPixels(t *testing.T) {
	s := loaded(t, nil)
	im := picture(0)
	copy(im[16:24], []byte{0, 0, 0x10, 0, 0, 0, 0x10, 0}) // 4096 x 4096
	p := problemIn(t, do(s, request(t, "POST", "/v1/classify", "image/png", bytes.NewReader(im))), 422)
	if !strings.Contains(p.Detail, "4096") {
		t.Error(p.Detail)
	}
}

func TestFullQueuesAnswerAtOnce(t *testing.T) {
	s := loaded(t, nil)
	busy := func() reply {
		return do(s, request(t, "POST", "/v1/classify", "image/png", bytes.NewReader(picture(1))))
	}
	for name, q := range map[string]*quota{"images": &s.queue, "bytes": &s.bodies} {
		q.take(q.most)
		r := busy()
		problemIn(t, r, 429)
		if r.header.Get("Retry-After") != "1" {
			t.Errorf("%s: no Retry-After: %v", name, r.header)
		}
		q.give(q.most)
		decoded[said](t, busy())
	}
}

// A model's file that is cut short while it is served is not the image's fault.
func TestAFaultOfTheServerIsNotTheImages(t *testing.T) {
	fails := func(context.Context, ...[]byte) ([]int, error) {
		return []int{0}, &frontdoor.ImageError{Name: "image 1", Err: fmt.Errorf("model.pt: %w", mmap.ErrFault)}
	}
	_, errs, err := ask(t.Context(), []file{{}}, fails)
	if p := problemOf(err); errs != nil || p.Status != 500 || strings.Contains(p.Detail, "model.pt") {
		t.Errorf("%v: %+v", err, p)
	}
}
