package house

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every pitfall names a test that exists, or says that it cannot happen by
// construction.
func TestPitfallsNameTestsThatExist(t *testing.T) {
	text, err := os.ReadFile("../../docs/pitfalls.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^\| (\d+) \|.*$`)
	named := regexp.MustCompile("`([a-z0-9]+)\\.(Test[A-Za-z0-9]+)`")
	rows := row.FindAllString(string(text), -1)
	if len(rows) != 63 {
		t.Errorf("%d pitfalls, want 63", len(rows))
	}
	for _, r := range rows {
		tests := named.FindAllStringSubmatch(r, -1)
		if len(tests) == 0 && !strings.Contains(r, "by construction") {
			t.Errorf("nothing keeps us out of: %s", r)
		}
		for _, m := range tests {
			if !declared(t, m[1], m[2]) {
				t.Errorf("docs/pitfalls.md names %s.%s, which does not exist", m[1], m[2])
			}
		}
	}
}

// declared reports whether a package of that name declares the test.
func declared(t *testing.T, pkg, test string) bool {
	t.Helper()
	var files []string
	if pkg == "frontdoor" { // the root
		pkg = "."
	}
	for _, pattern := range []string{"../../" + pkg, "../../*/" + pkg, "../../*/*/" + pkg} {
		found, err := filepath.Glob(pattern + "/*_test.go")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "func "+test+"(") {
			return true
		}
	}
	return false
}

// The code in docs/adding-a-method.md is that of the compiled example, and it
// is less than 60 lines.
func TestMethodExampleIsTheCompiledOne(t *testing.T) {
	doc, err := os.ReadFile("../../docs/adding-a-method.md")
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := os.ReadFile("../../prompt/example_kgcoop_test.go")
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]bool{}
	for _, line := range strings.Split(string(compiled), "\n") {
		lines[strings.Join(strings.Fields(line), " ")] = true
	}
	_, code, _ := strings.Cut(string(doc), "```go\n")
	code, _, ok := strings.Cut(code, "```")
	shown := strings.Split(code, "\n")
	if !ok || len(shown) < 20 || len(shown) >= 60 {
		t.Errorf("the example has %d lines", len(shown))
	}
	for _, line := range shown {
		if !lines[strings.Join(strings.Fields(line), " ")] {
			t.Errorf("not in the compiled example: %s", line)
		}
	}
}
