package cuda_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// spilled finds the bytes of registers that a kernel keeps in memory, registers
// how many it has.
var (
	spilled   = regexp.MustCompile(`(\d+) bytes spill stores`)
	registers = regexp.MustCompile(`entry function '(\w+)' for|Used (\d+) registers`)
)

// TestAssembles assembles every kernel for every generation by NVIDIA's ptxas,
// which PTXAS names, and demands that no register is spilled. Those that need no
// tensor cores also assemble for compute capability 7.5.
func TestAssembles(t *testing.T) {
	ptxas := os.Getenv("PTXAS")
	if ptxas == "" {
		t.Skip("skipped: PTXAS names no assembler; pip install nvidia-cuda-nvcc-cu12 brings one")
	}
	files, err := filepath.Glob("ptx/*.ptx")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".ptx"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			archs := []string{"75", "80", "86", "89", "90", "100", "120"}
			if strings.Contains(string(text), ".target sm_80") {
				archs = archs[1:]
			}
			table := map[string][]string{}
			for _, arch := range archs {
				out, err := exec.Command(ptxas, "-v", "-arch=sm_"+arch, file, "-o", os.DevNull).CombinedOutput()
				if err != nil {
					t.Fatalf("sm_%s: %v\n%.2000s", arch, err, out)
				}
				for _, m := range spilled.FindAllStringSubmatch(string(out), -1) {
					if m[1] != "0" {
						t.Errorf("sm_%s: %s bytes of registers are spilled", arch, m[1])
					}
				}
				kernel := ""
				for _, m := range registers.FindAllStringSubmatch(string(out), -1) {
					if m[1] != "" {
						kernel = m[1]
					} else {
						n, _ := strconv.Atoi(m[2])
						table[kernel] = append(table[kernel], strconv.Itoa(n))
					}
				}
			}
			for kernel, n := range table {
				t.Logf("%s: registers on sm_%s: %s", kernel, strings.Join(archs, ", "), strings.Join(n, ", "))
			}
		})
	}
}
