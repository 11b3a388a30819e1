package report

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
)

// hostileRun makes a run folder two levels below the folder that it returns,
// with a README there that nobody may touch.
func hostileRun(t *testing.T, results rundir.Results) (outer string, run *rundir.Dir) {
	t.Helper()
	outer = t.TempDir()
	run = &rundir.Dir{Path: filepath.Join(outer, "runs", "one")}
	if err := os.MkdirAll(run.Path, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"README.md", "README.png", "README.csv"} {
		if err := os.WriteFile(filepath.Join(outer, name), []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := run.WriteJSON(rundir.ResultsFile, results); err != nil {
		t.Fatal(err)
	}
	return outer, run
}

// untouched fails if anything lies outside of the run folder but what
// hostileRun put there, or if that has changed.
func untouched(t *testing.T, outer string, run *rundir.Dir) {
	t.Helper()
	err := filepath.WalkDir(outer, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path == run.Path:
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		text, err := os.ReadFile(path)
		if string(text) != "mine" {
			t.Errorf("%s was written", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// Names of files come from results.json; none leads out of the folder.
func TestNamesStayInTheFolder(t *testing.T) {
	rows := richRows()
	for i := range rows {
		rows[i].Protocol = "../../../README"
		rows[i].Dataset = "../../../README"
		rows[i].Method = "../../../README"
	}
	outer, run := hostileRun(t, rundir.Results{Rows: rows, Command: "go run ./cmd/train; rm -rf /"})
	if err := Write(t.Context(), run.Path, Options{}); err != nil {
		t.Fatal(err)
	}
	untouched(t, outer, run)
	page, err := os.ReadFile(run.File(pageFile))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(page), "rm -rf") {
		t.Error("the page offers a command to paste that runs another")
	}
	if strings.Contains(string(page), `href="..`) {
		t.Error("a link of the page leads out of the folder")
	}
}

// Links in the folder lead neither what is read nor what is written outside.
func TestLinksAreNotFollowed(t *testing.T) {
	for name, target := range map[string]string{
		"figures": "../..", "tables": "../..", // would write
		"metrics.csv": "../../README.md", "config.json": "../../README.md", "timing.json": "/dev/zero",
		"a.png": "../../README.md", "b.png": "/dev/zero", // would show
	} {
		outer, run := hostileRun(t, rundir.Results{Rows: baseNewRows()})
		if err := os.Symlink(target, run.File(name)); err != nil {
			t.Fatal(err)
		}
		wantError(t, Write(t.Context(), run.Path, Options{}), filepath.Join(run.Path, name))
		untouched(t, outer, run)
	}
	// A text beside a picture is shown too.
	outer, run := hostileRun(t, rundir.Results{Rows: baseNewRows()})
	for name, target := range map[string]string{"a.txt": "../../README.md"} {
		if err := os.Symlink(target, run.File(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(run.File("a.png"), []byte("\x89PNG\r\n\x1a\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	wantError(t, Write(t.Context(), run.Path, Options{}), "a.txt")
	untouched(t, outer, run)
	// A link to the folder of another run.
	several := t.TempDir()
	if err := os.Symlink(run.Path, filepath.Join(several, "one")); err != nil {
		t.Fatal(err)
	}
	wantError(t, Write(t.Context(), several, Options{}), "a link")
}

// A picture of any other kind is not copied into a page.
func TestOnlyPicturesAreShown(t *testing.T) {
	_, run := hostileRun(t, rundir.Results{Rows: baseNewRows()})
	if err := os.WriteFile(run.File("a.png"), []byte("password"), 0o644); err != nil {
		t.Fatal(err)
	}
	wantError(t, Write(t.Context(), run.Path, Options{}), "not a PNG")
}

// Pictures of few bytes on the disk do not make a page of gigabytes.
func TestPicturesHaveRoom(t *testing.T) {
	_, run := hostileRun(t, rundir.Results{Rows: baseNewRows()})
	for _, name := range []string{"a.png", "b.png"} {
		if err := os.WriteFile(run.File(name), []byte("\x89PNG\r\n\x1a\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(run.File(name), maxPicture); err != nil {
			t.Fatal(err)
		}
	}
	wantError(t, Write(t.Context(), run.Path, Options{}), "64 MiB of a page")
}

// What a spreadsheet would run, and what a terminal would obey, reaches neither
// tables nor pages.
func TestCellsAreTexts(t *testing.T) {
	rows := baseNewRows()
	for i := range rows {
		rows[i].Dataset = "=HYPERLINK(\"http://x\")"
	}
	_, run := hostileRun(t, rundir.Results{Rows: rows})
	if err := Write(t.Context(), run.Path, Options{}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(run.File("tables/base2new.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "\n=") || strings.Contains(string(text), "\n\"=") || strings.Contains(string(text), ",=") {
		t.Errorf("a cell begins with =:\n%s", text)
	}
	for i := range rows { // which turn the direction of writing
		rows[i].Dataset, rows[i].Method = "\u202etxet", "\u2066"+rows[i].Method
	}
	outer, run := hostileRun(t, rundir.Results{Rows: rows})
	if err := Write(t.Context(), run.Path, Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := Overview(t.Context(), filepath.Join(outer, "runs")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{run.File(pageFile), run.File("figures/accuracy.svg"), filepath.Join(outer, "runs", pageFile)} {
		text, err := os.ReadFile(name)
		if err != nil || strings.ContainsAny(string(text), "\u202e\u2066") {
			t.Errorf("%s: %v, or it is turned", name, err)
		}
	}
	rows[0].Method = "cdc\x1b[2J"
	_, run = hostileRun(t, rundir.Results{Rows: rows})
	wantError(t, Write(t.Context(), run.Path, Options{}), "control characters")
}
