package main

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// made is a release of small programs, in a folder of its own.
func made(t *testing.T) (s *sources, programs map[string]string) {
	t.Helper()
	s = &sources{version: "v1.2.3", commit: "abc", when: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	programs = map[string]string{}
	for _, target := range []string{"linux/amd64", "linux/arm64", "darwin/arm64"} {
		programs[target] = filepath.Join(t.TempDir(), "frontdoor")
		if err := os.WriteFile(programs[target], []byte("program for "+target), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return s, programs
}

func TestImageUnpacksAsItWasPacked(t *testing.T) {
	s, programs := made(t)
	out, root := t.TempDir(), t.TempDir()
	if err := s.image(programs, out); err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(out, "frontdoor-v1.2.3-image.tar")
	if err := unpack(archive, root); err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(filepath.Join(root, "frontdoor"))
	if err != nil || !strings.HasPrefix(string(program), "program for linux/") {
		t.Errorf("%q, %v", program, err)
	}
	for name, mode := range map[string]os.FileMode{"frontdoor": 0o755, "data": os.ModeDir | 0o755, "tmp": os.ModeDir | os.ModeSticky | 0o777} {
		info, err := os.Stat(filepath.Join(root, name))
		if err != nil || info.Mode() != mode {
			t.Errorf("%s: mode %v, want %v (%v)", name, info.Mode(), mode, err)
		}
	}
	text, err := os.ReadFile(filepath.Join(root, "etc/ssl/certs/ca-certificates.crt"))
	if err != nil || bytes.Count(text, []byte("BEGIN CERTIFICATE")) < 50 {
		t.Errorf("%d certificates, %v", bytes.Count(text, []byte("BEGIN CERTIFICATE")), err)
	}
	if block, _ := pem.Decode(text); block == nil {
		t.Error("the certificates are not PEM")
	}
	whole, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"architecture":"arm64"`, `"User":"65532:65532"`, `"/data":{}`, `"imageLayoutVersion":"1.0.0"`} {
		if !bytes.Contains(whole, []byte(want)) {
			t.Errorf("the archive lacks %s", want)
		}
	}
	// One changed letter in a blob is found.
	if err := os.WriteFile(archive, bytes.Replace(whole, []byte(`"User":"65532`), []byte(`"User":"00000`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := readTar(archive)
	if err != nil {
		t.Fatal(err)
	}
	var all index
	if err := json.Unmarshal(files["index.json"], &all); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, d := range all.Manifests {
		var m manifest
		text, err := blob(files, d)
		if err != nil || json.Unmarshal(text, &m) != nil {
			t.Fatal(err)
		}
		_, err = blob(files, m.Config)
		found = found || err != nil
	}
	if !found {
		t.Error("a changed configuration passes for the right one")
	}
}

func TestArchivesDependOnNothingElse(t *testing.T) {
	s, programs := made(t)
	a, b := t.TempDir(), t.TempDir()
	for _, dir := range []string{a, b} {
		if err := s.image(programs, dir); err != nil {
			t.Fatal(err)
		}
		members := []member{{name: "x/program", content: []byte("program"), mode: 0o755}, {name: "x/LICENSE", content: []byte("text"), mode: 0o644}}
		if err := writeZip(filepath.Join(dir, "x.zip"), members, s.when); err != nil {
			t.Fatal(err)
		}
		if err := writeSums(dir); err != nil {
			t.Fatal(err)
		}
		time.Sleep(1100 * time.Millisecond) // archives count seconds
	}
	if err := sameFiles(a, b); err != nil {
		t.Error(err)
	}
	sums, err := os.ReadFile(filepath.Join(a, sumsFile))
	if err != nil || strings.Count(string(sums), "\n") != 2 || !strings.Contains(string(sums), "  x.zip\n") {
		t.Errorf("sums %q, %v", sums, err)
	}
	if err := os.WriteFile(filepath.Join(b, "x.zip"), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := sameFiles(a, b); err == nil || !strings.Contains(err.Error(), "x.zip") {
		t.Errorf("other bytes pass: %v", err)
	}
}

func TestBillNamesWhatTheProgramIsBuiltFrom(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := (&sources{version: "v1.2.3"}).billOf(program)
	if err != nil {
		t.Fatal(err)
	}
	text, err := b.json()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"bomFormat": "CycloneDX"`, `"purl": "pkg:golang/golang.org/x/crypto/x509roots/fallback@v0`, `"value": "h1:`, `pkg:golang/std@1.`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the bill lacks %s:\n%s", want, text)
		}
	}
}

func TestChangesOfAVersion(t *testing.T) {
	log := "# Changes\n\n## Unreleased\n\n- new\n\n## 1.1.0 (2026-02-01)\n\n- old\n"
	for version, want := range map[string]string{"v1.1.0": "- old", "v1.2.0": "- new", "abc123": "- new"} {
		if got := changes(log, version); got != want {
			t.Errorf("%s: %q, want %q", version, got, want)
		}
	}
	if _, err := parseTargets("linux/amd64,plan9/386"); err == nil || !strings.Contains(err.Error(), "plan9/386") {
		t.Errorf("error %v", err)
	}
}
