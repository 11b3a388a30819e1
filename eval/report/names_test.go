package report

import (
	"bytes"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
	"frontdoor/method"
)

// Every method has a name for people, and texts that begin with a method get
// it; datasets, even if they are called like a method, keep theirs.
func TestSpelled(t *testing.T) {
	for _, m := range method.Names(method.GroupAll) {
		if s := spelled(m); s == m && m != "ensemble" {
			t.Errorf("%s has no other spelling", m)
		}
	}
	for text, want := range map[string]string{
		"cdc": "CDC", "cdc, M=2": "CDC, M=2", "cdc-no-vsd": "CDC-no-vsd", "maple+zs, max prob": "MaPLe + CLIP, max prob",
		"maple (published)": "MaPLe (published)", "S1": "S1", "cdcx": "cdcx", "": "",
	} {
		if have := spelled(text); have != want {
			t.Errorf("%q is spelled %q, want %q", text, have, want)
		}
	}
	g := BaseToNew([]rundir.Row{resultRow("cdc", "maple", 1, 80, 70), resultRow("coop", "maple", 1, 70, 70)}, "")
	var csv, tex bytes.Buffer
	if err := g.CSV(&csv); err != nil {
		t.Fatal(err)
	}
	if err := g.LaTeX(&tex); err != nil {
		t.Fatal(err)
	}
	text := g.Text()
	for _, c := range []struct{ text, want string }{
		{csv.String(), "maple,cdc,"}, {text.String(), "maple    cdc "}, {tex.String(), "maple & CDC "}, {markdown(t, g), "| maple   | CDC "},
	} {
		if !strings.Contains(c.text, c.want) {
			t.Errorf("no %q in\n%s", c.want, c.text)
		}
	}
}
