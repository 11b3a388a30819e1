package cli

import (
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// The first screen of a help.
const (
	screenLines   = 40
	screenColumns = 100
)

// namesOnly asks -help for the names of the flags, for the completion of shells.
const namesOnly = "names"

// printHelp prints the help of a command: more is "all", "names" or what else
// stood behind -help.
func printHelp(w io.Writer, fs *flag.FlagSet, text string, groups []Group, more string) {
	if more == namesOnly {
		fs.VisitAll(func(f *flag.Flag) {
			_, usage := flag.UnquoteUsage(f)
			fmt.Fprintf(w, "-%s\t%s\n", f.Name, clipped(usage, 60))
		})
		return
	}
	text = spelled(strings.TrimRight(text, "\n"), base(typed()))
	text = strings.TrimSuffix(text, "\n\nFlags:")
	groups = complete(fs, groups)
	full := inFull(fs, groups)
	lines := strings.Count(text, "\n") + 1
	if more == "all" || lines+1+strings.Count(full, "\n") <= screenLines {
		fmt.Fprintf(w, "%s\n%s", text, full)
		return
	}
	names := strings.Fields(groups[0].Flags)
	room := max(1, screenLines-lines-4)
	names = names[:min(room, len(names))]
	fmt.Fprintf(w, "%s\n\n%s:\n", text, groups[0].Title)
	for _, name := range names {
		f := fs.Lookup(name)
		fmt.Fprintln(w, clipped(oneLine(f), screenColumns))
	}
	total := 0
	fs.VisitAll(func(*flag.Flag) { total++ })
	fmt.Fprintf(w, "\nAll %d flags: %s -help all\n", total, callOf(fs.Name(), base(typed())))
}

// base is the last part of a path, "" of none.
func base(path string) string {
	if path == "" {
		return ""
	}
	return filepath.Base(path)
}

// complete returns the groups with a last one for the flags that are in none.
func complete(fs *flag.FlagSet, groups []Group) []Group {
	var grouped, rest []string
	for _, g := range groups {
		grouped = append(grouped, strings.Fields(g.Flags)...)
	}
	fs.VisitAll(func(f *flag.Flag) {
		if !slices.Contains(grouped, f.Name) {
			rest = append(rest, f.Name)
		}
	})
	if len(rest) == 0 {
		return groups
	}
	title := "Other flags"
	if len(groups) == 0 {
		title = "Flags"
	}
	return append(slices.Clone(groups), Group{Title: title, Flags: strings.Join(rest, " ")})
}

// nameColumns is how wide the names of flags and their values stand.
const nameColumns = 20

// inFull lists the flags of all groups, their texts in lines.
func inFull(fs *flag.FlagSet, groups []Group) string {
	var b strings.Builder
	for _, g := range groups {
		fmt.Fprintf(&b, "\n%s:\n%s", g.Title, spelled(g.Text, base(typed())))
		for name := range strings.FieldsSeq(g.Flags) {
			f := fs.Lookup(name)
			left, usage := signature(f), explanation(f)
			if len(left) > nameColumns {
				fmt.Fprintln(&b, left)
				left = ""
			}
			for i, line := range wrapped(usage, screenColumns-nameColumns-2) {
				if i > 0 {
					left = ""
				}
				fmt.Fprintf(&b, "%-*s  %s\n", nameColumns, left, line)
			}
		}
	}
	return b.String()
}

// oneLine is a flag and its text on one line.
func oneLine(f *flag.Flag) string {
	return fmt.Sprintf("%-*s  %s", nameColumns, signature(f), explanation(f))
}

// signature is a flag and what its value is called.
func signature(f *flag.Flag) string {
	value, _ := flag.UnquoteUsage(f)
	return strings.TrimRight("  -"+f.Name+" "+value, " ")
}

// explanation is the text of a flag, with its default.
func explanation(f *flag.Flag) string {
	_, usage := flag.UnquoteUsage(f)
	if !slices.Contains([]string{"", "0", "false"}, f.DefValue) && !strings.Contains(usage, "(default") {
		usage += fmt.Sprintf(" (default %s)", f.DefValue)
	}
	return usage
}

// wrapped breaks a text into lines of at most so many columns, between words.
func wrapped(text string, columns int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > columns {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// clipped is the first of the lines that a text makes, with dots if there are
// more.
func clipped(text string, columns int) string {
	if len(text) <= columns {
		return text
	}
	cut := strings.LastIndexByte(text[:columns-3], ' ')
	return strings.TrimRight(text[:cut], " ,;:(") + " ..."
}
