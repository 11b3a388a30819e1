package serve

import (
	"errors"
	"io"
	"mime"
	"net/http"
)

// body counts the bytes of a request against those that all requests may hold.
type body struct {
	io.ReadCloser
	all  *quota
	held int64
}

// limitBody refuses a body that is too long, and lets r read no more of it than
// there is room for. The caller releases it when the request has its answer.
func (s *Server) limitBody(w http.ResponseWriter, r *http.Request) (*body, error) {
	most := s.config.Limits.Body
	if r.ContentLength > most {
		return nil, &http.MaxBytesError{Limit: most}
	}
	if r.Header.Get("Content-Encoding") != "" {
		return nil, problemf(http.StatusUnsupportedMediaType, "Content-Encoding %q: send the body as it is", r.Header.Get("Content-Encoding"))
	}
	b := &body{ReadCloser: http.MaxBytesReader(w, r.Body, most), all: &s.bodies}
	r.Body = b
	return b, nil
}

// Read reads as long as there is room. Its errors are those of the client.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if !b.all.take(int64(n)) {
		return 0, errBusy
	}
	b.held += int64(n)
	if err == nil || err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, new(*http.MaxBytesError)) || isTimeout(err) {
		return n, err
	}
	return n, problemf(http.StatusBadRequest, "the body cannot be read: %v", err)
}

func (b *body) release() { b.all.give(b.held) }

// mediaType returns what a request says of its body, and the parameters.
func mediaType(r *http.Request) (string, map[string]string) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return "", nil
	}
	return kind, params
}
