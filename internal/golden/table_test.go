package golden

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The flag's path is relative to the module's root.
var tablePath = flag.String("table", "", "write the table of errors against PyTorch to this file, from the root of the module")

// tested are the packages with golden values of tools/golden, in the order of
// the table.
var tested = []string{"autograd", "nn", "imaging", "clip", "prompt", "cdc"}

// TestTable runs the golden tests of all packages and writes how far each
// quantity was from PyTorch's:
//
//	go test ./internal/golden -run Table -table docs/golden.md
func TestTable(t *testing.T) {
	if *tablePath == "" {
		t.Skip("without -table there is nothing to write")
	}
	root := filepath.Join("..", "..")
	log := filepath.Join(t.TempDir(), "log")
	args := []string{"test", "-count=1", "-run", "Torch"}
	for _, p := range tested {
		args = append(args, "./"+p)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = root, append(os.Environ(), envLog+"="+log)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	rows, err := readLog(log)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, *tablePath), render(rows), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestMerge(t *testing.T) {
	rows := merge([]measured{
		{Name: "grad.resblocks.0.w", Shape: []int{2}, Abs32: 1, Rel32: 4},
		{Name: "grad.resblocks.11.w", Shape: []int{2}, Abs32: 3, Rel32: 2},
		{Name: "grad.resblocks.11.w", Shape: []int{2}, Abs32: 2, Rel32: 2}, // a second run
		{Name: "loss", Shape: []int{}},
	})
	if len(rows) != 2 || rows[0].Name != "grad.resblocks.*.w" || rows[0].count() != 2 || rows[0].Abs32 != 3 || rows[0].Rel32 != 4 {
		t.Errorf("merged rows are %+v", rows)
	}
}

func readLog(path string) ([]measured, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var all []measured
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var m measured
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// row is the worst of all comparisons that differ only in a number in their
// names, or that were made several times.
type row struct {
	measured
	names map[string]bool
}

func (r row) count() int { return len(r.names) }

var number = regexp.MustCompile(`\.\d+\b`)

// merge joins comparisons, in the order of their first appearance.
func merge(all []measured) []row {
	var rows []row
	at := map[string]int{}
	for _, m := range all {
		name := m.Name
		m.Name = number.ReplaceAllString(m.Name, ".*")
		key := fmt.Sprint(m.Package, m.File, m.Name, m.Shape)
		i, ok := at[key]
		if !ok {
			i = len(rows)
			at[key] = i
			rows = append(rows, row{m, map[string]bool{}})
		}
		r := &rows[i]
		r.names[name] = true
		r.Abs32, r.Rel32 = max(r.Abs32, m.Abs32), max(r.Rel32, m.Rel32)
		r.Abs64, r.Rel64 = max(r.Abs64, m.Abs64), max(r.Rel64, m.Rel64)
		r.Torch32 = max(r.Torch32, m.Torch32)
	}
	return rows
}

const preface = `# How far the Go code is from PyTorch

Made by the tests themselves, not by hand:

    go test ./internal/golden -run Table -table docs/golden.md

Each line is a quantity that a golden test compares (see tools/golden/README.md
for how the values come about). The differences are the largest of any stored
element, from what PyTorch %s computes in float32 and in float64; "relative" is
the share of the tensor's largest element. "PyTorch" is PyTorch's own float32
against its float64: what is below it is as exact as float32 gets. "Allowed" is
the test's tolerance against float64. A star stands for a number in the name: so
many tensors share the line, and the worst counts. Kernel: %s.
`

// render writes the table as Markdown, a section for each file.
func render(all []measured) []byte {
	var b bytes.Buffer
	kernel := os.Getenv("FRONTDOOR_SIMD")
	if kernel == "" {
		kernel = "the best of the machine"
	}
	fmt.Fprintf(&b, preface, all[0].Torch, kernel)
	rows := merge(all)
	slices.SortStableFunc(rows, func(x, y row) int {
		if c := slices.Index(tested, x.Package) - slices.Index(tested, y.Package); c != 0 {
			return c
		}
		if c := strings.Compare(x.File, y.File); c != 0 {
			return c
		}
		return strings.Compare(x.Name, y.Name)
	})
	section := ""
	for _, r := range rows {
		if s := fmt.Sprintf("\n## %s: %s (%s)\n\n", r.Package, r.File, r.MadeBy); s != section {
			section = s
			b.WriteString(s)
			b.WriteString("| quantity | tensors | shape | abs, float32 | relative | abs, float64 | relative | PyTorch | allowed |\n")
			b.WriteString("|---|--:|---|--:|--:|--:|--:|--:|--:|\n")
		}
		fmt.Fprintf(&b, "| `%s` | %d | %s | %.1e | %.1e | %.1e | %.1e | %.1e | %.0e |\n", r.Name, r.count(),
			strings.ReplaceAll(fmt.Sprint(r.Shape), " ", " × "), r.Abs32, r.Rel32, r.Abs64, r.Rel64, r.Torch32, r.Tolerance)
	}
	return b.Bytes()
}
