package ptx

import (
	"bufio"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// generations says whose tensor cores each set of recorded results came from.
var generations = map[string]Arch{
	"V100": Volta, "A100": Ampere, "L40S": Ampere, "H100": Hopper, "H200": Hopper, "B200": Hopper,
}

// TestRecordedDots computes dot products that real tensor cores have computed.
// A few of each kind lie in testdata; all 4,800 are compared where the folder
// shared lies beside the repository.
func TestRecordedDots(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/goldens/mma/*.txt")
	least := 4800
	if len(files) == 0 {
		files, _ = filepath.Glob("testdata/mma/*.txt")
		least = 16 * 20
	}
	total := 0
	for _, file := range files {
		gpu, format, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".txt"), "_")
		arch, ok := generations[gpu]
		if !ok {
			t.Fatalf("%s: no such GPU", file)
		}
		wrong := 0
		for i, row := range readDots(t, file) {
			got := arch.Dot(row.a, row.b, row.c, format == "tf32")
			if math.Float32bits(got) != math.Float32bits(row.d) {
				if wrong++; wrong < 4 {
					t.Errorf("%s:%d: %08x, recorded %08x", file, i+1, math.Float32bits(got), math.Float32bits(row.d))
				}
			}
			total++
		}
		if wrong > 0 {
			t.Errorf("%s: %d differ", file, wrong)
		}
	}
	if total < least {
		t.Errorf("%d recorded results, want %d", total, least)
	}
	t.Logf("%d recorded results", total)
}

type recorded struct {
	a, b []float32
	c, d float32
}

func readDots(t *testing.T, path string) (rows []recorded) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var parts [4][]float32
		for i, text := range strings.Split(lines.Text(), "|") {
			for _, word := range strings.Fields(text) {
				bits, err := strconv.ParseUint(word, 16, 32)
				if err != nil {
					t.Fatalf("%s: %v", path, err)
				}
				parts[i] = append(parts[i], math.Float32frombits(uint32(bits)))
			}
		}
		rows = append(rows, recorded{parts[0], parts[1], parts[2][0], parts[3][0]})
	}
	return rows
}
