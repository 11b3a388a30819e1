package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"frontdoor/internal/setting"
)

func TestNearest(t *testing.T) {
	names := []string{"train", "predict", "check", "runs", "export", "fetch", "pretrain", "bench", "version"}
	for word, want := range map[string]string{
		"trian": "train", "tran": "train", "TRAIN": "train", "perdict": "predict", "exprot": "export",
		"fecht": "fetch", "run": "runs", "pretrian": "pretrain", "verison": "version", "vers": "version",
		"predictions": "predict", "xyzzyq": "", "": "",
	} {
		if got := Nearest(word, names); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestChanges(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"ab", "ba", 1}, {"é", "e", 1}} {
		if got := changes(c.a, c.b); got != c.want {
			t.Errorf("%q to %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestFlagsStandAnywhere(t *testing.T) {
	for _, c := range []struct{ args, n, rest string }{
		{"a b -n 3", "3", "a b"},
		{"-n 3 a b", "3", "a b"},
		{"a -n 3 b", "3", "a b"},
		{"a -- -n 3", "0", "a -n 3"},
		{"-n 1 -- -n 3", "1", "-n 3"},
		{"a -n 2 - b", "2", "a - b"},
		{"", "0", ""},
	} {
		fs := flag.NewFlagSet("x", flag.ContinueOnError)
		n := fs.Int("n", 0, "")
		if err := Parse(fs, strings.Fields(c.args), ""); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(*n) != c.n || !slices.Equal(fs.Args(), strings.Fields(c.rest)) {
			t.Errorf("%s: -n %d, arguments %q", c.args, *n, fs.Args())
		}
	}
}

func TestMistypedFlags(t *testing.T) {
	fs := flag.NewFlagSet("x", flag.ContinueOnError)
	fs.Int("epochs", 0, "")
	fs.Int("seed", 0, "")
	err := Parse(fs, []string{"--epcohs", "3"}, "")
	if !errors.As(err, new(Usage)) || !strings.Contains(err.Error(), "did you mean -epochs?") || !strings.Contains(err.Error(), "-epochs -seed") {
		t.Error(err)
	}
}

func TestWrongValues(t *testing.T) {
	fs := flag.NewFlagSet("x", flag.ContinueOnError)
	fs.Int("epochs", 0, "")
	fs.Uint64("seed", 0, "")
	fs.Float64("lr", 0, "")
	fs.Duration("every", 0, "")
	fs.Bool("json", false, "")
	fs.Func("size", "", func(string) error { return errors.New("want a size") })
	for args, want := range map[string]string{
		"-epochs x":                    `invalid value "x" for flag -epochs: want a whole number (-h explains)`,
		"-epochs 99999999999999999999": `invalid value "99999999999999999999" for flag -epochs: want a whole number (-h explains)`,
		"-seed -1":                     `invalid value "-1" for flag -seed: want a whole number of 0 or more (-h explains)`,
		"-lr fast":                     `invalid value "fast" for flag -lr: want a number (-h explains)`,
		"-every 10":                    `invalid value "10" for flag -every: want a time such as 30s (-h explains)`,
		"-json=maybe":                  `invalid boolean value "maybe" for -json: want true or false (-h explains)`,
		"-size x":                      `invalid value "x" for flag -size: want a size (-h explains)`,
		"-epochs":                      "flag needs an argument: -epochs (-h explains)",
	} {
		if err := Parse(fs, strings.Fields(args), ""); !errors.As(err, new(Usage)) || err.Error() != want {
			t.Errorf("%s: %v, want %s", args, err, want)
		}
	}
}

func TestHelp(t *testing.T) {
	fs := flag.NewFlagSet("train", flag.ContinueOnError)
	for i := range 50 {
		fs.String(fmt.Sprintf("flag%02d", i), "", "the `VALUE` "+strings.Repeat("word ", 40))
	}
	groups := []Group{{Title: "First", Flags: "flag07 flag03"}}
	text := func(more string) string {
		var b bytes.Buffer
		printHelp(&b, fs, "Usage: go run ./cmd/train\n\n", groups, more)
		return b.String()
	}
	short := text("")
	if strings.Count(short, "\n") > screenLines || strings.Contains(short, "flag04") || strings.Index(short, "flag07") > strings.Index(short, "flag03") {
		t.Errorf("the first screen:\n%s", short)
	}
	if !strings.Contains(short, "All 50 flags: go run ./cmd/train -help all") {
		t.Errorf("the first screen does not say how to see the rest:\n%s", short)
	}
	full := text("all")
	for i := range 50 {
		if !strings.Contains(full, fmt.Sprintf("  -flag%02d VALUE", i)) {
			t.Errorf("flag%02d is missing", i)
		}
	}
	for line := range strings.Lines(short + full) {
		if len(strings.TrimSuffix(line, "\n")) > screenColumns {
			t.Errorf("too wide: %s", line)
		}
	}
}

func TestCommandsAreCalledAsTheProgramIs(t *testing.T) {
	defer func(was bool) { gathers = was }(gathers)
	for _, c := range []struct {
		gathers     bool
		typed, want string
	}{
		{false, "", "go run ./cmd/train -resume x, go run ./cmd/fetch"},
		{false, "./train", "./train -resume x, go run ./cmd/fetch"},
		{true, "", "go run ./cmd/frontdoor train -resume x, go run ./cmd/frontdoor fetch"},
		{true, "frontdoor", "frontdoor train -resume x, frontdoor fetch"},
		{true, "my programs/fd", "'my programs/fd' train -resume x, 'my programs/fd' fetch"},
	} {
		gathers = c.gathers
		if got := spelled("go run ./cmd/train -resume x, go run ./cmd/fetch", c.typed); got != c.want {
			t.Errorf("%q: %q, want %q", c.typed, got, c.want)
		}
	}
}

func TestQuoteIsWhatAShellReads(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("skipped: there is no sh here")
	}
	for _, arg := range []string{"runs/photos", "my run", "it's", `a"b`, "$HOME", "a;b", "*", "", "-x", "~", "a\nb", `\`, "!"} {
		out, err := exec.Command(sh, "-c", "printf %s "+Quote(arg)).Output()
		if err != nil || string(out) != arg {
			t.Errorf("%q is quoted as %s, which the shell reads as %q (%v)", arg, Quote(arg), out, err)
		}
	}
}

func TestInterruptionsSayWhatToDo(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
		code int
	}{
		{context.Canceled, "interrupted", 130},
		{fmt.Errorf("photo.jpg: %w", context.Canceled), "interrupted", 130},
		{Interrupted("train -resume x"), "interrupted; go on with: train -resume x", 130},
		{Usagef("no"), "no", 2},
		{errors.New("see go run ./cmd/fetch"), "see go run ./cmd/fetch", 1},
	} {
		if got := message(c.err); got != c.want || code(c.err) != c.code {
			t.Errorf("%v: %q and %d, want %q and %d", c.err, got, code(c.err), c.want, c.code)
		}
	}
}

// An error of the library, which names settings in words, names flags here.
func TestMessagesNameFlags(t *testing.T) {
	err := fmt.Errorf("runs/x: %w", setting.Errorf("{lr} %v: must be a positive number", 0.0))
	if got := message(err); got != "runs/x: -lr 0: must be a positive number" {
		t.Error(got)
	}
}

// A message of any length is cut in its middle, between characters, and keeps
// its beginning and its end.
func TestLongMessages(t *testing.T) {
	for _, filler := range []string{"x", "é", "猫", "🐈", "\x1b", "\xff", "\n"} {
		for shift := range 8 {
			text := shown(strings.Repeat("a", shift) + strings.Repeat(filler, 5000) + " delete the file")
			if len(text) > maxMessage || len(text) < maxMessage/2 || !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError) ||
				strings.ContainsAny(text, "\x1b\n") || strings.Count(text, ellipsis) != 1 || !strings.HasSuffix(text, "delete the file") {
				t.Errorf("%q: %d bytes, %q", filler, len(text), text)
			}
		}
	}
	if text := strings.Repeat("é", maxMessage/2); shown(text) != text {
		t.Error("a message that fits was cut")
	}
}
