// Package exactjson reads JSON whose keys must be spelled exactly. Package
// encoding/json takes "METHODS" for "methods", lets the last of two equal keys
// win in silence, and repeats whatever a file holds in its messages; here the
// first two are errors, and messages are short.
package exactjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// maxDepth bounds objects and lists in each other.
const maxDepth = 100

// Unmarshal fills v, a pointer, from the JSON text, which holds one value.
// A key that differs from one of v's in the case of letters alone is an error,
// as is one that is there twice; other keys that v does not have are passed
// over.
func Unmarshal(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if err := check(d, reflect.TypeOf(v), 0); err != nil {
		return short(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("there is more behind the end of its value")
	}
	return short(json.Unmarshal(text, v))
}

// check reads a value as far as its keys go; t is the type that it is meant
// for, or nil.
func check(d *json.Decoder, t reflect.Type, depth int) error {
	token, err := d.Token()
	if err != nil {
		return cut(err)
	}
	if depth > maxDepth {
		return fmt.Errorf("more than %d values in each other", maxDepth)
	}
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch token {
	case json.Delim('{'):
		return checkObject(d, t, depth)
	case json.Delim('['):
		var inner reflect.Type
		if t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) {
			inner = t.Elem()
		}
		for d.More() {
			if err := check(d, inner, depth+1); err != nil {
				return err
			}
		}
		_, err = d.Token()
	}
	return cut(err)
}

// checkObject reads an object behind its brace.
func checkObject(d *json.Decoder, t reflect.Type, depth int) error {
	known, any := map[string]reflect.Type{}, reflect.Type(nil)
	switch {
	case t == nil:
	case t.Kind() == reflect.Struct:
		fields(t, known)
	case t.Kind() == reflect.Map:
		any = t.Elem()
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return cut(err)
		}
		key := token.(string) // or Token fails
		if seen[key] {
			return fmt.Errorf("the key %.40q is there twice", key)
		}
		seen[key] = true
		inner, ok := known[key]
		if !ok {
			inner = any
			for name := range known {
				if strings.EqualFold(name, key) {
					return fmt.Errorf("the key %.40q is spelled %q", key, name)
				}
			}
		}
		if err := check(d, inner, depth+1); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return cut(err)
}

// fields notes the keys of a structure with their types, those of embedded
// structures too.
func fields(t reflect.Type, known map[string]reflect.Type) {
	for f := range fieldsOf(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch inner := f.Type; {
		case f.Anonymous && name == "":
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Struct {
				fields(inner, known)
			}
		case name == "-" || !f.IsExported():
		case name == "":
			known[f.Name] = inner
		default:
			known[name] = inner
		}
	}
}

// fieldsOf yields the fields of a structure.
func fieldsOf(t reflect.Type) func(yield func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

// cut says that the text ends early in words.
func cut(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errors.New("it ends in the middle of a value")
	}
	return err
}

// maxMessage is how much of an error of package json is kept: it may repeat a
// number of any length.
const maxMessage = 160

func short(err error) error {
	if err == nil || len(err.Error()) <= maxMessage {
		return err
	}
	return errors.New(strings.ToValidUTF8(err.Error()[:maxMessage], "") + "...")
}
