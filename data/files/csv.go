package files

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"frontdoor/internal/textfile"
)

// maxColumns bounds the columns of a table: each is looked for as a file if there
// is no header, and each takes memory.
const maxColumns = 1000

// tableRows reads CSV, or lines of a path and a class.
func tableRows(ctx context.Context, text, dir string) ([]row, error) {
	lines := textfile.Lines(text)
	comma := delimiter(lines[0])
	for i, line := range lines {
		if len(line) > maxObject || strings.Count(line, string(comma)) > maxColumns {
			return nil, fmt.Errorf("line %d has %d bytes or more than %d columns: no list has", i+1, len(line), maxColumns)
		}
	}
	var table [][]string
	if comma == ' ' {
		for _, line := range lines {
			if line = strings.TrimSpace(line); line != "" {
				cut := max(strings.LastIndexAny(line, " \t"), 0)
				table = append(table, []string{strings.TrimSpace(line[:cut]), line[cut:]})
			}
		}
	} else {
		r := csv.NewReader(strings.NewReader(strings.Join(lines, "\n")))
		r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace, r.LazyQuotes, r.ReuseRecord = comma, -1, true, true, false
		for {
			if err := ended(ctx, len(table)); err != nil {
				return nil, err
			}
			record, err := r.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				return nil, err
			}
			if len(record) > maxColumns {
				return nil, fmt.Errorf("a row has %d columns, more than %d", len(record), maxColumns)
			}
			table = append(table, record)
		}
	}
	columns, headed, err := columnsOf(table[0], dir)
	if err != nil {
		return nil, err
	}
	var rows []row
	for i, record := range table {
		if i == 0 && headed {
			continue
		}
		cell := func(c int) string {
			if c < 0 || c >= len(record) {
				return ""
			}
			return strings.TrimSpace(record[c])
		}
		rows = append(rows, row{i + 1, cell(columns[0]), cell(columns[1]), cell(columns[2]), ""})
	}
	return rows, nil
}

// delimiter is what divides the first line: the most frequent of comma,
// semicolon and tab, or else white space.
func delimiter(line string) rune {
	best, most := ' ', 0
	for _, r := range ",;\t" {
		if n := strings.Count(line, string(r)); n > most {
			best, most = r, n
		}
	}
	return best
}

// columnsOf finds the columns of path, class and split (-1 for none) in the
// first line, and says whether that is a header. Without one, the path is what
// is a file, and the class is the first other column.
func columnsOf(first []string, dir string) (columns [3]int, headed bool, err error) {
	there := newFinder(dir)
	for i, cell := range first {
		if cell = strings.TrimSpace(cell); cell != "" && there.find("", cell) != "" {
			switch {
			case len(first) < 2:
				return [3]int{i, -1, -1}, false, nil
			case i == 0:
				return [3]int{i, 1, -1}, false, nil
			}
			return [3]int{i, 0, -1}, false, nil
		}
	}
	columns = [3]int{column(first, pathColumns), column(first, labelColumns), column(first, splitColumns)}
	if columns[0] < 0 {
		return columns, true, fmt.Errorf("its first line %.120q names no column of paths (such as file_name, path or image) and no file that is there", some(first))
	}
	return columns, true, nil
}

// finder finds the files that a list in a folder names.
type finder struct {
	dir     string
	folders map[string]bool // that were looked for, and whether they are there
}

func newFinder(dir string) *finder { return &finder{dir, map[string]bool{}} }

// find returns the path of a file that a list names, "" if it is not there.
// It looks in the folder of the list, in images beside it and in the folder of
// the split, with the slashes turned and with the usual ends.
func (f *finder) find(split, name string) string {
	names := []string{name}
	if turned := strings.ReplaceAll(name, `\`, "/"); turned != name {
		names = append(names, turned)
	}
	for _, n := range names {
		n = filepath.FromSlash(n)
		places := []string{n}
		if !filepath.IsAbs(n) {
			places = []string{filepath.Join(f.dir, n), filepath.Join(f.dir, "images", n)}
			if split != "" {
				places = append(places, filepath.Join(f.dir, split, n))
			}
		}
		for _, p := range places {
			if !f.has(filepath.Dir(p)) {
				continue
			}
			ends := []string{""}
			if filepath.Ext(p) == "" {
				ends = []string{"", ".jpg", ".jpeg", ".png", ".webp"}
			}
			for _, end := range ends {
				if info, err := os.Stat(p + end); err == nil && !info.IsDir() {
					return p + end
				}
			}
		}
	}
	return ""
}

// has says whether there is a folder. Lists name few, and many files in each.
func (f *finder) has(folder string) bool {
	there, known := f.folders[folder]
	if !known {
		_, err := os.Stat(folder)
		there = err == nil
		f.folders[folder] = there
	}
	return there
}
