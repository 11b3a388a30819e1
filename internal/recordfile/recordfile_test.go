package recordfile

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func key(n byte) Key { return Key{n, 1, 2} }

// write makes a file of n records of 12 bytes.
func write(t *testing.T, path string, n int) {
	t.Helper()
	err := Write(path, 12, func(w *Writer) error {
		for i := range n {
			if err := w.Add(key(byte(i)), bytes.Repeat([]byte{byte(i + 1)}, 12)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWriteAndGet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.records")
	for _, n := range []int{0, 1, 5} {
		write(t, path, n)
		f, err := Open(path, 12)
		if err != nil {
			t.Fatal(err)
		}
		if f.Len() != n {
			t.Errorf("%d records, want %d", f.Len(), n)
		}
		pix := make([]byte, 12)
		for i := range 6 {
			ok := f.Get(pix, key(byte(i)))
			if ok != (i < n) || ok && pix[11] != byte(i+1) {
				t.Errorf("record %d of %d: %v, %v", i, n, ok, pix)
			}
		}
	}
}

// Any byte that changes is noticed: at once, or when its record is asked for.
func TestDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.records")
	write(t, path, 3)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := range whole {
		bad := bytes.Clone(whole)
		bad[at] ^= 0x40
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path, 12)
		if err != nil {
			continue
		}
		pix, lost := make([]byte, 12), 0
		for i := range 3 {
			if !f.Get(pix, key(byte(i))) {
				lost++
			}
		}
		if lost != 1 || at >= 36 {
			t.Errorf("byte %d changed: opened, %d records lost", at, lost)
		}
	}
	for _, n := range []int{0, 1, 16, len(whole) - 1} {
		if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, 12); err == nil {
			t.Errorf("%d of %d bytes were opened", n, len(whole))
		}
	}
	write(t, path, 3)
	if _, err := Open(path, 27); err == nil {
		t.Error("opened with another size")
	}
}

func TestFailedWriteLeavesTheOld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.records")
	write(t, path, 2)
	boom := errors.New("boom")
	if err := Write(path, 12, func(w *Writer) error { return boom }); !errors.Is(err, boom) {
		t.Errorf("error %v", err)
	}
	if f, err := Open(path, 12); err != nil || f.Len() != 2 {
		t.Errorf("the old file is gone: %v", err)
	}
}
