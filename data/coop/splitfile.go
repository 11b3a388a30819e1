package coop

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"frontdoor/internal/exactjson"
	"frontdoor/internal/textfile"
)

// splitNames are the lists in the order in which they are kept and written.
var splitNames = [...]string{"train", "val", "test"}

// splitLists are the three lists of a split file of CoOp.
type splitLists struct {
	Train []splitEntry `json:"train"`
	Val   []splitEntry `json:"val"`
	Test  []splitEntry `json:"test"`
}

// splitEntry is one image: in the file, [path, label, class name].
type splitEntry struct {
	path  string // below the image folder, with forward slashes
	label int
	class string
}

// UnmarshalJSON reads the list of three, and refuses a path that leads out of
// the image folder.
func (e *splitEntry) UnmarshalJSON(text []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	if len(parts) != 3 {
		return fmt.Errorf("entry %.80s: want [path, label, class name]", text)
	}
	for i, v := range []any{&e.path, &e.label, &e.class} {
		if err := json.Unmarshal(parts[i], v); err != nil {
			return fmt.Errorf("entry %.80s: %w", text, err)
		}
	}
	e.path = slashed(e.path)
	if !filepath.IsLocal(filepath.FromSlash(e.path)) {
		return fmt.Errorf("entry %.80s: the path leads out of the image folder", text)
	}
	return nil
}

// slashed writes a path with forward slashes: lists that were made on Windows
// have the others.
func slashed(path string) string { return strings.ReplaceAll(path, `\`, "/") }

// readSplit reads a split file.
func readSplit(path string) (splitLists, error) {
	var lists splitLists
	text, err := textfile.Read(path)
	if err != nil {
		return lists, err
	}
	if err := exactjson.Unmarshal([]byte(text), &lists); err != nil {
		return lists, fmt.Errorf("%s is no split file, fetch it again: %w", path, err)
	}
	if len(lists.Train) == 0 || len(lists.Test) == 0 {
		return lists, fmt.Errorf("%s is no split file, fetch it again: it lists no train or no test images", path)
	}
	return lists, nil
}

// maxClasses bounds the labels that are believed, far above any dataset here.
const maxClasses = 1 << 16

// classes returns the names by label. Every label from 0 on must have one
// name, the same in all lists.
func (s splitLists) classes() ([]string, error) {
	var names []string
	for _, list := range [][]splitEntry{s.Train, s.Val, s.Test} {
		for _, e := range list {
			if e.label < 0 || e.label >= maxClasses || e.class == "" {
				return nil, fmt.Errorf("image %s has label %d and class name %q", e.path, e.label, e.class)
			}
			for len(names) <= e.label {
				names = append(names, "")
			}
			if n := names[e.label]; n != "" && n != e.class {
				return nil, fmt.Errorf("label %d is called %q and %q", e.label, n, e.class)
			}
			names[e.label] = e.class
		}
	}
	if len(names) == 0 {
		return nil, errors.New("it lists no images")
	}
	for label, name := range names {
		if name == "" {
			return nil, fmt.Errorf("label %d of %d has no images", label, len(names))
		}
	}
	return names, nil
}
