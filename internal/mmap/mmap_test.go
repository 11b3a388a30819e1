package mmap

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	for _, size := range []int{0, 1, 4095, 4096, 4097, 1 << 20} {
		want := make([]byte, size)
		for i := range want {
			want[i] = byte(i * 7)
		}
		path := filepath.Join(dir, "file")
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(f.Bytes(), want) {
			t.Errorf("%d bytes: the content differs", size)
		}
		for range 2 {
			if err := f.Close(); err != nil {
				t.Errorf("%d bytes: Close: %v", size, err)
			}
		}
		if f.Bytes() != nil {
			t.Errorf("%d bytes: Bytes() after Close", size)
		}
	}
}

func TestReplacedFileKeepsItsBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.WriteFile(path+".new", []byte("new"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	if string(f.Bytes()) != "old" {
		t.Errorf("the mapping reads %q", f.Bytes())
	}
}

func TestErrors(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(filepath.Join(dir, "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if _, err := Open(dir); err == nil {
		t.Error("a folder was opened")
	}
}

func TestWritesStayPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	copy(f.Bytes(), "new")
	if got, _ := os.ReadFile(path); string(got) != "old" || string(f.Bytes()) != "new" {
		t.Errorf("the file holds %q, the mapping %q", got, f.Bytes())
	}
}

func TestForget(t *testing.T) {
	want := bytes.Repeat([]byte("0123456"), 5000)
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, want, 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	other := bytes.Repeat([]byte{1}, 1<<16) // no part of the mapping
	for _, part := range [][]byte{nil, f.Bytes(), f.Bytes()[1:], f.Bytes()[5000:20001], f.Bytes()[7:8], other} {
		f.Forget(part)
	}
	if !bytes.Equal(f.Bytes(), want) || !bytes.Equal(other, bytes.Repeat([]byte{1}, 1<<16)) {
		t.Error("bytes are gone")
	}
}
