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

// mistakes are changes of a kernel's text, each of one kind of fault.
var mistakes = []struct{ kernel, kind, from, to string }{
	{"gemm_x2_32x64", "fragments of A from another column", "shr.u32 %piece, %lane, 4;", "shr.u32 %piece, %lane, 3;"},
	{"gemm_x3_32x64", "registers of a fragment of A in another order", "{%a0_0_0_0, %a0_0_0_1, %a0_0_0_2, %a0_0_0_3}, [", "{%a0_0_0_0, %a0_0_0_2, %a0_0_0_1, %a0_0_0_3}, ["},
	{"gemm_x3_32x64", "registers of a fragment of B in another order", "{%b0_0_0_0, %b0_0_0_1, %b0_0_1_0, %b0_0_1_1}, [", "{%b0_0_0_0, %b0_0_1_0, %b0_0_0_1, %b0_0_1_1}, ["},
	{"gemm_x2_32x64", "results to other rows", "shr.u32 %row, %lane, 2;", "and.b32 %row, %lane, 7;"},
	{"gemm_x2_64x64", "a tile that is not swizzled where it is read", "xor.b32 %ra1, %ra0, 32;", "add.u32 %ra1, %ra0, 32;"},
	{"gemm_x2_32x64", "one row past the end", "setp.lt.u32 %yes, %r, %m;", "setp.le.u32 %yes, %r, %m;"},
	{"gemm_x2_32x64", "a copy that is not aligned", "[%to+0], [%pa0], 16", "[%to+8], [%pa0], 16"},
	{"gemm_x2_32x64", "an accumulator without a beginning", "mov.f32 %acc0_0_0, %zero;", ""},
	{"gemm_x2_32x64", "the tile before", "add.u32 %read, %read,", "add.u32 %read, 0,"},
	{"simt", "one step past the end", "setp.lt.u32 %inside, %j, %last;", "setp.le.u32 %inside, %j, %last;"},
	{"attention_32", "values of the next lane", "mad.lo.u32 %ka, %lane, 4, %vs;", "mad.lo.u32 %ka, %lane, 8, %vs;"},
}

// Mistakes in what a kernel computes or touches are noticed, by the emulator or by
// the comparison with the specification.
func TestMistakesAreNoticed(t *testing.T) {
	for _, m := range mistakes {
		t.Run(m.kernel+" "+m.kind, func(t *testing.T) {
			t.Parallel()
			changed := false
			r := newRig(t, 3, func(d *cudatest.Driver) {
				d.Edit = func(text string) string {
					if !strings.Contains(text, ".entry "+m.kernel+"(") && !strings.Contains(text, ".entry gemm_"+m.kernel+"(") {
						return text
					}
					changed = changed || strings.Contains(text, m.from)
					return strings.ReplaceAll(text, m.from, m.to)
				}
			})
			err := exercises[m.kernel](r)
			r.dev.Close()
			if !changed {
				t.Fatalf("the text has no %q", m.from)
			}
			if err == nil {
				t.Error("nothing fails")
			}
			t.Log(err)
		})
	}
}
