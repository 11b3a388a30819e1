package frontdoor

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// stranger is a program of somebody else.
const stranger = `package main

import (
	"context"
	"fmt"
	"image"
	"log"

	"frontdoor"
)

func main() {
	c, err := frontdoor.Load(context.Background(), "tiny", []string{"star", "ring"})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	answers, err := c.Classify(context.Background(), image.NewGray(image.Rect(0, 0, 64, 64)))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("answer:", answers[0].Class, answers[0].Verdict)
}
`

// A module elsewhere uses the library through require and replace, as the README
// says, and the README's own program compiles. What "go mod tidy" would look up on
// the network is taken from this module.
func TestOutsideModule(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the go command on the whole module")
	}
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	_, needs, _ := strings.Cut(string(mod), "require (")
	writeFile(t, dir, "main.go", stranger)
	writeFile(t, dir, "go.mod", "module stranger\n\ngo 1.26.0\n\nrequire ("+needs)
	sum, err := os.ReadFile("go.sum")
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, dir, "go.sum", string(sum))
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "readme"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(readme), "## As a library\n")
	code, _, found := strings.Cut(code, "\n    }\n\n")
	if !found {
		t.Fatal("README.md has no program")
	}
	writeFile(t, filepath.Join(dir, "readme"), "main.go", code+"\n    }\n")
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("go", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOPROXY=off", "GOWORK=off")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	run("mod", "edit", "-require", "frontdoor@v0.0.0", "-replace", "frontdoor="+root)
	run("build", "-o", os.DevNull, "./readme")
	if out := run("run", "."); !strings.Contains(out, "answer: star unjudged") && !strings.Contains(out, "answer: ring unjudged") {
		t.Errorf("output %q", out)
	}
}

func writeFile(t testing.TB, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
