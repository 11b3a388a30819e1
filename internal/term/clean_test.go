package term

import (
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
		"": "", "cat": "cat", "=HYPERLINK()": "'=HYPERLINK()", "-1+2": "'-1+2", "@x": "'@x", "+x": "'+x", "a\tb\x00": "a b\uFFFD",
	} {
		if got := Cell(text); got != want {
			t.Errorf("Cell(%q) = %q, want %q", text, got, want)
		}
	}
}
