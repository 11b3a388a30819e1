package report

import (
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"frontdoor/internal/atomicfile"
)

// pageFile is the page of a run folder, or of a folder of runs, with all
// tables and figures. It holds the pictures itself, so that it can be sent to
// somebody as one file.
const pageFile = "index.html"

// section is what one run shows on a page.
type section struct {
	Title, Command string
	LeftOut        int // images that could not be read
	Grids          []Grid
	More           []Grid // folded away on the page
	Figures        []Figure
	folder         string // of the run
	base           string // of the page
}

//go:embed page.tmpl
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// writePage writes the page with the sections, and with the loose pictures
// that lie in the folder itself.
func writePage(path, title string, sections []section) error {
	loose, err := loosePictures(path)
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(path, pageFile), func(w io.Writer) error {
		return pageTemplate.Execute(w, struct {
			Title    string
			Sections []section
			Loose    []loosePicture
		}{title, sections, loose})
	})
}

// Anchor is the name of the section in links.
func (s section) Anchor() string { return strings.ToLower(strings.ReplaceAll(s.Title, " ", "-")) }

// sectionGrid is a table of a section.
type sectionGrid struct {
	section
	Grid Grid
}

// With returns a table with the section that it belongs to.
func (s section) With(g Grid) sectionGrid { return sectionGrid{s, g} }

// Table returns the cells of the grid as they are shown.
func (s sectionGrid) Table() [][]pageCell {
	g := s.Grid
	var rows [][]pageCell
	for _, r := range g.Rows {
		var cells []pageCell
		for i, c := range r.Cells {
			cells = append(cells, pageCell{g.Columns[i].show(c, " ± "), !g.Columns[i].Text, c.Best, r.Rule})
		}
		rows = append(rows, cells)
	}
	return rows
}

// pageCell is a cell of an HTML table.
type pageCell struct {
	Text               string
	Number, Best, Rule bool
}

// Endings lists those of a table's files.
func (s section) Endings() []string { return []string{".md", ".csv", ".tex"} }

// Picture returns the PNG of a drawing as a data URL.
func (s section) Picture(d Figure) (template.URL, error) {
	return dataURL(filepath.Join(s.folder, figuresFolder, d.Name+".png"))
}

// Link returns the way from the page to a file of the run.
func (s section) Link(parts ...string) string {
	path, err := filepath.Rel(s.base, filepath.Join(append([]string{s.folder}, parts...)...))
	if err != nil {
		return ""
	}
	return filepath.ToSlash(path)
}

func dataURL(path string) (template.URL, error) {
	text, err := os.ReadFile(path)
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(text)), err
}

// sentence makes a caption of the name of a file: "image-and-captions" is
// "Image and captions".
func sentence(name string) string {
	words := []rune(strings.ReplaceAll(name, "-", " "))
	if len(words) > 0 {
		words[0] = unicode.ToUpper(words[0])
	}
	return string(words) + "."
}

// loosePicture is a PNG beside the runs of a folder, such as one of predict,
// and the text of the same name, if there is one.
type loosePicture struct {
	Name, Text string
	Picture    template.URL
}

func loosePictures(path string) ([]loosePicture, error) {
	files, err := filepath.Glob(filepath.Join(path, "*.png"))
	if err != nil {
		return nil, err
	}
	var list []loosePicture
	for _, file := range files {
		p := loosePicture{Name: sentence(strings.TrimSuffix(filepath.Base(file), ".png"))}
		if p.Picture, err = dataURL(file); err != nil {
			return nil, err
		}
		if text, err := os.ReadFile(strings.TrimSuffix(file, ".png") + ".txt"); err == nil {
			p.Text = string(text)
		}
		list = append(list, p)
	}
	return list, nil
}
