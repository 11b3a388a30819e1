package serve

import (
	"net/http"
	"testing"
)

func TestHosts(t *testing.T) {
	s := made(t, func(c *Config) { c.Hosts = []string{"Photos.example", "dot.example."} })
	for host, status := range map[string]int{
		"localhost": 200, "localhost:8484": 200, "127.0.0.1:1": 200, "[::1]:8484": 200, "192.168.1.7": 200, "photos.example:80": 200, "photos.example.": 200, "dot.example": 200, "dot.example.": 200,
		"evil.example": 421, "localhost.evil.example": 421, "": 421, "127.0.0.1.evil.example:8484": 421, "[::1": 200,
	} {
		r := request(t, "GET", "/healthz", "", nil)
		r.Host = host
		if got := do(s, r); got.status != status {
			t.Errorf("Host %q: %d, want %d", host, got.status, status)
		} else if status != 200 {
			problemIn(t, got, status)
		}
	}
}

func TestPagesOfOtherSitesMayNotAsk(t *testing.T) {
	s := made(t, nil)
	for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
		r := request(t, "POST", "/v1/classify", "image/png", long(3))
		r.Header.Set(name, value)
		problemIn(t, do(s, r), http.StatusForbidden)
	}
}

func TestTokens(t *testing.T) {
	s := made(t, func(c *Config) { c.Token = "0123456789abcdef" })
	for header, status := range map[string]int{
		"": 401, "Bearer": 401, "Bearer 0123456789abcdeg": 401, "0123456789abcdef": 401, "Basic 0123456789abcdef": 401, "Bearer 0123456789abcdef0": 401,
		"Bearer 0123456789abcdef": 404, "bearer 0123456789abcdef": 404,
	} {
		r := request(t, "GET", "/nothing", "", nil)
		if header != "" {
			r.Header.Set("Authorization", header)
		}
		got := do(s, r)
		problemIn(t, got, status)
		if (status == 401) != (got.header.Get("WWW-Authenticate") == "Bearer") {
			t.Errorf("%q: %v", header, got.header)
		}
	}
	if got := do(s, request(t, "GET", "/healthz", "", nil)); got.status != 200 {
		t.Errorf("health needs no token: %s", got.body)
	}
	if got := do(s, request(t, "GET", "/readyz", "", nil)); got.status != 503 {
		t.Errorf("health needs no token: %s", got.body)
	}
}
