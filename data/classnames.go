package data

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"frontdoor/data/files"
	"frontdoor/internal/textfile"
)

// classNames returns the name of each class, and notes on what was changed in
// one.
//
// Without a file of names a name is what the data give, or the key with _ and -
// read as spaces. In classes.txt blank lines and lines that begin with # do not
// count. If the first line that counts has a colon, each line reads "folder:
// name", in any order, and folders that it leaves out keep their own name.
// Otherwise each line is a name: of the class of that number from 0, if the
// classes have numbers, else one for each class, in sorted order. Characters
// that cannot be seen are removed. Two classes of one name could not be told
// apart, which is an error.
func classNames(c *files.Collection) (names, notes []string, err error) {
	keys, given := make([]string, len(c.Classes)), make([]string, len(c.Classes))
	for i, class := range c.Classes {
		keys[i] = class.Key
		if given[i] = class.Name; class.Name == "" {
			given[i] = plainName(class.Key)
		}
	}
	if err := override(given, keys, c.NamesPath, c.NamesText); err != nil {
		return nil, nil, err
	}
	seen := map[string]string{}
	for i, name := range given {
		if !utf8.ValidString(name) {
			return nil, nil, fmt.Errorf("the name of the class folder %q is not UTF-8: rename %s, or name the class in %s", keys[i], c.Classes[i].Place, c.NamesPath)
		}
		clean, removed := textfile.Clean(name)
		if len(removed) > 0 {
			notes = append(notes, fmt.Sprintf("class %q: the invisible %s was removed from its name", clean, strings.Join(removed, ", ")))
		}
		if clean == "" {
			return nil, nil, fmt.Errorf("class folder %s gives no class name: rename it, or name the class in %s", c.Classes[i].Place, c.NamesPath)
		}
		if other, ok := seen[clean]; ok {
			return nil, nil, fmt.Errorf("class folders %s and %s in %s are both named %q: rename one, or name the classes in %s", other, keys[i], c.Root, clean, c.NamesPath)
		}
		seen[clean] = keys[i]
		names = append(names, clean)
	}
	return names, notes, nil
}

// plainName reads a folder's name as words.
func plainName(folder string) string {
	if _, err := strconv.Atoi(folder); err == nil {
		return folder
	}
	return strings.Join(strings.FieldsFunc(folder, func(r rune) bool {
		return r == '_' || r == '-' || r == ' '
	}), " ")
}

// namesLine is a line of a file of class names that counts.
type namesLine struct {
	number int
	text   string
}

// override replaces names by those in the text of a file of class names.
func override(names, keys []string, path, text string) error {
	var lines []namesLine
	for i, line := range textfile.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, namesLine{i + 1, line})
		}
	}
	switch {
	case len(lines) == 0:
		return nil
	case strings.Contains(lines[0].text, ":"):
		return overrideSome(names, keys, path, lines)
	case numbered(keys):
		for i, key := range keys {
			n, _ := strconv.Atoi(key)
			if n >= len(lines) {
				return fmt.Errorf("%s: %d names, and there is a class of number %d (they count from 0)", path, len(lines), n)
			}
			names[i] = lines[n].text
		}
		return nil
	case len(lines) != len(keys):
		return fmt.Errorf("%s: %d names for %d class folders: write one line for each, in sorted order, or lines like %q",
			path, len(lines), len(keys), keys[0]+": name")
	}
	for i, l := range lines {
		names[i] = l.text
	}
	return nil
}

// numbered says whether the classes are numbers from 0.
func numbered(keys []string) bool {
	for _, key := range keys {
		if n, err := strconv.Atoi(key); err != nil || n < 0 {
			return false
		}
	}
	return true
}

// overrideSome reads lines "folder: name".
func overrideSome(names, keys []string, path string, lines []namesLine) error {
	looks := make([]string, len(keys))
	for i, key := range keys {
		looks[i], _ = textfile.Clean(key)
	}
	given := map[string]int{}
	for _, l := range lines {
		folder, name, found := strings.Cut(l.text, ":")
		folder, name = strings.TrimSpace(folder), strings.TrimSpace(name)
		look, _ := textfile.Clean(folder)
		i := slices.Index(looks, look)
		switch {
		case !found || name == "":
			return fmt.Errorf("%s:%d: want \"folder: name\", have %q", path, l.number, l.text)
		case i < 0:
			return fmt.Errorf("%s:%d: there is no class folder %q (folders: %s)", path, l.number, folder, some(keys))
		case given[look] > 0:
			return fmt.Errorf("%s:%d: the class folder %q was named in line %d already", path, l.number, folder, given[look])
		}
		given[look] = l.number
		names[i] = name
	}
	return nil
}

// some lists the first few of many.
func some(list []string) string {
	const most = 8
	if len(list) > most {
		return strings.Join(list[:most], ", ") + ", ..."
	}
	return strings.Join(list, ", ")
}
