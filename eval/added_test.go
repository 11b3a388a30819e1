package eval

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/eval/protocol"
	"frontdoor/eval/report"
	"frontdoor/internal/evaltest"
	"frontdoor/internal/term"
	"frontdoor/method"
	"frontdoor/prompt"
)

// A method is its learner and one literal in the list: then it trains, refuses
// what it cannot do, and stands in tables under its own name.
func TestAddedMethod(t *testing.T) {
	all := method.All
	t.Cleanup(func() { method.All = all })
	method.All = append(slices.Clone(all), &method.Method{
		Name: "two-words", Title: "Two Words",
		Small:  method.Settings{Epochs: 2, Batch: 8, LR: 0.1, Tokens: 2},
		Trains: method.Features,
		Check: func(_ method.Settings, e method.Experiment) error {
			if e.Transfer() {
				return errors.New("it stays where it was trained")
			}
			return nil
		},
		New: func(m *clip.Model, _ string, s method.Settings, seed uint64) (prompt.Learner, error) {
			l, err := prompt.NewCoOp(m, prompt.Context{Tokens: s.Tokens}, seed)
			if err != nil {
				return nil, err
			}
			views, err := augment.Set(1, 1)
			if err != nil {
				return nil, err
			}
			return prompt.Tune("two-words", l, views[0]), nil
		},
	})
	names, err := method.Split("zeroshot,two-words")
	if err != nil {
		t.Fatal(err)
	}
	r := smallRun(t, start(t, t.TempDir()+"/run"), term.Silent{}, names...)
	if set := r.Config.Settings["two-words"]; set.Epochs != evaltest.Small.Epochs || set.Tokens != 2 {
		t.Errorf("settings %+v", set)
	}
	results, err := r.Do(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	row := results.Rows[1]
	if row.Method != "two-words" || row.New == nil || row.Params != 2*r.Model.Config.Text.Width {
		t.Errorf("row %+v", row)
	}
	table := report.BaseToNew(results.Rows, "")
	var text strings.Builder
	if err := table.LaTeX(&text); err != nil || !strings.Contains(text.String(), "Two Words") {
		t.Errorf("%v: the table does not name it:\n%s", err, text.String())
	}
	r.Config.Protocol = "xd"
	if err := protocol.Check(r.Config); err == nil || !strings.Contains(err.Error(), "method two-words: it stays") {
		t.Errorf("xd is not refused: %v", err)
	}
}
