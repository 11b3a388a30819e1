package report

import (
	"flag"
	"fmt"
	"path/filepath"
	"testing"

	"frontdoor/eval/rundir"
	"frontdoor/internal/browser"
)

var shots = flag.String("shots", "", "TestPageInChromium: write screenshots to this folder")

// seenScript opens what is folded away, and says what sticks out of the window and
// what a reader of the page would miss.
const seenScript = `(() => {
	document.querySelectorAll('details').forEach(d => d.open = true);
	const width = document.documentElement.clientWidth;
	const wide = [...document.querySelectorAll('body *')].filter(e => !e.parentElement.closest('.scroll') && e.getBoundingClientRect().right > width + 1);
	const images = [...document.images];
	const lightness = c => c.match(/\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 765;
	const style = getComputedStyle(document.body);
	return {
		Scroll: document.documentElement.scrollWidth - width,
		Wide: wide.slice(0, 5).map(e => e.tagName + '.' + e.className + ': ' + e.textContent.slice(0, 40)),
		Images: images.length,
		NoAlt: images.filter(i => !i.alt.trim()).length,
		Broken: images.filter(i => !i.naturalWidth).length,
		NoScope: document.querySelectorAll('th:not([scope])').length,
		NoCaption: [...document.querySelectorAll('table:not(.facts)')].filter(t => !t.caption).length,
		Paper: lightness(style.backgroundColor), Ink: lightness(style.color),
	};
})()`

// seen is what seenScript returns.
type seen struct {
	Scroll, Images, NoAlt, Broken, NoScope, NoCaption int
	Wide                                              []string
	Paper, Ink                                        float64
}

// On a desk and on a phone, in light and in dark, nothing sticks out of the page,
// nothing else is fetched, and pictures and tables have their words.
func TestPageInChromium(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	b := browser.Start(t)
	dir := answeredRun(t, 24)
	addEverything(t, dir)
	if err := SaveThumbnails(dir, square); err != nil {
		t.Fatal(err)
	}
	pageOf(t, dir, Options{})
	if _, err := Overview(t.Context(), filepath.Dir(dir.Path)); err != nil {
		t.Fatal(err)
	}
	for _, v := range []browser.View{{Width: 1200}, {Width: 1200, Dark: true}, {Width: 390}, {Width: 390, Dark: true}} {
		name := fmt.Sprintf("%d-%s.png", v.Width, map[bool]string{false: "light", true: "dark"}[v.Dark])
		fetched := b.Open(t, "file://"+filepath.ToSlash(dir.File(pageFile)), v)
		if len(fetched) > 0 {
			t.Errorf("%s: the page asks for %v", name, fetched)
		}
		var s seen
		b.Evaluate(t, seenScript, &s)
		if s.Scroll > 0 || len(s.Wide) > 0 {
			t.Errorf("%s: it is %d pixels too wide: %q", name, s.Scroll, s.Wide)
		}
		if s.Images < 30 || s.NoAlt > 0 || s.Broken > 0 {
			t.Errorf("%s: of %d pictures %d have no words and %d cannot be shown", name, s.Images, s.NoAlt, s.Broken)
		}
		if s.NoScope > 0 || s.NoCaption > 0 {
			t.Errorf("%s: %d heads of tables say not of what, %d tables have no caption", name, s.NoScope, s.NoCaption)
		}
		if v.Dark != (s.Paper < 0.2) || v.Dark != (s.Ink > 0.8) {
			t.Errorf("%s: the paper's lightness is %.2f, the ink's %.2f", name, s.Paper, s.Ink)
		}
		if *shots != "" {
			b.Screenshot(t, filepath.Join(*shots, name))
		}
		var o seen
		fetched = b.Open(t, "file://"+filepath.ToSlash(filepath.Join(filepath.Dir(dir.Path), pageFile)), v)
		if b.Evaluate(t, seenScript, &o); len(fetched) > 0 || o.Scroll > 0 || len(o.Wide) > 0 || o.NoScope > 0 {
			t.Errorf("%s of all runs: %v, %+v", name, fetched, o)
		}
	}
}

// addEverything adds results for every figure, findings and a long command to a run.
func addEverything(t *testing.T, dir *rundir.Dir) {
	t.Helper()
	results, err := rundir.ReadResults(dir.Path)
	if err == nil {
		err = dir.WriteJSON(rundir.FindingsFile, doubtful())
	}
	if err != nil {
		t.Fatal(err)
	}
	results.Rows = append(results.Rows, richRows()...)
	results.Command += " -vocab " + filepath.Join(t.TempDir(), "a", "very", "long", "folder", "without", "any", "space", "in", "its", "name", "of", "which", "there", "are", "some")
	if err := dir.WriteJSON(rundir.ResultsFile, results); err != nil {
		t.Fatal(err)
	}
}
