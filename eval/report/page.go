package report

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"frontdoor/internal/safefile"
	"frontdoor/internal/term"
	"frontdoor/internal/textfile"
)

// pageFile is the page of a run folder, or of a folder of runs, with all
// tables and figures. It holds the pictures itself, so that it can be sent to
// somebody as one file.
const pageFile = "index.html"

// section is what one run shows on a page.
type section struct {
	Title, Command  string
	Facts, Settings []fact
	LeftOut         int // images that could not be read
	Grids           []Grid
	More            []Grid // folded away on the page
	Views           []view
	Others          []confused // of all methods
	Found           findings
	Figures         []Figure
	undrawn         error // of figures that are missing
	thumbnails      map[string]template.URL
	folder          string // of the run
	base            string // of the page
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
	return safefile.Dir(path).Write(pageFile, func(w io.Writer) error {
		return pageTemplate.Execute(term.Shown(w), struct {
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
	head := slices.IndexFunc(g.Columns, func(c Column) bool { return !c.Text }) - 1 // the last of the leading names
	var rows [][]pageCell
	for _, r := range g.Rows {
		var cells []pageCell
		for i, c := range r.Cells {
			cells = append(cells, pageCell{g.Columns[i].show(c, " ± "), i == head, !g.Columns[i].Text, c.Best, r.Rule})
		}
		rows = append(rows, cells)
	}
	return rows
}

// pageCell is a cell of an HTML table.
type pageCell struct {
	Text                     string
	Head, Number, Best, Rule bool
}

// Endings lists those of a table's files.
func (s section) Endings() []string { return []string{".md", ".csv", ".tex"} }

// Picture returns the PNG of a figure as a data URL.
func (s section) Picture(d Figure) (template.URL, error) {
	return dataURL(safefile.Dir(s.folder), filepath.Join(figuresFolder, d.file(".png")))
}

// FigureLink returns the way from the page to the SVG of a figure.
func (s section) FigureLink(d Figure) string { return s.Link(figuresFolder, d.file(".svg")) }

// TableLink returns the way from the page to a file of the table.
func (s sectionGrid) TableLink(ending string) string {
	return s.Link(tablesFolder, s.Grid.file(ending))
}

// Link returns the way from the page to a file of the run.
func (s section) Link(parts ...string) string {
	path, err := filepath.Rel(s.base, filepath.Join(append([]string{s.folder}, parts...)...))
	if err != nil {
		return ""
	}
	return filepath.ToSlash(path)
}

// maxPicture bounds a picture on a page, which holds it whole.
const maxPicture = 32 << 20

// dataURL returns a PNG in a folder as a data URL. Whatever else has that
// ending is refused: a page is sent to others.
func dataURL(folder safefile.Dir, name string) (template.URL, error) {
	text, err := folder.Read(name, maxPicture)
	if err == nil && !bytes.HasPrefix(text, []byte("\x89PNG\r\n\x1a\n")) {
		err = fmt.Errorf("%s: not a PNG file", filepath.Join(string(folder), name))
	}
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

// maxLooseText bounds the text beside a picture, and maxLoose what they take on
// a page together.
const (
	maxLooseText = 1 << 20
	maxLoose     = 64 << 20
)

// loosePictures returns the PNG files of a folder with their texts.
func loosePictures(path string) ([]loosePicture, error) {
	files, err := safefile.Glob(path, "*.png")
	if err != nil {
		return nil, err
	}
	var list []loosePicture
	folder, size := safefile.Dir(path), 0
	for _, file := range files {
		name := filepath.Base(file)
		p := loosePicture{Name: term.Clean(sentence(strings.TrimSuffix(name, ".png")))}
		if p.Picture, err = dataURL(folder, name); err != nil {
			return nil, err
		}
		text, err := folder.Read(strings.TrimSuffix(name, ".png")+".txt", maxLooseText)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, line := range textfile.Lines(string(text)) {
			p.Text += term.Clean(line) + "\n"
		}
		if size += len(p.Picture) + len(p.Text); size > maxLoose {
			return nil, fmt.Errorf("%s: its pictures (*.png) would take more than %d MiB of a page: put some of them elsewhere", path, maxLoose>>20)
		}
		list = append(list, p)
	}
	return list, nil
}
