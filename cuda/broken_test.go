package cuda_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"frontdoor/cuda"
	"frontdoor/internal/cudatest"
	"frontdoor/internal/ptx"
)

// syncs are the lines that order what threads do.
var syncs = regexp.MustCompile(`(?m)^\t(bar\.sync|bar\.warp\.sync|cp\.async\.wait_group|cp\.async\.commit_group).*$`)

// exercises are small runs of the kernels of a file that wait for each other.
var exercises = map[string]func(r *rig) error{
	"sums":          func(r *rig) error { return firstError(checkSums(r, 20, 33), checkLayerNorm(r, 9, 33)) },
	"simt":          func(r *rig) error { return shortProduct(r, nil, 0) },
	"attention_32":  checkAttention(1, 20, 40),
	"attention_64":  checkAttention(1, 36, 40),
	"attention_128": checkAttention(1, 72, 40),
}

func init() {
	for _, t := range cuda.Tiles {
		m, n, _ := cuda.TileSize(t)
		for terms := 2; terms <= 3; terms++ {
			exercises[fmt.Sprintf("gemm_x%d_%dx%d", terms, m, n)] = func(r *rig) error { return shortProduct(r, &t, terms) }
		}
	}
}

// shortProduct is one product of more tiles in K than are on their way at once,
// the last of which lies where the results go.
func shortProduct(r *rig, t *cuda.Tile, terms int) error {
	m, n, k := 20, 34, 150
	a, b := r.normal(m*k), r.normal(n*k)
	for i := range b { // exact in halves
		b[i] = ptx.FromHalf(ptx.ToHalf(b[i]))
	}
	pa, pb := r.up(a), r.up(b)
	return r.checkProduct(ends[:1], a, b, m, n, k, 3e-6, func(e end, bias, add, deriv, c, y cuda.Pointer) {
		last := cuda.End(bias, add, deriv, c, y, 0, n)
		if t == nil {
			cuda.RunProductFloatsIn(r.dev, 1, m, n, k, cuda.Matrix(pa, k, 1), cuda.Matrix(pb, k, 1), last)
			return
		}
		ha, hb := cuda.RunSplit(r.dev, pa, m, k, k), cuda.RunSplit(r.dev, pb, n, k, k)
		if terms == 2 {
			hb = cuda.WithoutLow(hb)
		}
		cuda.RunProductHalvesIn(r.dev, *t, 1, terms, ha, hb, last)
	})
}

// Each kernel fails when one of its barriers or waits is taken away, whatever it
// is good for: none is there for luck.
func TestEachBarrierIsNeeded(t *testing.T) {
	files, err := filepath.Glob("ptx/*.ptx")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".ptx")
		lines := syncs.FindAllIndex(text, -1)
		run := exercises[name]
		if (run == nil) != (len(lines) == 0) {
			t.Fatalf("%s: %d lines that wait, and an exercise: %v", name, len(lines), run != nil)
		}
		if run == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			try := func(edit func(string) string) error {
				r := newRig(t, 3, func(d *cudatest.Driver) { d.Edit = edit })
				err := run(r)
				r.dev.Close()
				return err
			}
			if err := try(nil); err != nil {
				t.Fatal(err)
			}
			for _, at := range lines {
				err := try(func(s string) string {
					if s != string(text) {
						return s
					}
					return s[:at[0]] + s[at[1]:]
				})
				if err == nil {
					t.Errorf("nothing fails without line %d: %s", 1+strings.Count(string(text[:at[0]]), "\n"), strings.TrimSpace(string(text[at[0]:at[1]])))
				}
			}
		})
	}
}
