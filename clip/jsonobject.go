package clip

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/internal/exactjson"
	"frontdoor/internal/safefile"
)

// object is a JSON object of a configuration. Its methods return what a key
// holds, or the value given for a missing one, and remember the first value
// that cannot be meant.
type object struct {
	values map[string]json.RawMessage
	path   string // of the object, for errors: the file, and keys with dots
	err    *error // shared by all objects of a file
}

// sidecarLimit is far more than any of these files has.
const sidecarLimit = 16 << 20

// readObject decodes the file at path, and reports whether there is one.
func readObject(path string) (o object, found bool, err error) {
	text, err := safefile.Read(path, sidecarLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return o, false, nil
	}
	if err == nil {
		err = exactjson.Unmarshal(text, &o.values)
	}
	if err != nil {
		return o, true, fmt.Errorf("reading %s: %w", path, err)
	}
	o.path, o.err = filepath.Base(path), new(error)
	return o, true, nil
}

// has says whether the key is there with another value than null.
func (o object) has(key string) bool {
	value, ok := o.values[key]
	return ok && string(value) != "null"
}

// fail remembers the first error, which names the key.
func (o object) fail(key, format string, args ...any) {
	if o.err != nil && *o.err == nil {
		*o.err = fmt.Errorf("%s: %s "+format, append([]any{o.path, shown(key)}, args...)...)
	}
}

// shown is a text cut short for an error: keys and words of a file have any length.
func shown(text string) string {
	if len(text) > 63 {
		return strings.ToValidUTF8(text[:60], "") + "..."
	}
	return text
}

// error returns the first error of the file.
func (o object) error() error {
	if o.err == nil {
		return nil
	}
	return *o.err
}

// text is a value as it is written, cut short for an error.
func (o object) text(key string) string {
	return shown(string(o.values[key]))
}

// object returns the object under the key, an empty one if it is missing.
func (o object) object(key string) object {
	inner := object{path: o.path + ": " + key, err: o.err}
	if o.has(key) && json.Unmarshal(o.values[key], &inner.values) != nil {
		o.fail(key, "is %s, want an object", o.text(key))
	}
	return inner
}

// whole returns the positive whole number under the key, or missing.
func (o object) whole(key string, missing int) int {
	if !o.has(key) {
		return missing
	}
	v := o.number(key, 0)
	if v != math.Trunc(v) || math.Abs(v) > 1<<30 {
		o.fail(key, "is %s, want a whole number", o.text(key))
	}
	if v <= 0 {
		o.fail(key, "is %s; it must be positive", o.text(key))
	}
	return int(v)
}

// number returns the number under the key, or missing.
func (o object) number(key string, missing float64) float64 {
	if !o.has(key) {
		return missing
	}
	var v float64
	if json.Unmarshal(o.values[key], &v) != nil {
		o.fail(key, "is %s, want a number", o.text(key))
	}
	return v
}

// word returns the text under the key, or missing.
func (o object) word(key, missing string) string {
	if !o.has(key) {
		return missing
	}
	var v string
	if json.Unmarshal(o.values[key], &v) != nil {
		o.fail(key, "is %s, want a text", o.text(key))
	}
	return v
}

// truth returns the truth value under the key, or missing.
func (o object) truth(key string, missing bool) bool {
	if !o.has(key) {
		return missing
	}
	var v bool
	if json.Unmarshal(o.values[key], &v) == nil {
		return v
	}
	if n := o.number(key, 0); n != 0 && n != 1 {
		o.fail(key, "is %s, want true or false", o.text(key))
	} else {
		v = n == 1
	}
	return v
}

// square returns the side under the key: a number, or a list of two equal ones.
func (o object) square(key string) int {
	var sides []float64
	if !o.has(key) || json.Unmarshal(o.values[key], &sides) != nil {
		return o.whole(key, 0)
	}
	if len(sides) == 0 || slices.Min(sides) != slices.Max(sides) || sides[0] <= 0 || sides[0] > 1<<30 || sides[0] != math.Trunc(sides[0]) {
		o.fail(key, "is %s; only squares are supported", o.text(key))
		return 0
	}
	return int(sides[0])
}

// isDefault says whether the value under the key is missing, null, false, 0 or
// empty, or one of those given in JSON.
func (o object) isDefault(key string, others ...string) bool {
	value, ok := o.values[key]
	return !ok || slices.Contains(append([]string{"null", "false", "0", "0.0", `""`, "{}", "[]"}, others...), string(value))
}

// refuse remembers an error if the key has another value than those that
// change nothing, which are given in JSON.
func (o object) refuse(key, because string, harmless ...string) {
	if !o.isDefault(key, harmless...) {
		o.fail(key, "is %s, which is not supported%s", o.text(key), because)
	}
}

// only refuses keys that are not listed: the library that wrote the file knows
// no others, so they are of a later one.
func (o object) only(known ...string) {
	for _, key := range slices.Sorted(maps.Keys(o.values)) {
		if !slices.Contains(known, key) && !o.isDefault(key) {
			o.fail(key, "is %s, and nothing is known about this key", o.text(key))
		}
	}
}
