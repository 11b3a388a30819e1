package data

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
)

// Report counts what a dataset could not use. A photograph that cannot be read
// is a warning and no failure: the others still train a classifier. The
// zero value is ready for use, and its methods are safe for concurrent use, so
// that loaders can add what they find later.
type Report struct {
	mu       sync.Mutex
	problems []Problem
	known    map[string]bool // paths in problems
	damaged  map[string]bool // paths of images that could not be read

	unreadable   error       // of the first image that could not be read
	onUnreadable func(error) // is told about the next ones
}

// Report returns where FewShot notes images that cannot be decoded: the report
// that Open returned with one's own images, and a new one for other datasets, of
// which FewShot tries none.
func (d *Dataset) Report() *Report {
	if d.sampled == nil {
		return new(Report)
	}
	return d.sampled.report
}

// Problem is one file or folder that was left out, and why.
type Problem struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

// Add notes that path was left out for a reason. A path that is known is not
// counted again, so a loader may meet it in each epoch.
func (r *Report) Add(path, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known[path] {
		return
	}
	if r.known == nil {
		r.known = map[string]bool{}
	}
	r.known[path] = true
	r.problems = append(r.problems, Problem{Path: path, Reason: reason})
}

// AddError notes that the image at path was left out because of err. The reason
// does not repeat the path where the error begins with it.
func (r *Report) AddError(path string, err error) {
	reason := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "image "), path+": ")
	if errors.Is(err, fs.ErrNotExist) {
		reason = "the file is missing"
	}
	r.Add(path, reason)
	if !strings.Contains(err.Error(), path) {
		err = fmt.Errorf("image %s: %w", path, err)
	}
	r.mu.Lock()
	tell := r.onUnreadable
	if r.damaged == nil {
		r.damaged = map[string]bool{}
	}
	r.damaged[path] = true
	if r.unreadable == nil {
		r.unreadable = err
	}
	r.mu.Unlock()
	if tell != nil {
		tell(err)
	}
}

// OnUnreadable has tell called with an error that names the image, for the
// first image that could not be read so far, if there is one, and for each that
// cannot be read from now on: for callers to whom that is a failure after all.
// tell may be called from several goroutines.
func (r *Report) OnUnreadable(tell func(error)) {
	r.mu.Lock()
	r.onUnreadable = tell
	past := r.unreadable
	r.mu.Unlock()
	if past != nil {
		tell(past)
	}
}

// Unreadable says whether path was left out as an image that cannot be read.
func (r *Report) Unreadable(path string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.damaged[path]
}

// Problems returns a copy of what was noted, in order.
func (r *Report) Problems() []Problem {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Problem(nil), r.problems...)
}

// maxLines is how many problems String lists one by one.
const maxLines = 10

// String returns a summary for people: a count, and a line for each of the
// first ten problems. It is empty if there was none.
func (r *Report) String() string { return r.Since(0) }

// Since is String for what was noted after the first n problems.
func (r *Report) Since(n int) string {
	problems := r.Problems()
	problems = problems[max(0, min(n, len(problems))):]
	if len(problems) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d left out:\n", len(problems))
	for i, p := range problems {
		if i == maxLines {
			fmt.Fprintf(&b, "  ... and %d more\n", len(problems)-maxLines)
			break
		}
		fmt.Fprintf(&b, "  %s: %s\n", p.Path, p.Reason)
	}
	return b.String()
}
