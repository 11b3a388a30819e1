package serve

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// vectors is what POST /v1/embeddings returns, as a client sees it.
type vectors struct {
	Object, Model string
	Data          []struct {
		Object    string
		Index     int
		Embedding json.RawMessage
	}
}

// embeddingsOf asks for embeddings and returns them as numbers.
func embeddingsOf(t *testing.T, s *Server, body string) [][]float32 {
	t.Helper()
	got := decoded[vectors](t, do(s, request(t, "POST", "/v1/embeddings", "application/json", strings.NewReader(body))))
	var all [][]float32
	for i, d := range got.Data {
		var v []float32
		if d.Embedding[0] == '"' {
			var text string
			if err := json.Unmarshal(d.Embedding, &text); err != nil {
				t.Fatal(err)
			}
			raw, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				t.Fatal(err)
			}
			for b := range slices.Chunk(raw, 4) {
				v = append(v, math.Float32frombits(binary.LittleEndian.Uint32(b)))
			}
		} else if err := json.Unmarshal(d.Embedding, &v); err != nil {
			t.Fatal(err)
		}
		length := 0.0
		for _, x := range v {
			length += float64(x) * float64(x)
		}
		if d.Index != i || d.Object != "embedding" || math.Abs(length-1) > 1e-5 {
			t.Errorf("embedding %d: %+v of length %g", i, d, length)
		}
		all = append(all, v)
	}
	if got.Object != "list" || got.Model != "shapes" {
		t.Errorf("%s %s", got.Object, got.Model)
	}
	return all
}

// Texts and images lie in one space, alone and together, as numbers and as base64.
func TestEmbeddings(t *testing.T) {
	s := loaded(t, nil)
	image := uri(picture(1))
	text := embeddingsOf(t, s, `{"input":"a circle","model":"shapes","user":"me","dimensions":96}`)
	both := embeddingsOf(t, s, `{"input":["a circle","`+image+`"]}`)
	packed := embeddingsOf(t, s, `{"input":["`+strings.ReplaceAll(image, "/", `\/`)+`"],"encoding_format":"base64","modality":"image"}`)
	if d := cmp.Diff(append(text, packed...), both); d != "" {
		t.Error(d)
	}
	// Without a type, or with line breaks as of MIME, it is the same image.
	for _, other := range []string{" " + image, strings.Replace(image, "image/png;", "; ", 1), strings.Replace(image, "image/png", "", 1), strings.Replace(image, "image/png", "application/octet-stream", 1), image[:60] + `\r\n` + image[60:] + `\n`} {
		if d := cmp.Diff(packed, embeddingsOf(t, s, `{"input":"`+other+`"}`)); d != "" {
			t.Errorf("%.60s: %s", other, d)
		}
	}
}

func TestWrongEmbeddings(t *testing.T) {
	s := loaded(t, nil)
	image := uri(picture(1))
	for body, want := range map[string]string{
		`{}`:                                     "no input",
		`{"input":[]}`:                           "no input",
		`{"input":[1,2]}`:                        "tokens",
		`{"input":3}`:                            "string",
		`{"input":null}`:                         "string",
		`{"input":["a",null]}`:                   "string",
		`{"input":"a","encoding_format":"int8"}`: "float or base64",
		`{"input":"a","modality":"audio"}`:       "text or image",
		`{"input":"https://example.com/a.png","modality":"image"}`: "not fetched",
		`{"input":"` + image + `","modality":"text"}`:              "input 1",
		`{"input":"a","dimensions":7}`:                             "dimensions 7",
		`{"input":["a","data:image/png;base64,AAAA"]}`:             "input 2: not an image",
		`{"input":["a","data:image/png;base64,!!!!"]}`:             "input 2: the base64",
		`{"input":["a","b","c","d","e","f","g"]}`:                  "7 inputs",
		`{"input":"` + strings.Repeat("word ", 100) + `"}`:         "input 1",
		`{"input":"` + strings.Repeat("a", 20_000) + `"}`:          "20000 bytes",
		`{"input":"data:image/png,raw"}`:                           "not an image",
		`{"input":"data:text/html;base64,aGk="}`:                   "text/html",
		`{"input":"a","what":1}`:                                   "what",
	} {
		p := problemIn(t, do(s, request(t, "POST", "/v1/embeddings", "application/json", strings.NewReader(body))), 422)
		if !strings.Contains(p.Detail, want) {
			t.Errorf("%.60s: %q says nothing of %q", body, p.Detail, want)
		}
	}
	problemIn(t, do(s, request(t, "POST", "/v1/embeddings", "text/plain", strings.NewReader("a"))), 415)
	problemIn(t, do(s, request(t, "POST", "/v1/embeddings", "application/json", strings.NewReader(`{"input":"a","model":"clip"}`))), 404)
	problemIn(t, do(s, request(t, "POST", "/v1/embeddings?model=clip", "application/json", strings.NewReader(`{"input":"a"}`))), 404)
	for text, status := range map[string]int{"caf\xe9": 400, `caf\udce9`: 400, "\ufffd caf\xe9": 400, "\ufffd": 200, `\uFFFD \ufffd`: 200, `\ud83d\ude00 caf\u00e9`: 200} {
		if r := do(s, request(t, "POST", "/v1/embeddings", "application/json", strings.NewReader(`{"input":["`+text+`"]}`))); r.status != status {
			t.Errorf("%q: %d %s", text, r.status, r.body)
		}
	}
	if n := s.bodies.held.Load() + s.queue.held.Load(); n != 0 {
		t.Errorf("%d are held when all is over", n)
	}
}
