package report

import (
	"html/template"
	"slices"

	"frontdoor/eval/rundir"
	"frontdoor/internal/term"
)

// findings are what a page shows of what is doubtful about the images of a run.
type findings struct {
	*rundir.Findings
	thumbnails map[string]template.URL
}

// shownTwins is up to how many images of a group have pictures.
const shownTwins = 4

// readFindings reads those of a run, and keeps as many as a page shows. Names are
// as files of predictions have them.
func readFindings(path string) (findings, error) {
	f, err := rundir.ReadFindings(path)
	if err != nil {
		return findings{}, err
	}
	f.Twins, f.Suspects = f.Twins[:min(len(f.Twins), galleryPics)], f.Suspects[:min(len(f.Suspects), galleryPics)]
	for i, t := range f.Twins {
		f.Twins[i].Images = slices.Clone(t.Images[:min(len(t.Images), shownTwins)])
		for j := range f.Twins[i].Images {
			w := &f.Twins[i].Images[j]
			w.Image = term.Clean(w.Image)
		}
	}
	for i := range f.Suspects {
		f.Suspects[i].Image = term.Clean(f.Suspects[i].Image)
	}
	return findings{Findings: f}, nil
}

// pictured lists the images with pictures.
func (f findings) pictured() (names []string) {
	for _, s := range f.Suspects {
		names = append(names, s.Image)
	}
	for _, t := range f.Twins {
		for _, w := range t.Images {
			names = append(names, w.Image)
		}
	}
	return names
}

// Thumb is the picture of an image, "" if there is none.
func (f findings) Thumb(name string) template.URL { return f.thumbnails[name] }

// Percent writes a probability.
func (findings) Percent(p float64) string { return percentText(p) }

// Short is the end of an image's name.
func (findings) Short(name string) template.HTML { return shortName(name) }

// Kind says in words what images of a group have in common.
func (findings) Kind(t rundir.Twins) string {
	text := "Nearly the same"
	if t.Exact {
		text = "The same file"
	}
	if t.Leak() {
		text += ", in training and in test"
	}
	if t.Mixed() {
		text += ", of several classes"
	}
	return text
}
