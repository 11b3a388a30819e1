package serve

import (
	"bytes"
	"errors"
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
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.log.Error("upstream", "error", err)
		return problemf(http.StatusBadGateway, "the upstream server does not answer")
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, mostForwarded+1))
	if err != nil || len(text) > mostForwarded {
		return problemf(http.StatusBadGateway, "the upstream server's answer is cut off or too long")
	}
	w.Header().Set("Content-Type", resp.Header.Get("Content-Type"))
	w.WriteHeader(resp.StatusCode)
	w.Write(text) // an error is that of a client who has gone
	return nil
}
