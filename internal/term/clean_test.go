package term

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"plain grün 猫 \uFFFD":  "plain grün 猫 \uFFFD",
		"a\x1b[2Jb\r\n":        `a\x1b[2Jb\r` + "\n",
		"\xff\x00\u202e\u0085": `\xff\x00\u202e\u0085`,
	} {
		if got := Escape(text, "\n"); got != want {
			t.Errorf("Escape(%q) = %s, want %s", text, got, want)
		}
	}
	var b strings.Builder
	if n, err := fmt.Fprintf(Shown(&b), "%s\n", "x\x1by"); n != 4 || err != nil || b.String() != "x\\x1by\n" {
		t.Errorf("%d bytes, error %v, %q", n, err, b.String())
	}
}

func TestCell(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "cat": "cat", "=HYPERLINK()": "'=HYPERLINK()", "-1+2": "'-1+2", "@x": "'@x", "+x": "'+x", "a\tb\x00": `a\tb\x00`,
		"\t=1": `\t=1`, "\r\n=1": `\r\n=1`, "-1.5": "-1.5", "+3": "+3", "-1e5": "-1e5", "--1": "'--1", "=1": "'=1", "'=1": "'=1", "'cat": "'cat",
	} {
		got := Cell(text)
		if got != want || Cell(got) != got {
			t.Errorf("Cell(%q) = %q, want %q; again %q", text, got, want, Cell(got))
		}
		if plain := Escape(text, ""); !strings.HasPrefix(text, "'") && Uncell(got) != plain {
			t.Errorf("Uncell(%q) = %q, want %q", got, Uncell(got), plain)
		}
	}
}

func TestJSON(t *testing.T) {
	want := "a\x7f\u009b31m\u202e \"\\\n\x1b"
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	shown := JSON(text)
	var got string
	if err := json.Unmarshal(shown, &got); err != nil || got != want || Escape(string(shown), "") != string(shown) {
		t.Errorf("%s is read as %q, error %v", shown, got, err)
	}
}
