package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"frontdoor/internal/term"
	"frontdoor/internal/textfile"
)

// Labels reads the value of a command's flag -labels: names of classes with commas
// between them, or after @ a file with one a line. One alone, or one named twice,
// is a Usage error.
func Labels(command, list string) ([]string, error) {
	names, err := Entries(command, "labels", list, ",")
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
// or after @ a file of lines. Characters that cannot be seen are removed, which a
// note on standard error says. A list of nothing is a Usage error.
func Entries(command, name, list, separator string) ([]string, error) {
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
			fmt.Fprintf(term.Shown(os.Stderr), "%s: note: -%s: the invisible %s was removed from entry %d, %q\n", command, name, strings.Join(removed, ", "), i+1, clean)
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
