package serve

import (
	"regexp"
	"strings"
	"testing"

	"frontdoor/internal/browser"
)

// The page names what is served and asks nothing of other servers.
func TestDocs(t *testing.T) {
	s := loaded(t, nil)
	r := do(s, request(t, "GET", "/docs", "", nil))
	page := string(r.body)
	for _, want := range []string{"shapes", "circle, square, star", "http://localhost/v1/classify", "429"} {
		if !strings.Contains(page, want) {
			t.Errorf("nothing of %s in the page", want)
		}
	}
	if found := regexp.MustCompile(`(?i)(src|href)=["']?(https?:)?//|@import|url\(|<script`).FindString(page); found != "" || r.status != 200 {
		t.Errorf("status %d; the page has %q", r.status, found)
	}
	if !strings.Contains(r.header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Error("no policy")
	}
}

// On a desk and on a phone, in light and in dark, nothing sticks out of the page, and
// no other server is asked.
func TestDocsInChromium(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	b := browser.Start(t)
	addr := listening(t, loaded(t, func(c *Config) {
		c.Models = append(c.Models, Model{Name: "a_name_without_any_blank_that_is_too_long_for_a_telephone", Open: shapes.Open})
		c.Doors = Doors
	}))
	for _, v := range []browser.View{{Width: 1200}, {Width: 1200, Dark: true}, {Width: 390}, {Width: 390, Dark: true}} {
		for _, f := range b.Open(t, "http://"+addr+"/docs", v) {
			if !strings.HasPrefix(f, "http://"+addr+"/") {
				t.Errorf("the page fetches %s", f)
			}
		}
		var right float64
		var ground string
		b.Evaluate(t, "Math.max(...[...document.querySelectorAll('body *')].map(e => e.getBoundingClientRect().right))", &right)
		b.Evaluate(t, "getComputedStyle(document.body).backgroundColor", &ground)
		if want := map[bool]string{false: "rgb(255, 255, 255)", true: "rgb(24, 24, 24)"}[v.Dark]; right > float64(v.Width) || ground != want {
			t.Errorf("%+v: the page ends at %g, on %s", v, right, ground)
		}
	}
}

func TestMetrics(t *testing.T) {
	s := loaded(t, nil)
	do(s, request(t, "POST", "/v1/classify", "application/json", inJSON(uri(picture(1)), uri(picture(2)))))
	do(s, request(t, "POST", "/v1/classify", "text/plain", nil))
	for _, path := range []string{"/a", "/b"} {
		do(s, request(t, "GET", path, "", nil))
	}
	r := do(s, request(t, "GET", "/metrics", "", nil))
	for _, want := range []string{
		`frontdoor_requests_total{path="/v1/classify",code="200"} 1`,
		`frontdoor_requests_total{path="/v1/classify",code="415"} 1`,
		`frontdoor_requests_total{path="other",code="404"} 2`,
		`frontdoor_inputs_total{path="/v1/classify"} 2`,
		`frontdoor_request_seconds_count{path="/v1/classify"} 2`,
		`frontdoor_queue_inputs 0`, `frontdoor_queue_limit 64`,
		`frontdoor_model_loaded_timestamp_seconds{model="shapes"} `, `process_resident_memory_bytes `,
	} {
		if !strings.Contains(string(r.body), want) {
			t.Errorf("no %s in\n%s", want, r.body)
		}
	}
}

func TestModels(t *testing.T) {
	got := decoded[struct {
		Object string
		Data   []served
	}](t, do(loaded(t, nil), request(t, "GET", "/v1/models", "", nil)))
	if m := got.Data[0]; got.Object != "list" || len(got.Data) != 1 || m.ID != "shapes" || m.Width != 96 || len(m.Classes) != 3 || m.Created == 0 {
		t.Errorf("%+v", got)
	}
}
