package report

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
)

// All runs of a folder are compared, each with a link to its page where it has one;
// one that is damaged is named with the reason, and hides no other.
func TestOverview(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs [1]")
	for name, accuracy := range map[string]float64{"a#1": 75.25, "b<i>": 70} {
		run := &rundir.Dir{Path: filepath.Join(dir, name)}
		if err := os.MkdirAll(run.Path, 0o755); err != nil {
			t.Fatal(err)
		}
		rows := []rundir.Row{{Method: "cdc", Dataset: "photos", Protocol: "all", Seed: 1, Shots: 4, Accuracy: &accuracy}}
		if err := run.WriteJSON(rundir.ResultsFile, rundir.Results{Version: "0.0.9", Rows: rows}); err != nil {
			t.Fatal(err)
		}
	}
	if err := Write(t.Context(), filepath.Join(dir, "a#1"), Options{}); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "broken"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "broken", rundir.ResultsFile), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	n, err := Overview(t.Context(), dir)
	if err != nil || n != 3 {
		t.Fatal(n, err)
	}
	text, err := os.ReadFile(filepath.Join(dir, pageFile))
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, want := range []string{`<a href="./a%231/index.html">a#1</a>`, `<th scope="row">b&lt;i&gt;</th>`, ">75.3<", `<th scope="row">broken</th>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if best := regexp.MustCompile(`(?m)^.*<b>CDC</b>.*$`).FindAllString(page, -1); len(best) != 1 || !strings.Contains(best[0], "a#1") {
		t.Errorf("the best are %q", best)
	}
	if _, err := Overview(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "holds no run folders") {
		t.Errorf("of an empty folder: %v", err)
	}
}
