package serve

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
)

// body counts the bytes of a request against those that all requests may hold.
type body struct {
	io.ReadCloser
	conn *http.ResponseController
	all  *quota
	held int64
}

// limitBody refuses a body that is too long, and returns a request that reads no more
// of it than there is room for, nor for longer than it may take. The caller releases
// the body when the request has its answer. The request of net/http stays as it is: by
// its body net/http knows whether the client still waits for 100 Continue, and would
// else wait for what never comes.
func (s *Server) limitBody(w http.ResponseWriter, r *http.Request) (*http.Request, *body, error) {
	most := s.config.Limits.Body
	if r.ContentLength > most {
		return nil, nil, &http.MaxBytesError{Limit: most}
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, nil, problemf(http.StatusUnsupportedMediaType, "Content-Encoding %q: send the body as it is", clipped(coding))
	}
	b := &body{ReadCloser: http.MaxBytesReader(w, r.Body, most), conn: http.NewResponseController(w), all: &s.bodies}
	if r.ContentLength != 0 {
		b.conn.SetReadDeadline(time.Now().Add(s.config.Limits.Time)) // tests have no connection
	}
	limited := *r
	limited.Body = b
	return &limited, b, nil
}

// Read reads as long as there is room. Its errors are those of the client.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if !b.all.take(int64(n)) {
		return 0, errBusy
	}
	b.held += int64(n)
	if err == io.EOF { // a deadline that passes later would cancel the answer
		b.conn.SetReadDeadline(time.Time{})
	}
	if err == nil || err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, new(*http.MaxBytesError)) || isTimeout(err) {
		return n, err
	}
	return n, problemf(http.StatusBadRequest, "the body cannot be read: %v", err)
}

func (b *body) release() { b.all.give(b.held) }

// linger sends a refusal, and then reads what is left of the body while it has time:
// many clients read the answer only when they have written all, and a connection that
// is closed before says nothing to them but that it was reset. Who waits for 100
// Continue writes no more.
func linger(rec *recorder, r *http.Request) {
	if rec.status < 400 || r.Header.Get("Expect") != "" || http.NewResponseController(rec).Flush() != nil {
		return
	}
	io.Copy(io.Discard, r.Body) // an error is that of a client who has gone, or is too slow
}

// mediaType returns what a request says of its body, and the parameters.
func mediaType(r *http.Request) (string, map[string]string) {
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // the kind is there if only parameters are damaged
	return kind, params
}

// wrongType is the problem of a body of a type that is not taken.
func wrongType(r *http.Request, want string) error {
	return problemf(http.StatusUnsupportedMediaType, "Content-Type %q: send %s", clipped(r.Header.Get("Content-Type")), want)
}
