package frontdoor

import (
	"errors"
	"fmt"
	"strings"

	"frontdoor/eval/rundir"
)

var (
	// ErrNoRun is the error of a folder that holds no run.
	ErrNoRun = rundir.ErrNoRun
	// ErrModelChanged is the error of a run whose model is another now than it
	// was trained with.
	ErrModelChanged = rundir.ErrModelChanged
	// ErrClosed is the error of a call on a classifier that is closed, or that is
	// closed during the call.
	ErrClosed = errors.New("the classifier is closed")
	// ErrNoClasses is the error of a question to a classifier without classes.
	ErrNoClasses = errors.New("there are no classes to choose among: name them with SetClasses or Load")
	// ErrNotANumber is the error of an image whose answer is NaN or infinite.
	ErrNotANumber = errors.New("the answer is not a number: the model's weights or what was learned are damaged, or too large for float32")
)

// ImageError says that one image could not be read or answered.
type ImageError struct {
	Index int    // of the image in the call
	Name  string // its path, or "image 3" where it has none
	Err   error
}

// Error names the image and says what is wrong with it.
func (e *ImageError) Error() string {
	if e.Err == nil {
		return e.Name + ": unknown error"
	}
	if text := e.Err.Error(); strings.Contains(text, e.Name) {
		return text
	}
	return fmt.Sprintf("%s: %v", e.Name, e.Err)
}

// Unwrap returns what is wrong with the image.
func (e *ImageError) Unwrap() error { return e.Err }

// OptionError says that an option asks for what is not there, such as a method
// that the run does not have.
type OptionError struct{ Err error }

// Error says what is asked for and what there is.
func (e *OptionError) Error() string {
	if e.Err == nil {
		return "an option asks for what is not there"
	}
	return e.Err.Error()
}

// Unwrap returns the cause.
func (e *OptionError) Unwrap() error { return e.Err }

// ImageErrors lists the images that an error of Classify, Embed or one of their
// kind is about, in the order of the call, also where it was wrapped.
func ImageErrors(err error) []*ImageError {
	var all []*ImageError
	switch e := err.(type) {
	case *ImageError:
		return []*ImageError{e}
	case interface{ Unwrap() error }:
		return ImageErrors(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, each := range e.Unwrap() {
			all = append(all, ImageErrors(each)...)
		}
	}
	return all
}
