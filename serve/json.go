package serve

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
)

// readJSON parses the body, which must be one JSON value with no fields that v
// does not have if strict is set.
func readJSON(r *http.Request, v any, strict bool) error {
	d := json.NewDecoder(r.Body)
	if strict {
		d.DisallowUnknownFields()
	}
	if err := d.Decode(v); err != nil {
		return jsonProblem(err)
	}
	if _, err := d.Token(); err != io.EOF {
		if err != nil && !errors.As(err, new(*json.SyntaxError)) {
			return err
		}
		return problemf(http.StatusBadRequest, "something follows behind the JSON")
	}
	return nil
}

// jsonProblem tells JSON that cannot be parsed from JSON of another shape.
func jsonProblem(err error) error {
	var (
		syntax *json.SyntaxError
		kind   *json.UnmarshalTypeError
	)
	switch {
	case errors.As(err, &syntax):
		return problemf(http.StatusBadRequest, "the body is not JSON: %v", syntax)
	case errors.As(err, &kind):
		return problemf(http.StatusUnprocessableEntity, "%s must not be a JSON %s", kind.Field, kind.Value)
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		return problemf(http.StatusUnprocessableEntity, "%s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return err
}
