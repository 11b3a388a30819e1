package cli

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"frontdoor/internal/textfile"
)

// Labels reads the value of a command's flag -labels: names of classes with commas
// between them, or after @ a file with one a line. One alone, or one named twice,
// is a Usage error. What was changed is noted.
func Labels(list string, note func(string)) ([]string, error) {
	names, err := Entries("labels", list, ",", note)
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		// CLIP reads capitals as small letters.
		if slices.ContainsFunc(names[:i], func(other string) bool { return strings.EqualFold(name, other) }) {
			return nil, Usagef("-labels names %q twice", name)
		}
	}
	if len(names) == 1 {
		return nil, Usagef("-labels names one class, %q: every image would be it; name what else there may be", names[0])
	}
	return names, nil
}

// Entries reads the value of a command's flag that is a list with a separator,
// or after @ a file of lines. Characters that cannot be seen are removed, which is
// noted. A list of nothing is a Usage error.
func Entries(name, list, separator string, note func(string)) ([]string, error) {
	parts := strings.Split(list, separator)
	if file, ok := strings.CutPrefix(list, "@"); ok {
		text, err := textfile.Read(file)
		if err != nil {
			return nil, Usage{fmt.Errorf("-%s: %w", name, err)}
		}
		parts = textfile.Lines(text)
	} else if !utf8.ValidString(list) {
		return nil, Usagef("-%s %q: this is not UTF-8", name, list)
	}
	var out []string
	for i, entry := range parts {
		clean, removed := textfile.Clean(entry)
		if len(removed) > 0 {
			note(fmt.Sprintf("-%s: the invisible %s was removed from entry %d, %q", name, strings.Join(removed, ", "), i+1, clean))
		}
		if clean != "" {
			out = append(out, clean)
		}
	}
	if len(out) == 0 {
		return nil, Usagef("-%s: there is nothing in it", name)
	}
	return out, nil
}
