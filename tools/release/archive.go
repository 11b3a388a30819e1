package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// member is a file of an archive, or a folder if its name ends with a slash.
type member struct {
	name    string
	content []byte
	mode    int64
	owner   int // of a file in the container image; 0 elsewhere
}

// pack writes the archive of a target: the program, what it is, its licence and
// those of what it is built from, beside the list of these.
func (s *sources) pack(ctx context.Context, target, program, out string) error {
	content, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	members := []member{{name: filepath.Base(program), content: content, mode: 0o755}}
	for _, name := range []string{"LICENSE", "README.md", "CHANGELOG.md", "CITATION.cff"} {
		text, err := os.ReadFile(filepath.Join(s.dir, name))
		if err != nil {
			return err
		}
		members = append(members, member{name: name, content: text, mode: 0o644})
	}
	b, err := s.billOf(program)
	if err != nil {
		return err
	}
	licences, err := s.licences(ctx, b)
	if err != nil {
		return err
	}
	members = append(members, licences...)
	end := strings.ReplaceAll(target, "/", "-")
	list, err := b.json()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, s.name(end+".cdx.json")), list, 0o644); err != nil {
		return err
	}
	top := s.name(end) + "/"
	for i := range members {
		members[i].name = top + members[i].name
	}
	if strings.HasPrefix(target, "windows/") {
		return writeZip(filepath.Join(out, s.name(end+".zip")), members, s.when)
	}
	archive, err := tarball(members, s.when)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, s.name(end+".tar.gz")), zipped(archive), 0o644)
}

// tarball returns a tar archive in which nothing depends on the machine: every
// file is of one time, and owners are numbers.
func tarball(members []member, when time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Mode: m.mode, Size: int64(len(m.content)), ModTime: when, Uid: m.owner, Gid: m.owner, Typeflag: tar.TypeReg, Format: tar.FormatPAX}
		if strings.HasSuffix(m.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(m.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// zipped compresses with gzip, whose header has neither time nor name.
func zipped(data []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is a valid one
	_, _ = w.Write(data)                                  // into memory
	_ = w.Close()
	return b.Bytes()
}

// writeZip writes a zip archive, of one time like tarball.
func writeZip(path string, members []member, when time.Time) error {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		h := &zip.FileHeader{Name: m.name, Method: zip.Deflate, Modified: when}
		h.SetMode(os.FileMode(m.mode))
		f, err := w.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := f.Write(m.content); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

// sumsFile lists the SHA-256 of every file of a release, as sha256sum -c reads it.
const sumsFile = "SHA256SUMS"

func writeSums(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, e := range entries {
		f, err := os.Open(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		sum := sha256.New()
		_, err = io.Copy(sum, f)
		f.Close()
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%x  %s\n", sum.Sum(nil), e.Name())
	}
	return os.WriteFile(filepath.Join(dir, sumsFile), []byte(b.String()), 0o644)
}
