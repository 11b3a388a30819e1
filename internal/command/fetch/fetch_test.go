package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdoor/clip"
	"frontdoor/internal/cli"
	"frontdoor/internal/download"
	"frontdoor/internal/testdata"
)

func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	client := &download.Client{HTTP: &http.Client{CheckRedirect: download.CheckRedirect}, Pause: time.Millisecond, Attempts: 2}
	err := fetch(context.Background(), args, &out, io.Discard, client)
	return out.String(), err
}

// home makes the cache folder a new one.
func home(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("XDG_CACHE_HOME", dir)
	return dir
}

func mirror(t *testing.T, files http.FileSystem) string {
	t.Helper()
	s := httptest.NewServer(http.FileServer(files))
	t.Cleanup(s.Close)
	return s.URL + "/"
}

func TestList(t *testing.T) {
	out, err := run(t)
	for _, name := range names() {
		if !strings.Contains(out, name) {
			t.Errorf("%s is not listed", name)
		}
	}
	if err != nil || !strings.Contains(out, "no sum is known") {
		t.Errorf("%s%v", out, err)
	}
}

// Every entry says where a file is and goes; sums are what they look like.
func TestTable(t *testing.T) {
	for name, it := range items {
		if it.about == "" || len(it.files) == 0 || it.data != (it.then != "") {
			t.Errorf("%s: %+v", name, it)
		}
		for _, f := range it.files {
			if !strings.HasPrefix(f.URL, "http") || !filepath.IsLocal(f.path) || f.SHA256 != "" && len(f.SHA256) != 64 {
				t.Errorf("%s: %+v", name, f)
			}
			if !it.data && f.SHA256 == "" {
				t.Errorf("%s: a model without a sum", name)
			}
		}
	}
}

func TestVocabularyFromMirror(t *testing.T) {
	dir := home(t)
	shared := testdata.Shared(t, "bpe_simple_vocab_16e6.txt.gz")
	url := mirror(t, http.Dir(filepath.Dir(shared)))
	out, err := run(t, "-url", url, "vocab")
	want := filepath.Join(dir, "frontdoor", "bpe_simple_vocab_16e6.txt.gz")
	if err != nil || !strings.Contains(out, want+": SHA-256 verified") {
		t.Fatalf("%q, %v", out, err)
	}
	// It is not fetched again: the next address does not exist.
	if out, err := run(t, "-url", "http://127.0.0.1:1/", "vocab"); err != nil || !strings.Contains(out, "verified") {
		t.Errorf("%q, %v", out, err)
	}
}

func TestWrongSum(t *testing.T) {
	dir := home(t)
	files := t.TempDir()
	if err := os.WriteFile(filepath.Join(files, "ViT-B-16.pt"), []byte("not the model"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := run(t, "-url", mirror(t, http.Dir(files)), "vit-b-16")
	if err == nil || !strings.Contains(err.Error(), "5806e77cd80f8b59890b7e101eabd078d9fb84e6937f9e85e4ecb61988df416f") {
		t.Errorf("error %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "frontdoor", "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// What a data set has no sum for is said, with the sum that came.
func TestDataSet(t *testing.T) {
	dir, files := t.TempDir(), t.TempDir()
	for _, name := range []string{"caltech-101.zip", "uc"} {
		if err := os.WriteFile(filepath.Join(files, name), []byte{7, 8, 9}, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, err := run(t, "-dir", dir, "-url", mirror(t, http.Dir(files)), "caltech101")
	if err == nil || !strings.Contains(err.Error(), "404") { // the mirror has one of the two
		t.Errorf("error %v", err)
	}
	if err := os.Rename(filepath.Join(files, "uc"), filepath.Join(files, "split_zhou_Caltech101.json")); err != nil {
		t.Fatal(err)
	}
	out, err := run(t, "-dir", dir, "-url", mirror(t, http.Dir(files)), "caltech101")
	if err != nil || strings.Count(out, "no sum is known") != 2 || !strings.Contains(out, "left to do") {
		t.Errorf("%q, %v", out, err)
	}
}

func TestOffline(t *testing.T) {
	dir := home(t)
	_, err := run(t, "-url", "http://127.0.0.1:1/a.pt", "vit-b-32")
	for _, want := range []string{"cannot reach", "http://127.0.0.1:1/a.pt", filepath.Join(dir, "frontdoor", "ViT-B-32.pt"), "-url"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if text := fmt.Sprint(err); strings.Count(text, "http://") != 1 || strings.Contains(text, "\n") {
		t.Errorf("not one line that names the address once: %s", text)
	}
}

func TestConvert(t *testing.T) {
	home(t)
	to := filepath.Join(t.TempDir(), "out.safetensors")
	out, err := run(t, "-convert", to, "../../../clip/testdata/formats/hf_bin")
	if err != nil || !strings.Contains(out, to) {
		t.Fatalf("%q, %v", out, err)
	}
	if _, err := clip.Load(to); err != nil { // complete with its vocabulary
		t.Error(err)
	}
}

func TestUsage(t *testing.T) {
	home(t)
	for want, args := range map[string][]string{
		"the names are":          {"vit-b-17"},
		"one model":              {"-convert", "x", "vit-b-16", "vocab"},
		"is one file":            {"-url", "http://x/y", "vocab", "vit-b-16"},
		"vocab is no model":      {"-convert", "x", "vocab"},
		"neither a file nor":     {"-convert", "x", "absent.pt"},
		"the flags are":          {"-nonsense"},
		"caltech101 is no model": {"-convert", "x", "caltech101"},
	} {
		if _, err := run(t, args...); err == nil || !strings.Contains(err.Error(), want) || !errors.As(err, new(cli.Usage)) {
			t.Errorf("%v: error %v, want one of usage with %q", args, err, want)
		}
	}
}

// The datasets that -dataset takes are known here, too: those that cannot be
// downloaded say what they want.
func TestDatasetsThatAreFetchedByHand(t *testing.T) {
	_, err := run(t, "-dir", "sets", "stanford_cars")
	if err == nil || errors.As(err, new(cli.Usage)) {
		t.Fatalf("error %v", err)
	}
	for _, want := range []string{"cars_train.tgz", filepath.Join("sets", "stanford_cars"), "split_zhou_StanfordCars.json"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %s in: %v", want, err)
		}
	}
	if _, err := run(t, "vit-b16"); err == nil || !strings.Contains(err.Error(), "did you mean vit-b-16?") {
		t.Errorf("error %v", err)
	}
}
