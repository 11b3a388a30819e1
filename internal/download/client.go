package download

import (
	"errors"
	"net"
	"net/http"
	"time"
)

// maxHeaders is how many bytes the headers of an answer may have.
const maxHeaders = 1 << 20

// standard is the client for real servers. It does not follow a redirection
// from an encrypted to a plain connection.
var standard = &http.Client{
	Transport: &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 20 * time.Second}).DialContext,
		TLSHandshakeTimeout:    20 * time.Second,
		ResponseHeaderTimeout:  60 * time.Second,
		MaxResponseHeaderBytes: maxHeaders,
		ForceAttemptHTTP2:      true,
	},
	CheckRedirect: CheckRedirect,
}

// CheckRedirect refuses long chains of redirections, and those that give up
// encryption.
func CheckRedirect(request *http.Request, via []*http.Request) error {
	if len(via) >= 10 {
		return final("redirected more than 10 times")
	}
	if via[len(via)-1].URL.Scheme == "https" && request.URL.Scheme != "https" {
		return final("redirected from an encrypted connection to %s", request.URL)
	}
	return nil
}

// careful tells the errors that no other attempt can mend: addresses that are
// not of HTTP, and redirections whose address cannot be read, for which package
// http has no type.
type careful struct{ next http.RoundTripper }

// RoundTrip does a request, the first one or one of a redirection.
func (c careful) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "http" && r.URL.Scheme != "https" {
		return nil, final("%q is no address of HTTP: it begins with http:// or https://", r.URL.Redacted())
	}
	next := c.next
	if next == nil {
		next = http.DefaultTransport
	}
	response, err := next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if _, err := response.Location(); response.StatusCode/100 == 3 && err != nil && !errors.Is(err, http.ErrNoLocation) {
		response.Body.Close()
		return nil, final("the server leads to an address that cannot be read: %.100q", response.Header.Get("Location"))
	}
	return response, nil
}

// Offline says whether the error means that the server could not be reached.
func Offline(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &op) && op.Op == "dial" || errors.As(err, &dns)
}
