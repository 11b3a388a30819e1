package data

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// classesFile may lie beside the class folders and give them other names.
const classesFile = "classes.txt"

// classNames returns the name of each class folder.
//
// Without classes.txt a name is the folder's, with _ and - read as spaces. In
// classes.txt blank lines and lines that begin with # do not count. If the
// first line that counts has a colon, each line reads "folder: name", in any
// order, and folders that it leaves out keep their own name. Otherwise each
// line is a name, and there must be one for each folder, in sorted order.
// Two classes of one name could not be told apart, which is an error.
func classNames(dir string, folders []string) ([]string, error) {
	names := make([]string, len(folders))
	for i, f := range folders {
		names[i] = plainName(f)
	}
	path := filepath.Join(dir, classesFile)
	text, err := os.ReadFile(path)
	switch {
	case err == nil:
		if err := override(names, folders, path, string(text)); err != nil {
			return nil, err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("class names: %w", err)
	}
	seen := map[string]string{}
	for i, name := range names {
		if name == "" {
			return nil, fmt.Errorf("class folder %s gives no class name: rename it, or name the class in %s", filepath.Join(dir, folders[i]), path)
		}
		if other, ok := seen[name]; ok {
			return nil, fmt.Errorf("class folders %s and %s in %s are both named %q: rename one, or name the classes in %s", other, folders[i], dir, name, path)
		}
		seen[name] = folders[i]
	}
	return names, nil
}

// plainName reads a folder's name as words.
func plainName(folder string) string {
	return strings.Join(strings.FieldsFunc(folder, func(r rune) bool {
		return r == '_' || r == '-' || r == ' '
	}), " ")
}

// override replaces names by those in the text of classes.txt.
func override(names, folders []string, path, text string) error {
	type entry struct {
		line int
		text string
	}
	var entries []entry
	for i, line := range strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			entries = append(entries, entry{i + 1, line})
		}
	}
	if len(entries) == 0 {
		return nil
	}
	if !strings.Contains(entries[0].text, ":") {
		if len(entries) != len(folders) {
			return fmt.Errorf("%s: %d names for %d class folders: write one line for each, in sorted order, or lines like %q",
				path, len(entries), len(folders), folders[0]+": name")
		}
		for i, e := range entries {
			names[i] = e.text
		}
		return nil
	}
	given := map[string]int{}
	for _, e := range entries {
		folder, name, found := strings.Cut(e.text, ":")
		folder, name = strings.TrimSpace(folder), strings.TrimSpace(name)
		i := slices.Index(folders, folder)
		switch {
		case !found || name == "":
			return fmt.Errorf("%s:%d: want \"folder: name\", have %q", path, e.line, e.text)
		case i < 0:
			return fmt.Errorf("%s:%d: there is no class folder %q (folders: %s)", path, e.line, folder, some(folders))
		case given[folder] > 0:
			return fmt.Errorf("%s:%d: the class folder %q was named in line %d already", path, e.line, folder, given[folder])
		}
		given[folder] = e.line
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
