package mmap

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"frontdoor/internal/parallel"
	"frontdoor/simd"
)

// A file that is cut short while it is mapped makes an error that names it, in
// Go, in loops on all threads and in assembly.
func TestFileThatIsCutShort(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files are read there, not mapped")
	}
	const n = 256
	path := filepath.Join(t.TempDir(), "weights")
	if err := os.WriteFile(path, make([]byte, 4*n*n), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	numbers := unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(f.Bytes()))), n*n)
	a, c := make([]float32, n*n), make([]float32, n*n)
	for name, read := range map[string]func(){
		"Go": func() { c[0] += numbers[n*n-1] },
		"a loop": func() {
			parallel.For(n*n, 64, func(lo, hi int) {
				for i := lo; i < hi; i++ {
					c[i] = numbers[i]
				}
			})
		},
		"assembly": func() { simd.Gemm(simd.NN, simd.Dense(c, n, n), simd.Dense(a, n, n), simd.Dense(numbers, n, n), false) },
	} {
		err := Guard(func() error { read(); return nil })
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// A function that closes the file on its way out does not take its name away.
func TestFileThatIsClosedMeanwhile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files are read there, not mapped")
	}
	path := filepath.Join(t.TempDir(), "weights")
	for range 3 * maxDropped {
		if err := os.WriteFile(path, make([]byte, 1<<16), 0o644); err != nil {
			t.Fatal(err)
		}
		err := Guard(func() error {
			f, err := Open(path)
			if err != nil {
				return err
			}
			defer f.Close()
			if err := os.Truncate(path, 0); err != nil {
				return err
			}
			if f.Bytes()[1<<15] != 0 {
				t.Error("a byte of nothing")
			}
			return nil
		})
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Fatalf("error %v", err)
		}
	}
	if n := len(live.mappings); n > maxDropped {
		t.Errorf("%d mappings are listed", n)
	}
}

// Any other panic is a mistake of the program and goes on.
func TestOtherPanicsGoOn(t *testing.T) {
	for name, f := range map[string]func(){
		"a nil pointer": func() { var p *int; *p = 1 },
		"a text":        func() { panic("mine") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			if err := Guard(func() error { f(); return nil }); err != nil {
				t.Errorf("%s: error %v", name, err)
			}
		}()
	}
}
