package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// The test program is frontdoor itself where this variable is set.
const isFrontdoor = "FRONTDOOR_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(isFrontdoor) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// install puts the program where a user would, and returns the environment in
// which it is found by its name.
func install(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(dir, "frontdoor")); err != nil {
		t.Skip("skipped: no symbolic links here: ", err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return append(os.Environ(), isFrontdoor+"=1")
}

// call runs the program and returns what it prints and its exit code.
func call(t *testing.T, env []string, args ...string) (string, int) {
	t.Helper()
	cmd := exec.Command("frontdoor", args...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func TestFirstScreens(t *testing.T) {
	env := install(t)
	calls := [][]string{{}, {"help"}, {"-help"}, {"help", "-h"}, {"help", "help"}, {"completion", "-h"}, {"help", "completion"}}
	for _, c := range program.Commands {
		calls = append(calls, []string{c.Name, "-help"}, []string{"help", c.Name})
	}
	for _, args := range calls {
		text, code := call(t, env, args...)
		if code != 0 || !strings.Contains(text, "frontdoor") || strings.Contains(text, "go run") {
			t.Errorf("%q: exit code %d\n%s", args, code, text)
		}
		if n := strings.Count(text, "\n"); n > 40 {
			t.Errorf("%q: %d lines", args, n)
		}
	}
	all, _ := call(t, env, "-help", "all")
	for _, want := range []string{"-recompute", "-activation", "-convert", "completion"} {
		if !strings.Contains(all, want) {
			t.Errorf("-help all says nothing of %s", want)
		}
	}
	for line := range strings.Lines(all) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

func TestMistypedWords(t *testing.T) {
	env := install(t)
	for args, want := range map[string]string{
		"trian":                "did you mean train?",
		"train -epcohs 3":      "did you mean -epochs?",
		"predict -lables a,b":  "did you mean -labels?",
		"help chekc":           "did you mean check?",
		"-threads 2 train":     "frontdoor COMMAND -threads",
		"completion powershel": "bash, zsh, fish",
		"version now":          "unexpected argument",
		"version -json":        "there are none",
	} {
		if out, code := call(t, env, strings.Fields(args)...); code != 2 || !strings.Contains(out, want) || strings.Count(out, "\n") != 1 {
			t.Errorf("%s: exit code %d, want one line with %q:\n%s", args, code, want, out)
		}
	}
}

func TestVersionSaysWhatRuns(t *testing.T) {
	env := install(t)
	out, code := call(t, env, "version")
	if other, _ := call(t, env, "--version"); other != out {
		t.Errorf("--version says\n%s", other)
	}
	for _, want := range []string{"version  ", "commit   ", "go       go1.", "kernels  ", "device   "} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// completions asks a shell to run a script, and returns the first word of each line
// of what it prints.
func completions(t *testing.T, env []string, shell []string, script string) string {
	t.Helper()
	path, err := exec.LookPath(shell[0])
	if err != nil {
		t.Skipf("skipped: there is no %s here", shell[0])
	}
	cmd := exec.Command(path, append(shell[1:], script)...)
	cmd.Env = env
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for line := range strings.Lines(string(out)) {
		if w := strings.FieldsFunc(line, func(r rune) bool { return r == '\t' || r == ':' || r == '\n' }); len(w) > 0 {
			words = append(words, w[0])
		}
	}
	return strings.Join(words, " ")
}

func TestShellsComplete(t *testing.T) {
	env := install(t)
	shells := map[string]func(t *testing.T, words string) string{
		"bash": func(t *testing.T, words string) string {
			return completions(t, env, []string{"bash", "-c"}, `source <(frontdoor completion bash); COMP_WORDS=(`+words+
				`); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _frontdoor; printf '%s\n' "${COMPREPLY[@]}"`)
		},
		// Outside its line editor zsh has no _describe: what it would be given is
		// reduced to what begins with the word, as it does.
		"zsh": func(t *testing.T, words string) string {
			return completions(t, env, []string{"zsh", "-fc"}, `compdef() { }; _files() { }
				_describe() { for f in ${(P)2}; do [[ $f == ${words[CURRENT]}* ]] && print -r -- $f; done; true }
				source <(frontdoor completion zsh); words=(`+words+`); CURRENT=$#words; _frontdoor`)
		},
		"fish": func(t *testing.T, words string) string {
			return completions(t, env, []string{"fish", "--no-config", "-c"}, `cd /; frontdoor completion fish | source; complete -C "`+strings.ReplaceAll(words, "''", "")+`"`)
		},
	}
	for name, complete := range shells {
		t.Run(name, func(t *testing.T) {
			for words, want := range map[string]string{
				"frontdoor pr":              "predict pretrain",
				"frontdoor train -ep":       "-epochs",
				"frontdoor train -data -sh": "-shard -shots",
				"frontdoor completion ''":   "bash zsh fish",
				"frontdoor help ver":        "version",
			} {
				got := strings.Fields(complete(t, words))
				slices.Sort(got)
				wanted := strings.Fields(want)
				slices.Sort(wanted)
				if !slices.Equal(got, wanted) {
					t.Errorf("%s: %q, want %q", words, got, want)
				}
			}
		})
	}
}
