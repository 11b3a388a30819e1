package ftfy

import (
	"encoding/json"
	"os"
	"testing"
	"unicode/utf8"
)

// What ftfy 6.3.1 makes of generated texts, by tools/golden/text.py.
// FRONTDOOR_FTFY names a longer file of the same form.
func TestText(t *testing.T) {
	path := "testdata/ftfy.json"
	if file := os.Getenv("FRONTDOOR_FTFY"); file != "" {
		path = file
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cases [][2]string
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for _, c := range cases {
		if got := Text(c[0]); got != c[1] {
			if wrong++; wrong <= 20 {
				t.Errorf("%+q: got %+q, want %+q", c[0], got, c[1])
			}
		}
	}
	t.Logf("%d of %d texts differ", wrong, len(cases))
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"Ã©", "â€œ like this â€�", "&EACUTE;&#60", "\x1b[31m", "a\u0301\u0316", "voilÃ le"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip()
		}
		once := Text(text)
		if !utf8.ValidString(once) {
			t.Errorf("%q is not UTF-8", once)
		}
	})
}
