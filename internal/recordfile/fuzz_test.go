package recordfile

import (
	"os"
	"path/filepath"
	"testing"

	"frontdoor/internal/hostile"
)

// FuzzRecords reads any file as one of records of four bytes.
func FuzzRecords(f *testing.F) {
	path := filepath.Join(f.TempDir(), "records")
	if err := Write(path, 4, func(w *Writer) error { return w.Add(Key{1}, []byte("good")) }); err != nil {
		f.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	for _, data := range hostile.Of(".pixels") {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		file, err := Open(path, 4)
		if err != nil {
			return
		}
		defer file.mapped.Close()
		for _, key := range file.Keys() {
			file.Get(make([]byte, 4), key)
		}
	})
}
