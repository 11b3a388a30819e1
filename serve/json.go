package serve

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// fields are the keys that a JSON object may have, each with a pointer to where its
// value goes.
type fields map[string]any

// mostFields is more than any request has.
const mostFields = 64

// readJSON parses the body, which must be one JSON object. Keys are spelled exactly
// and come once: encoding/json would take "Images" for "images", and of two let the
// last one win. Keys that are not known are passed over, or refused if strict is set.
func readJSON(r *http.Request, into fields, strict bool) error {
	d := json.NewDecoder(r.Body)
	if first, err := d.Token(); err != nil {
		return jsonProblem("", err)
	} else if first != json.Delim('{') {
		return problemf(http.StatusUnprocessableEntity, "the body must be a JSON object")
	}
	seen := map[string]bool{}
	for n := 0; d.More(); n++ {
		token, err := d.Token()
		if err != nil {
			return jsonProblem("", err)
		}
		if n >= mostFields {
			return problemf(http.StatusUnprocessableEntity, "there are more than %d fields", mostFields)
		}
		key, _ := token.(string) // or Token fails
		to, known := into[key]
		switch {
		case !known && strict:
			return problemf(http.StatusUnprocessableEntity, "unknown field %q", clipped(key))
		case !known:
			to = &skipped{}
		case seen[key]:
			return problemf(http.StatusUnprocessableEntity, "the field %q is there twice", key)
		default:
			seen[key] = true
		}
		if err := d.Decode(to); err != nil {
			return jsonProblem(key, err)
		}
	}
	if _, err := d.Token(); err != nil { // the brace
		return jsonProblem("", err)
	}
	if _, err := d.Token(); err != io.EOF {
		if err != nil && !errors.As(err, new(*json.SyntaxError)) {
			return err
		}
		return problemf(http.StatusBadRequest, "something follows behind the JSON")
	}
	return nil
}

// skipped is a value that nobody wants.
type skipped struct{}

// UnmarshalJSON does nothing.
func (*skipped) UnmarshalJSON([]byte) error { return nil }

// jsonProblem tells JSON that cannot be parsed from a value of another kind.
func jsonProblem(key string, err error) error {
	var (
		syntax *json.SyntaxError
		kind   *json.UnmarshalTypeError
	)
	switch {
	case errors.As(err, &syntax):
		return problemf(http.StatusBadRequest, "the body is not JSON: %v", syntax)
	case errors.As(err, &kind):
		return problemf(http.StatusUnprocessableEntity, "%s must not be a JSON %s", key, clipped(kind.Value))
	}
	return err
}

// list is a JSON list of so many elements at most. They are counted before there is
// memory for them: a body of 20 MB has room for seven million empty strings.
type list[T any] struct {
	what string // they are called
	most int
	all  []T
}

// UnmarshalJSON parses the list.
func (l *list[T]) UnmarshalJSON(text []byte) error {
	if n := elements(text); n > l.most {
		return problemf(http.StatusUnprocessableEntity, "there are %d %s; want 1 to %d", n, l.what, l.most)
	}
	return json.Unmarshal(text, &l.all)
}

// elements counts the elements of a list, which must be JSON. An empty one has one,
// which is not too many.
func elements(list []byte) int {
	n, depth, quoted := 1, 0, false
	for i := 0; i < len(list); i++ {
		switch c := list[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		case c == ',' && depth == 1:
			n++
		}
	}
	return n
}
