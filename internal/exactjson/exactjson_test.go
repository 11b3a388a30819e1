package exactjson

import (
	"strings"
	"testing"
)

type inner struct {
	Name string `json:"name"`
}

type outer struct {
	inner
	List  []inner          `json:"list"`
	Map   map[string]inner `json:"map"`
	Plain int
	Not   int `json:"-"`
}

func TestKeysMatchExactly(t *testing.T) {
	var v outer
	text := `{"name": "a", "list": [{"name": "b", "other": {"NAME": 1, "name": 2}}], "map": {"x": {"name": "c"}, "X": {}}, "Plain": 3, "unknown": [1, {}]}`
	if err := Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	if v.Name != "a" || v.List[0].Name != "b" || v.Map["x"].Name != "c" || v.Plain != 3 {
		t.Errorf("read %+v", v)
	}
}

func TestRefusals(t *testing.T) {
	for text, want := range map[string]string{
		`{"Name": "a"}`:                 `"Name" is spelled "name"`,
		`{"list": [{"NAME": "a"}]}`:     `"NAME" is spelled "name"`,
		`{"map": {"x": {"naMe": "a"}}}`: `"naMe" is spelled "name"`,
		`{"name": "a", "name": "b"}`:    "twice",
		`{"name": "a"`:                  "ends in the middle",
		``:                              "ends in the middle",
		`{} {}`:                         "behind the end",
		`{"name": 1}`:                   "cannot unmarshal",
		`{"Plain": ` + strings.Repeat("9", 1e5) + `}`:                                    "...",
		`{"` + strings.Repeat("k", 1e5) + `": 1, "` + strings.Repeat("k", 1e5) + `": 1}`: "twice",
		strings.Repeat("[", 1000):                                                        "in each other",
	} {
		err := Unmarshal([]byte(text), new(outer))
		if err == nil || !strings.Contains(err.Error(), want) || len(err.Error()) > 200 {
			t.Errorf("%.60s: error %v, want one with %q", text, err, want)
		}
	}
}
