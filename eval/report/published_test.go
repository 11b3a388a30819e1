package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
	"frontdoor/method"
)

// Published numbers stand beside those of OpenAI's weights, and not beside those of
// others in the same architecture.
func TestPublishedNumbersAreOfOpenAIsModel(t *testing.T) {
	for model, want := range map[string]bool{"ViT-B-16.pt": true, "vit_b_16-laion400m_e32-55e67d44.pt": false} {
		run := &rundir.Dir{Path: t.TempDir()}
		c := rundir.Config{Model: model, Backbone: publishedBackbone, Dataset: "caltech101", Classes: []string{"ant", "cup"}, Protocol: "base2new",
			Methods: []string{"maple"}, Seeds: []uint64{1}, Shots: publishedShots, Settings: map[string]method.Settings{"maple": {Epochs: 1}}}
		row := resultRow("maple", "caltech101", 1, 97, 94)
		row.Shots = publishedShots
		if err := run.WriteJSON(rundir.ConfigFile, c); err != nil {
			t.Fatal(err)
		}
		if err := run.WriteJSON(rundir.ResultsFile, rundir.Results{Rows: []rundir.Row{row}}); err != nil {
			t.Fatal(err)
		}
		if err := Write(t.Context(), run.Path, Options{}); err != nil {
			t.Fatal(err)
		}
		table, err := os.ReadFile(filepath.Join(run.Path, tablesFolder, "base2new.md"))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(table), "(published)"); got != want {
			t.Errorf("%s: published numbers %v\n%s", model, got, table)
		}
	}
}
