package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"

	"frontdoor"
)

// problem is the error of a request, as RFC 9457 writes it.
type problem struct {
	Type   string `json:"type"` // always "about:blank": the status says it all
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"` // what is wrong here, and what to do
	// Answers are the errors of each image, where a request has several.
	Answers []answer `json:"answers,omitempty"`

	// Code and Message repeat status and detail for PhotoPrism.
	Code    int    `json:"code,omitempty"`
	Message string `json:"error,omitempty"`

	cause error // for the log, of what is not the client's fault
}

// problemf makes a problem of a status and a sentence.
func problemf(status int, format string, args ...any) *problem {
	return &problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

// Error returns the detail.
func (p *problem) Error() string { return p.Detail }

var (
	errBusy     = problemf(http.StatusTooManyRequests, "there is too much to do: wait a second and ask again")
	errLoading  = problemf(http.StatusServiceUnavailable, "the model is being loaded: ask again in a moment")
	errDraining = problemf(http.StatusServiceUnavailable, "the server is going down")
)

// problemOf says what an error of a handler is to the client.
func problemOf(err error) *problem {
	var (
		known *problem
		large *http.MaxBytesError
	)
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &large):
		return problemf(http.StatusRequestEntityTooLarge, "the body has more than the %d bytes that are allowed", large.Limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return problemf(http.StatusRequestTimeout, "the body did not come in time")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return problemf(http.StatusBadRequest, "the body ends before its end")
	case errors.Is(err, context.DeadlineExceeded):
		return problemf(http.StatusServiceUnavailable, "there was no answer in time: send fewer images, or later")
	case errors.Is(err, context.Canceled):
		return problemf(http.StatusBadRequest, "the connection was closed before the answer")
	case errors.Is(err, frontdoor.ErrClosed):
		return errDraining
	}
	p := problemf(http.StatusInternalServerError, "the server failed; its log says how")
	p.cause = err
	return p
}

// write sends the problem. Who should come again is told when.
func (p *problem) write(w http.ResponseWriter) {
	if p.Status == http.StatusTooManyRequests || p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	send(w, p.Status, "application/problem+json", p)
}

// writeJSON sends an answer.
func writeJSON(w http.ResponseWriter, v any) error {
	send(w, http.StatusOK, "application/json", v)
	return nil
}

// send writes v as JSON. What is written here can always be: an error is that of
// a client who has gone.
func send(w http.ResponseWriter, status int, kind string, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("serve: %T is not JSON: %v", v, err))
	}
	text = append(text, '\n')
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	w.Write(text)
}
