package serve

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// mostForwarded bounds the bytes of an upstream server's answer.
const mostForwarded = 64 << 20

// errRedirect ends a request that the upstream server sends elsewhere.
var errRedirect = errors.New("it sends to another address")

// upstream asks the one server that the configuration names, and never where that
// one sends it.
var upstream = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirect }}

// forward sends a request's body to the upstream server, and its answer back. The
// token, which is for this server alone, stays here.
func (s *Server) forward(w http.ResponseWriter, r *http.Request, body []byte) error {
	ctx, cancel := s.answering(r.Context())
	defer cancel()
	to := s.config.Upstream.JoinPath(r.URL.Path).String()
	out, err := http.NewRequestWithContext(ctx, r.Method, to, bytes.NewReader(body))
	if err != nil {
		return err
	}
	out.Header.Set("Content-Type", r.Header.Get("Content-Type"))
	resp, err := upstream.Do(out)
	if err != nil {
		return s.badGateway(r, "the upstream server does not answer", err)
	}
	defer resp.Body.Close()
	if c := resp.StatusCode; c < 200 || c > 299 && c < 400 || c > 599 { // another protocol, another address, nothing that HTTP has
		return s.badGateway(r, "the upstream server does not answer", errors.New(resp.Status))
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, mostForwarded+1))
	if err == nil && len(text) > mostForwarded {
		err = fmt.Errorf("its answer has more than %d bytes", mostForwarded)
	}
	if err != nil {
		return s.badGateway(r, "the upstream server's answer is cut off or too long", err)
	}
	w.Header().Set("Content-Type", resp.Header.Get("Content-Type"))
	w.WriteHeader(resp.StatusCode)
	w.Write(text) // an error is that of a client who has gone
	return nil
}

// badGateway logs what is wrong with the upstream server, unless the client has gone,
// which ends the request to it.
func (s *Server) badGateway(r *http.Request, what string, err error) error {
	if r.Context().Err() != nil {
		return r.Context().Err()
	}
	s.log.Error("upstream", "error", err)
	return problemf(http.StatusBadGateway, "%s", what)
}
