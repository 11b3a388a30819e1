package procmem

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
)

// put writes small files below dir.
func put(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestControlGroups(t *testing.T) {
	for _, c := range []struct {
		name, groups string
		files        map[string]string
		want         int64
	}{
		{"none", "0::/\n", nil, Unlimited},
		{"no limit", "0::/a\n", map[string]string{"a/memory.max": "max\n", "a/memory.current": "5\n"}, Unlimited},
		{"version 2", "0::/a/b\n", map[string]string{
			"a/b/memory.max": "1000\n", "a/b/memory.current": "400\n", "a/b/memory.stat": "anon 1\ninactive_file 50\n",
		}, 650},
		{"the tighter one above", "0::/a/b\n", map[string]string{
			"a/b/memory.max": "1000\n", "a/b/memory.current": "400\n", "a/memory.max": "500\n", "a/memory.current": "450\n",
		}, 50},
		{"full", "0::/a\n", map[string]string{"a/memory.max": "10\n", "a/memory.current": "12\n"}, 0},
		{"version 1", "3:cpu:/x\n4:memory:/a\n", map[string]string{
			"memory/a/memory.limit_in_bytes": "1000\n", "memory/a/memory.usage_in_bytes": "300\n",
			"memory/a/memory.stat": "total_inactive_file 100\n", "memory/memory.limit_in_bytes": "9223372036854771712\n",
		}, 800},
		{"damaged", "nonsense\n0::/a\n", map[string]string{"a/memory.max": "x\n"}, Unlimited},
	} {
		root := t.TempDir()
		put(t, root, c.files)
		if got := groupLeft(root, c.groups); got != c.want {
			t.Errorf("%s: %d bytes are left, want %d", c.name, got, c.want)
		}
	}
}

func TestAvailableKeepsToTheLimits(t *testing.T) {
	if got := Available(12345); got != 12345 {
		t.Errorf("with a limit of 12345 bytes: %d", got)
	}
	if got := Available(0); got < 10<<20 {
		t.Errorf("this process may hold %d bytes in all", got)
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1 << 30))
	if got := Available(0); got > 1<<30 {
		t.Errorf("with GOMEMLIMIT of 1 GiB: %d", got)
	}
}

func TestPeak(t *testing.T) {
	if n, ok := statusBytes([]byte("VmPeak:\t 9 kB\nVmHWM:\t  12 kB\nVmRSS: 3 kB\n"), "VmHWM:"); !ok || n != 12<<10 {
		t.Error(n, ok)
	}
	for _, bad := range []string{"", "VmHWM:", "VmHWM: x kB"} {
		if _, ok := statusBytes([]byte(bad), "VmHWM:"); ok {
			t.Errorf("%q is taken for a figure", bad)
		}
	}
	ResetPeak()
	if Peak() < 1<<20 {
		t.Errorf("peak %d bytes", Peak())
	}
}
