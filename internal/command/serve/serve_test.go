package serve

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"frontdoor/internal/cli"
	"frontdoor/internal/term"
)

// finished is a run of 16 shapes.
const finished = "../train/testdata/runs/finished"

// start runs the command until the test ends it, and returns the line that it
// prints when it is ready.
func start(t *testing.T, args ...string) (line string, end func() error) {
	t.Helper()
	return startLogged(t, io.Discard, append(args, "-log", "off")...)
}

// startLogged is start with logs that can be read when it has ended.
func startLogged(t *testing.T, logs io.Writer, args ...string) (line string, end func() error) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, args, w, logs)
		w.CloseWithError(fmt.Errorf("ended: %w", errors.Join(err, io.EOF)))
		ended <- err
	}()
	end = func() error {
		stop()
		return <-ended
	}
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		stop()
		t.Fatal(line, err)
	}
	return line, end
}

func address(line string) string {
	_, addr, _ := strings.Cut(strings.TrimSpace(line), " at ")
	return addr
}

// The command says where it is when it is ready, and is told to end without an
// error.
func TestRunIsServed(t *testing.T) {
	line, end := start(t, "-model", "words=tiny", "-run", "shapes="+finished, "-labels", "star,ring", "-listen", "127.0.0.1:0")
	if !strings.HasPrefix(line, "serving words, shapes at http://127.0.0.1:") {
		t.Errorf("line %q", line)
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 50, 50))); err != nil {
		t.Fatal(err)
	}
	for model, method := range map[string]string{"shapes": `"templates":[`, "words": `"model":"words"`, "": `"model":"words"`} {
		resp, err := http.Post(address(line)+"/v1/classify?model="+model, "image/png", bytes.NewReader(picture.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != 200 || !strings.Contains(string(text), method) {
			t.Errorf("%s: %s %s", model, resp.Status, text)
		}
	}
	if err := end(); err != nil {
		t.Errorf("ended with %v", err)
	}
}

// Whoever parses the log has nothing else in it, what was assumed about a model and
// what a terminal would obey in a path included.
func TestLogsAreOfOneKind(t *testing.T) {
	for kind, sound := range map[string]func(string) bool{
		"json": func(line string) bool { return json.Valid([]byte(line)) && strings.Contains(line, `"level":`) },
		"text": func(line string) bool { return strings.HasPrefix(line, "time=") },
		"off":  func(line string) bool { return strings.Contains(line, " level=WARN ") },
	} {
		var logs bytes.Buffer
		line, end := startLogged(t, term.Shown(&logs), "-model", "tiny", "-labels", "star,ri\u200bng", "-device", "auto", "-listen", "127.0.0.1:0", "-log", kind)
		resp, err := http.Get(address(line) + "/v1/models%7F%C2%9B%E2%80%AE%FF%0A%22")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if err := end(); err != nil {
			t.Error(err)
		}
		for line := range strings.Lines(logs.String()) {
			if !sound(line) {
				t.Errorf("-log %s: %s", kind, line)
			}
		}
		if requests := strings.Count(logs.String(), "/v1/models"); (requests == 1) != (kind != "off") {
			t.Errorf("-log %s: %s", kind, logs.String())
		}
	}
}

func TestOtherMachinesNeedAToken(t *testing.T) {
	short, good := filepath.Join(t.TempDir(), "short"), filepath.Join(t.TempDir(), "good")
	for path, text := range map[string]string{short: "secret\n", good: "0123456789abcdef\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range []string{"-listen :0", "-listen 0.0.0.0:0", "-listen [::]:0", "-listen 192.168.1.1:0", "-listen :0 -token-file " + short, "-listen :0 -token-file absent", "-listen :0 -token-file /dev/zero"} {
		err := run(t.Context(), append([]string{"-run", finished}, strings.Fields(args)...), io.Discard, io.Discard)
		if !errors.As(err, new(cli.Usage)) || !strings.Contains(err.Error(), "-token-file") {
			t.Errorf("%s: %v", args, err)
		}
	}
	line, end := start(t, "-run", finished, "-listen", "0.0.0.0:0", "-token-file", good)
	addr := strings.Replace(strings.Replace(address(line), "[::]", "127.0.0.1", 1), "0.0.0.0", "127.0.0.1", 1)
	for token, status := range map[string]int{"": 401, "Bearer 0123456789abcdef": 404} {
		r, err := http.NewRequest("GET", addr+"/nothing", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", token)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != status {
			t.Errorf("token %q: %s", token, resp.Status)
		}
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

func TestWrongFlags(t *testing.T) {
	for args, want := range map[string]string{
		"":                              "-run RUN",
		"-labels a,b -run x":            "-labels goes with -model",
		"-model tiny -run-model x":      "-run-model goes with -run",
		"-model tiny -template {}":      "-template goes with -labels",
		"-run x -upstream http://h":     "-as immich",
		"-run x -upstream h -as immich": "http://HOST",
		"-run x -as album":              "immich",
		"-run x -log xml":               "text, json or off",
		"-run x -batch 0":               "-batch",
		"-run x -batch 5000":            "-batch 5000",
		"-run x\xff=x":                  "cannot be called",
		"-run x -max-pixels 0":          "-max-pixels",
		"-run x -listen 8484":           "HOST:PORT",
		"-run x -max-pixels 179":        "-max-pixels",
		"-run x -max-bodies 1":          "-max-bodies 1 is less than the -max-body 20",
		"-run x -max-body 0":            "-max-body 0",
		"-run x -max-body 99999999999":  "-max-body 99999999999",
		"-run x -queue 3":               "-queue 3",
		"-run x -timeout 0s":            "-timeout 0s",
		"-run =x":                       "NAME=PATH",
		"-run a=":                       "a=",
		"-run x -allow-host http://a.b": "a name alone",
		"-run x -allow-host a.b:443":    "a name alone",
		"-run x -allow-host *.b":        "a name alone",
		"-run x -allow-host münchen.de": "xn--",
		"-run x a.jpg":                  "a.jpg",
		"-run a/x -run b/x":             "two models",
	} {
		err := run(t.Context(), strings.Fields(args), io.Discard, io.Discard)
		if !errors.As(err, new(cli.Usage)) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line with %q", args, err, want)
		}
	}
}

func TestWhatCannotBeLoadedIsAnError(t *testing.T) {
	err := run(t.Context(), []string{"-run", t.TempDir(), "-listen", "127.0.0.1:0", "-log", "off"}, io.Discard, io.Discard)
	if err == nil || errors.As(err, new(cli.Usage)) || strings.Contains(err.Error(), "\n") {
		t.Error(err)
	}
}

// A promise that calibrate makes later, and another list of classes, change the
// answers, too.
func TestWhatAnswersDependOnIsWatched(t *testing.T) {
	labels := filepath.Join(t.TempDir(), "labels.txt")
	write := func(text string) {
		if err := os.WriteFile(labels, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("star\nring\n")
	o, err := parse([]string{"-run", finished, "-run-model", "clip.pt", "-vocab", "bpe.txt", "-model", "tiny", "-labels", "@" + labels})
	if err != nil {
		t.Fatal(err)
	}
	c, err := o.config(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]string{{filepath.Join(finished, "promise.json"), "clip.pt", "bpe.txt"}, {labels, "tiny", "bpe.txt"}} {
		for _, file := range want {
			if files := c.Models[i].Files; !slices.Contains(files, file) {
				t.Errorf("%s is watched by %q, not by %s", c.Models[i].Name, files, file)
			}
		}
	}
	o.vocabulary = "" // tiny has its own
	for _, want := range []string{"star,ring", "heart,square,cross"} {
		write(strings.ReplaceAll(want, ",", "\n"))
		model, err := c.Models[1].Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(model.Classes(), ","); got != want {
			t.Errorf("classes %s, want %s", got, want)
		}
		model.Close()
	}
}

// docs/serve.md has every flag; numbers among the defaults are those of the code.
func TestEveryFlagIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../../docs/serve.md")
	if err != nil {
		t.Fatal(err)
	}
	new(options).flags().VisitAll(func(f *flag.Flag) {
		if !bytes.Contains(text, []byte("`-"+f.Name)) && !bytes.Contains(text, []byte(" -"+f.Name+" ")) {
			t.Errorf("nothing of -%s", f.Name)
		}
		row := regexp.MustCompile("(?m)^\\| `[^|]*-" + f.Name + "`.*$").Find(text)
		if _, err := strconv.Atoi(f.DefValue); err == nil && f.DefValue != "0" && !regexp.MustCompile(`[| ]`+f.DefValue+`[ ,]`).Match(row) {
			t.Errorf("-%s has the default %s, but its row is %s", f.Name, f.DefValue, row)
		}
	})
}

func TestSplitName(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("runs/lr0.1", 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir("runs/lr0.1")
	for in, want := range map[string][2]string{
		"runs/photos": {"photos", "runs/photos"}, "runs/photos/": {"photos", "runs/photos/"}, "a=runs/x": {"a", "runs/x"},
		"v1.2=runs/x": {"v1.2", "runs/x"}, "./a=b": {"a=b", "./a=b"}, "runs/lr0.2": {"lr0.2", "runs/lr0.2"}, ".": {"lr0.1", "."}, "..": {"runs", ".."},
	} {
		if name, path := splitName(in, false); name != want[0] || path != want[1] {
			t.Errorf("-run %s: %q %q, want %q", in, name, path, want)
		}
	}
	for in, want := range map[string][2]string{
		"ViT-B-16.pt": {"ViT-B-16", "ViT-B-16.pt"}, "m/a.safetensors": {"a", "m/a.safetensors"}, "ViT-B-32__openai=m.pt": {"ViT-B-32__openai", "m.pt"},
	} {
		if name, path := splitName(in, true); name != want[0] || path != want[1] {
			t.Errorf("-model %s: %q %q, want %q", in, name, path, want)
		}
	}
}
