package world

import (
	"strings"
	"testing"
)

func TestDescribed(t *testing.T) {
	f, err := Described("A photo of a blue striped star on grass.")
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []string{"star", "striped", "blue", "grass"} {
		if got := f.Name(Kind(k)); got != want {
			t.Errorf("%v is %s, want %s", Kind(k), got, want)
		}
	}
	if f, err = Described("ring"); err != nil || f.Name(Background) != "paper" || f.Scale == 0 {
		t.Errorf("%+v, %v", f, err)
	}
	for text, want := range map[string]string{"striped dog": `"dog"`, "red blue star": "two values of colour"} {
		if _, err := Described(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one with %s", text, err, want)
		}
	}
}
