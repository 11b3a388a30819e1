package serve

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
)

// recorded returns the body of a request that a client would send: testdata/NAME
// with its lines ended as HTTP ends them, and a picture where it says IMAGE.
func recorded(t *testing.T, name string, image string) io.Reader {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	body := string(text)
	if strings.HasSuffix(name, ".form") {
		body = strings.ReplaceAll(body, "\n", "\r\n")
	}
	return strings.NewReader(strings.ReplaceAll(body, "IMAGE", image))
}

// undici is how immich's client, fetch of Node.js, names the type of a form.
const undici = "multipart/form-data; boundary=----formdata-undici-046134221861"

// withDoors returns a server that immich and PhotoPrism understand.
func withDoors(t *testing.T, upstream string) *Server {
	return loaded(t, func(c *Config) {
		c.Doors = Doors
		c.Models[0].Name = "ViT-B-32__openai"
		if upstream != "" {
			u, err := url.Parse(upstream)
			if err != nil {
				t.Fatal(err)
			}
			c.Upstream = u
		}
	})
}

// immich sends a recorded form to /predict as its client does.
func immich(t *testing.T, s *Server, name string) reply {
	t.Helper()
	r := request(t, "POST", "/predict", undici, recorded(t, name, string(picture(1))))
	r.Header.Set("Sec-Fetch-Mode", "cors") // undici sends it, and no Origin
	r.Header.Set("User-Agent", "node")
	return do(s, r)
}

func TestImmich(t *testing.T) {
	s := withDoors(t, "")
	if r := do(s, request(t, "GET", "/ping", "", nil)); r.status != 200 || string(r.body) != "pong" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := do(s, request(t, "GET", "/", "", nil)); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	type features struct {
		Clip                    string
		ImageHeight, ImageWidth int
	}
	own := embeddingsNamed(t, s, `{"input":["`+uri(picture(1))+`","a circle"]}`)
	for i, name := range []string{"immich-visual.form", "immich-textual.form"} {
		got := decoded[features](t, immich(t, s, name))
		if got.Clip != own[i] {
			t.Errorf("%s: other features than those of /v1/embeddings:\n%s\n%s", name, got.Clip, own[i])
		}
		if i == 0 && (got.ImageHeight != 50 || got.ImageWidth != 47) {
			t.Errorf("%s: %d x %d", name, got.ImageWidth, got.ImageHeight)
		}
	}
	for name, status := range map[string]int{
		"immich-faces.form": 422, "immich-other.form": 422, "immich-empty.form": 400, "immich-broken.form": 422, "immich-mixed.form": 400,
	} {
		problemIn(t, immich(t, s, name), status)
	}
	latin := strings.NewReplacer("IMAGE", "", "a circle", "caf\xe9")
	text, _ := io.ReadAll(recorded(t, "immich-textual.form", ""))
	problemIn(t, do(s, request(t, "POST", "/predict", undici, strings.NewReader(latin.Replace(string(text))))), 422)
}

// embeddingsNamed returns embeddings as the JSON that they are.
func embeddingsNamed(t *testing.T, s *Server, body string) (all []string) {
	t.Helper()
	for _, d := range decoded[vectors](t, do(s, request(t, "POST", "/v1/embeddings", "application/json", strings.NewReader(body)))).Data {
		all = append(all, string(d.Embedding))
	}
	return all
}

// What is not for CLIP, or for a model that is not served, goes to the upstream
// server as it came.
func TestImmichUpstream(t *testing.T) {
	var got []string
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		got = append(got, fmt.Sprint(r.Method, r.URL.Path, r.Header.Get("Content-Type"), r.Header.Get("Authorization"), len(text)))
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusAccepted)
		io.WriteString(w, `{"facial-recognition":[]}`)
	}))
	defer up.Close()
	s := withDoors(t, up.URL)
	immich(t, s, "immich-visual.form")
	if len(got) != 0 {
		t.Errorf("the upstream server was asked for what is served here")
	}
	for _, name := range []string{"immich-faces.form", "immich-other.form"} {
		r := immich(t, s, name)
		length, _ := io.Copy(io.Discard, recorded(t, name, string(picture(1))))
		want := fmt.Sprint("POST/predict", undici, "", length)
		if r.status != http.StatusAccepted || string(r.body) != `{"facial-recognition":[]}` || got[len(got)-1] != want {
			t.Errorf("%s: %d %s, asked %q, want %q", name, r.status, r.body, got, want)
		}
	}
	up.Close()
	problemIn(t, immich(t, s, "immich-faces.form"), http.StatusBadGateway)
}

// What an upstream server says that is no answer is an error of its own, and ends in
// the time of an answer.
func TestUpstreamOddities(t *testing.T) {
	for _, said := range []string{"HTTP/1.1 099 x", "HTTP/1.1 101 x\r\nUpgrade: x\r\nConnection: upgrade", "HTTP/1.1 302 x", "HTTP/1.1 304 x", "HTTP/1.1 999 x", "hello", ""} {
		up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			if said == "" { // until the one who asks has no more patience
				io.Copy(io.Discard, c)
				return
			}
			io.WriteString(c, said+"\r\nContent-Length: 0\r\n\r\n")
		}))
		s := withDoors(t, up.URL)
		s.config.Limits.Time = 200 * time.Millisecond
		problemIn(t, immich(t, s, "immich-faces.form"), http.StatusBadGateway)
		up.Close()
	}
}

// An upstream server cannot send requests elsewhere.
func TestUpstreamRedirectsAreNotFollowed(t *testing.T) {
	asked := false
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer inside.Close()
	up := httptest.NewServer(http.RedirectHandler(inside.URL, http.StatusTemporaryRedirect))
	defer up.Close()
	problemIn(t, immich(t, withDoors(t, up.URL), "immich-faces.form"), http.StatusBadGateway)
	if asked {
		t.Error("the redirect was followed")
	}
}

func TestPhotoPrism(t *testing.T) {
	s := withDoors(t, "")
	ask := func(name, image string) reply {
		return do(s, request(t, "POST", "/api/v1/vision/labels", "application/json", recorded(t, name, image)))
	}
	var got photoPrismAnswer
	r := ask("photoprism-labels.json", uri(picture(1)))
	if err := json.Unmarshal(r.body, &got); err != nil || r.status != 200 {
		t.Fatal(r.status, string(r.body), err)
	}
	best := decoded[said](t, do(s, request(t, "POST", "/v1/classify", "application/json", inJSON(uri(picture(1)))))).Answers[0]
	if l := got.Result.Labels; got.ID != "b0db2187-7a09-438c-8649-a9c6c0f7d8a1" || got.Code != 200 || got.Model.Type != "labels" || got.Model.Resolution == 0 ||
		len(l) == 0 || l[0].Name != best.Class || l[0].Confidence != best.Probability || l[0].Source != "image" {
		t.Errorf("%+v, want %+v first", got, best)
	}
	for name, status := range map[string]int{"photoprism-url.json": 422, "photoprism-model.json": 404} {
		r := ask(name, uri(picture(1)))
		problemIn(t, r, status)
		var failed struct {
			Code  int
			Error string
		}
		if err := json.Unmarshal(r.body, &failed); err != nil || failed.Code != status || failed.Error == "" {
			t.Errorf("%s: its client cannot read %s", name, r.body)
		}
	}
	problemIn(t, ask("photoprism-labels.json", uri([]byte("no image"))), 422)
}

func TestDoorsAreClosedUnlessAskedFor(t *testing.T) {
	s := loaded(t, nil)
	for _, path := range []string{"/", "/ping", "/predict", "/api/v1/vision/labels"} {
		problemIn(t, do(s, request(t, "POST", path, "application/json", strings.NewReader("{}"))), 404)
	}
}
