package serve

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"
)

// recorder notes what is sent for the log and the metrics.
type recorder struct {
	http.ResponseWriter
	server *Server
	status int // 0 until the header is written
	inputs int // images and texts that were asked about
}

// WriteHeader notes the status. Where other connections wait it tells the client that
// this one ends: who sent another request by it would have no answer.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	if r.server.crowded.Load() {
		r.Header().Set("Connection", "close")
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write writes the header first, if that has not been done.
func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap lets net/http reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// counted notes how many images and texts a request is about.
func counted(w http.ResponseWriter, n int) {
	if r, ok := w.(*recorder); ok {
		r.inputs = n
	}
}

// ServeHTTP answers a request. Whatever goes wrong in it ends it, not the process.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begin, rec := time.Now(), &recorder{ResponseWriter: w, server: s}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("panic", "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
			if rec.status != 0 {
				panic(http.ErrAbortHandler) // half an answer must not look like one
			}
			problemf(http.StatusInternalServerError, "the server failed; its log says how").write(rec)
		}
		s.note(r, rec, time.Since(begin))
		linger(rec, r)
	}()
	err := s.answer(rec, r)
	if err == nil {
		return
	}
	p := problemOf(err)
	if p.cause != nil {
		s.log.Error("request failed", "path", r.URL.Path, "error", p.cause)
	}
	p.write(rec)
}

// note counts and logs a request: never what is in it.
func (s *Server) note(r *http.Request, rec *recorder, took time.Duration) {
	to, known := s.routes[r.URL.Path]
	s.metrics.count(r.URL.Path, known, rec, took)
	level := slog.LevelInfo
	if to.health {
		level = slog.LevelDebug
	}
	s.log.Log(r.Context(), level, "request", "method", clipped(r.Method), "path", clipped(r.URL.Path), "status", rec.status,
		"ms", float64(took.Microseconds())/1000, "inputs", rec.inputs, "bytes", r.ContentLength, "from", r.RemoteAddr)
}
