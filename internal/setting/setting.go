// Package setting lets an error of the library name what can be set in the words of
// a Go caller, and the same error the flag to whoever called a command.
//
// A text has the name of a flag in braces: "{lr} 0: must be positive" is "learning
// rate 0: must be positive" to a Go caller, and "-lr 0: must be positive" on the
// command line, where package cli asks for Message.
package setting

import (
	"fmt"
	"regexp"
	"strings"
)

// words are what settings are called where the name of the flag says too little.
var words = map[string]string{
	"activation": "the option Activation",
	"cache":      "cache folder",
	"classes":    "WithHalf",
	"data":       "a data root",
	"lr":         "learning rate",
	"out":        "run folder",
	"resume":     "Resume",
	"vocab":      "the option Vocabulary",
}

var marker = regexp.MustCompile(`\{[a-z][a-z-]*\}`)

// InWords returns a text for Go callers.
func InWords(text string) string {
	return marker.ReplaceAllStringFunc(text, func(m string) string {
		name := m[1 : len(m)-1]
		if w, ok := words[name]; ok {
			return w
		}
		return name
	})
}

// InFlags returns a text for who calls a command.
func InFlags(text string) string {
	return marker.ReplaceAllStringFunc(text, func(m string) string { return "-" + m[1:len(m)-1] })
}

// flagged is an error that has a message with flags beside its own.
type flagged interface {
	error
	Flags() string
}

// setError is what Errorf returns: an error in words, and its message with flags.
type setError struct {
	error
	flags string
}

func (e *setError) Flags() string { return e.flags }
func (e *setError) Unwrap() error { return e.error }

// Errorf is fmt.Errorf of a format with settings in braces. Arguments are left as
// they are.
func Errorf(format string, args ...any) error {
	inFlags := make([]any, len(args))
	for i, a := range args {
		if inFlags[i] = a; a != nil {
			if err, ok := a.(error); ok {
				inFlags[i] = Message(err)
			}
		}
	}
	return &setError{fmt.Errorf(InWords(format), args...), fmt.Sprintf(strings.ReplaceAll(InFlags(format), "%w", "%v"), inFlags...)}
}

// Message is the message of an error in which settings have the names of flags,
// wherever in it they are.
func Message(err error) string {
	text := err.Error()
	if f, ok := err.(flagged); ok {
		return f.Flags()
	}
	var inner []error
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		inner = []error{e.Unwrap()}
	case interface{ Unwrap() []error }:
		inner = e.Unwrap()
	}
	for _, e := range inner {
		if e != nil {
			text = strings.Replace(text, e.Error(), Message(e), 1)
		}
	}
	return text
}
