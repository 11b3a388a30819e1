package serve

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// contract is openapi.json.
type contract struct {
	Paths map[string]map[string]struct {
		Responses   map[string]response
		RequestBody struct {
			Content map[string]struct{ Schema map[string]any }
		}
	}
	Components struct {
		Responses map[string]response
		Schemas   schemas
	}
}

// response is what openapi.json says of an answer, or where it says it.
type response struct {
	Ref     string `json:"$ref"`
	Headers map[string]any
	Content map[string]struct{ Schema map[string]any }
}

func readContract(t *testing.T) contract {
	t.Helper()
	var c contract
	if err := json.Unmarshal(openAPI, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// check reports a reply that openapi.json does not describe.
func (c contract) check(t *testing.T, method, path string, r reply) {
	t.Helper()
	response, ok := c.Paths[path][strings.ToLower(method)].Responses[fmt.Sprint(r.status)]
	if !ok {
		t.Errorf("%s %s: openapi.json has no status %d: %s", method, path, r.status, r.body)
		return
	}
	if name, ok := strings.CutPrefix(response.Ref, "#/components/responses/"); ok {
		response = c.Components.Responses[name]
	}
	kind, _, err := mime.ParseMediaType(r.header.Get("Content-Type"))
	content, ok := response.Content[kind]
	if err != nil || !ok {
		t.Errorf("%s %s, status %d: openapi.json has no type %q", method, path, r.status, kind)
		return
	}
	for _, name := range []string{"Retry-After", "WWW-Authenticate"} {
		if _, ok := response.Headers[name]; ok != (r.header.Get(name) != "") {
			t.Errorf("%s %s, status %d: %s %q, said to be there: %v", method, path, r.status, name, r.header.Get(name), ok)
		}
	}
	if !strings.HasSuffix(kind, "json") {
		return
	}
	var v any
	if err := json.Unmarshal(r.body, &v); err != nil {
		t.Errorf("%s %s: %v", method, path, err)
	}
	for _, wrong := range c.Components.Schemas.check(content.Schema, v, "body") {
		t.Errorf("%s %s, status %d: %s\n%s", method, path, r.status, wrong, r.body)
	}
}

func TestOpenAPINamesTheRoutes(t *testing.T) {
	var said, are []string
	for path, methods := range readContract(t).Paths {
		for m := range methods {
			said = append(said, strings.ToUpper(m)+" "+path)
		}
	}
	for path, r := range made(t, nil).routes {
		are = append(are, r.method+" "+path)
	}
	slices.Sort(said)
	slices.Sort(are)
	if !slices.Equal(said, are) {
		t.Errorf("openapi.json has\n%q, the server\n%q", said, are)
	}
}

func TestOpenAPIHasTheLimits(t *testing.T) {
	s := loaded(t, nil)
	var c openAPIDocument
	if r := do(s, request(t, "GET", "/openapi.json", "", nil)); json.Unmarshal(r.body, &c) != nil {
		t.Fatalf("%s", r.body)
	}
	for _, want := range []struct {
		component, field, key string
		value                 any
	}{
		{"ClassifyRequest", "images", "maxItems", float64(s.config.Limits.Images)},
		{"EmbeddingsRequest", "dimensions", "enum", []any{nil, 0.0, 96.0}},
	} {
		if got := c.field(want.component, want.field)[want.key]; !reflect.DeepEqual(got, want.value) {
			t.Errorf("%s.%s: %s is %v, want %v", want.component, want.field, want.key, got, want.value)
		}
	}
}

// Whether a token is needed is said of the server itself.
func TestOpenAPIHasTheToken(t *testing.T) {
	for token, want := range map[string]any{"": nil, "0123456789abcdef": []any{map[string]any{"token": []any{}}}} {
		s := made(t, func(c *Config) { c.Token = token })
		r := request(t, "GET", "/openapi.json", "", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		if got := decoded[openAPIDocument](t, do(s, r))["security"]; !reflect.DeepEqual(got, want) {
			t.Errorf("token %q: security %v", token, got)
		}
	}
}

// What handlers answer, to good requests and to bad ones, is what openapi.json says.
func TestHandlersKeepTheContract(t *testing.T) {
	c := readContract(t)
	s := loaded(t, func(c *Config) { c.Token = "0123456789abcdef" })
	ask := func(method, path, kind string, body io.Reader, change func(*http.Request)) {
		t.Helper()
		r := request(t, method, path, kind, body)
		r.Header.Set("Authorization", "Bearer 0123456789abcdef")
		if change != nil {
			change(r)
		}
		c.check(t, method, r.URL.Path, do(s, r))
	}
	for path, methods := range c.Paths {
		for m := range methods {
			m = strings.ToUpper(m)
			ask(m, path, "", nil, nil)
			ask(m, path, "", nil, func(r *http.Request) { r.Header.Del("Authorization") })
			ask(m, path, "", nil, func(r *http.Request) { r.Header.Set("Content-Encoding", "br"); r.ContentLength = 1 << 30 })
			ask(m, path, "", nil, func(r *http.Request) { r.Host = "evil.example" })
			if m == http.MethodPost {
				ask(m, path, "", nil, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") })
				ask(m, path, "application/json", long(5<<20), nil)
				ask(m, path+"?model=other", "application/json", strings.NewReader(`{"model":"other","input":"a","images":["data:,"]}`), nil)
			}
		}
	}
	kind, form := inForm(picture(1), []byte("no image"))
	ask("POST", "/v1/classify", kind, form, nil)
	ask("POST", "/v1/classify", "image/png", bytes.NewReader(picture(1)), nil)
	ask("POST", "/v1/classify", "application/json", inJSON("a", "b"), nil)
	s.queue.take(s.queue.most)
	ask("POST", "/v1/classify", "image/png", bytes.NewReader(picture(1)), nil)
	s.queue.give(s.queue.most)
	c.check(t, "GET", "/readyz", do(made(t, nil), request(t, "GET", "/readyz", "", nil)))
	c.check(t, "GET", "/v1/models", do(made(t, nil), request(t, "GET", "/v1/models", "", nil)))
	c.check(t, "GET", "/docs", do(made(t, nil), request(t, "GET", "/docs", "", nil)))
}

// strangers take the place of each value of a sound body.
var strangers = []string{`null`, `true`, `0`, `-1`, `1e99`, `""`, `"x"`, `[]`, `[[]]`, `{}`, `{"a":1}`, `"\ud800"`, `["x","x","x","x","x","x","x","x"]`}

// Whatever stands at any place of a body, the answer is one that openapi.json
// describes; a body that its schema forbids has no answer.
func TestBodiesOfAnyShape(t *testing.T) {
	c := readContract(t)
	s := loaded(t, nil)
	for path, sound := range map[string]map[string]string{
		"/v1/classify":   {"model": `"shapes"`, "images": `["` + uri(picture(1)) + `"]`},
		"/v1/embeddings": {"model": `"shapes"`, "input": `["a"]`, "modality": `"text"`, "encoding_format": `"float"`, "dimensions": `96`, "user": `"u"`},
	} {
		schema := c.Paths[path]["post"].RequestBody.Content["application/json"].Schema
		for _, field := range append(slices.Sorted(maps.Keys(sound)), "other") {
			for _, value := range strangers {
				changed := maps.Clone(sound)
				changed[field] = value
				body := object(changed)
				r := do(s, request(t, "POST", path, "application/json", strings.NewReader(body)))
				c.check(t, "POST", path, r)
				var v any
				if err := json.Unmarshal([]byte(body), &v); err != nil {
					t.Fatal(err)
				}
				if wrong := c.Components.Schemas.check(schema, v, "body"); len(wrong) > 0 && r.status == 200 {
					t.Errorf("%s: %s was answered, but %s", path, body, wrong)
				}
			}
		}
	}
}

// object is the JSON object of fields whose values are JSON.
func object(fields map[string]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		parts = append(parts, fmt.Sprintf("%q:%s", name, fields[name]))
	}
	return "{" + strings.Join(parts, ",") + "}"
}
