package serve

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// guard refuses requests that were not meant for this server: under a strange
// name, from pages of other sites, or without the token.
type guard struct {
	hosts  []string
	origin *http.CrossOriginProtection
	token  *[sha256.Size]byte // of the token; nil without one
}

func newGuard(c *Config) *guard {
	g := &guard{origin: http.NewCrossOriginProtection()}
	for _, h := range append([]string{"localhost"}, c.Hosts...) {
		g.hosts = append(g.hosts, strings.ToLower(strings.TrimSuffix(h, ".")))
	}
	if c.Token != "" {
		sum := sha256.Sum256([]byte(c.Token))
		g.token = &sum
	}
	return g
}

// check returns the problem of a request that must not pass. Only requests for
// health need no token.
func (g *guard) check(r *http.Request, health bool) error {
	if !g.ours(r.Host) {
		return problemf(http.StatusMisdirectedRequest, "this server does not answer for the host %q; it answers for those that it was told (serve -allow-host)", clipped(r.Host))
	}
	if err := g.origin.Check(r); err != nil {
		return problemf(http.StatusForbidden, "a page of another site may not ask this server: %v", err)
	}
	if g.token != nil && !health && !g.admits(r) {
		return problemf(http.StatusUnauthorized, "the header must say Authorization: Bearer, and the token of this server")
	}
	return nil
}

// ours says whether a Host header names this server. A page whose name is made to
// point here (DNS rebinding) comes under that name; numbers cannot be pointed
// anywhere.
func (g *guard) ours(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return slices.Contains(g.hosts, host)
}

// admits compares the token of a request. Digests are of one length, so that the
// time says nothing about the token.
func (g *guard) admits(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	sum := sha256.Sum256([]byte(strings.TrimSpace(token)))
	return subtle.ConstantTimeCompare(sum[:], g.token[:]) == 1 && strings.EqualFold(scheme, "Bearer")
}
