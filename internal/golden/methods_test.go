package golden

import (
	"os"
	"path/filepath"
	"testing"
)

// A method that is not there yet is skipped, whatever its file holds; of one that is
// there every quantity is read.
func TestMethodsThatAreNotThereYet(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "methods"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"later.json": `{"method": "later", "values": {"names": {"shape": [1], "data": ["ln_pre"]}}}`,
		"now.json":   `{"method": "now", "values": {"counts": {"shape": [2], "data": [3, 4000000000]}}}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, "methods", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("FRONTDOOR_GOLDENS", dir)
	read := 0
	Methods(t, "", map[string]func(*testing.T, *MethodFile){"now": func(t *testing.T, f *MethodFile) {
		read++
		Strict(t, f, "counts", 3.0, 4e9)
	}})
	if read != 1 {
		t.Errorf("%d files were read, want 1", read)
	}
}
