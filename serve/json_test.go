package serve

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

func TestElementsAreCounted(t *testing.T) {
	for text, want := range map[string]int{
		`[]`: 1, `["a"]`: 1, `["a,b","c"]`: 2, `["\",",[1,2,3],{"a":1,"b":2}]`: 3, `["\\","b"]`: 2, ` [ 1 , 2 ] `: 2,
	} {
		if got := elements([]byte(text)); got != want {
			t.Errorf("%s has %d elements, want %d", text, got, want)
		}
	}
}

// What a body of a megabyte makes the server allocate is a few times its length, and what
// it says of it is short.
func TestLongBodiesStayWhatTheyAre(t *testing.T) {
	const n = 1_000_000
	s := loaded(t, func(c *Config) { c.Doors = Doors })
	form := func(name, text string) string {
		return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + text + "\r\n--x\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n0\r\n--x--\r\n"
	}
	strs := `["` + strings.Repeat(`","`, n/3) + `"]`
	entries := &strings.Builder{}
	for i := range n / 14 {
		fmt.Fprintf(entries, `"%06d":{},`, i)
	}
	for name, c := range map[string]struct{ path, kind, body string }{
		"images":       {"/v1/classify", "application/json", `{"images":` + strs + `}`},
		"inputs":       {"/v1/embeddings", "application/json", `{"input":` + strs + `}`},
		"labels":       {"/api/v1/vision/labels", "application/json", `{"images":` + strs + `}`},
		"other fields": {"/api/v1/vision/labels", "application/json", `{` + strings.Repeat(`"a":0,`, n/6) + `"b":0}`},
		"field":        {"/v1/classify", "application/json", `{"` + strings.Repeat("\x7f", n) + `":1}`},
		"number":       {"/v1/embeddings", "application/json", `{"input":"a","dimensions":` + strings.Repeat("9", n) + `}`},
		"model":        {"/v1/classify", "multipart/form-data; boundary=x", form("model", strings.Repeat("\x01", n))},
		"part":         {"/v1/classify", "multipart/form-data; boundary=x", form(strings.Repeat("p", n), "")},
		"entries":      {"/predict", "multipart/form-data; boundary=x", form("entries", "{"+entries.String()+`"b":{}}`)},
		"text":         {"/v1/embeddings", "application/json", `{"input":"` + strings.Repeat("a", n) + `"}`},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r := do(s, request(t, "POST", c.path, c.kind, strings.NewReader(c.body)))
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 16*n || len(r.body) > 2000 || r.status < 400 || r.status > 499 {
			t.Errorf("%s: status %d, %d bytes allocated, answer of %d bytes: %.100s", name, r.status, took, len(r.body), r.body)
		}
	}
}
