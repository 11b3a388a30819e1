// Command kernels writes the PTX of package cuda out: it expands the templates
// cuda/*.ptx.tmpl into cuda/ptx/*.ptx, one file for each variant of a tile. Run
// it from the folder cuda, as go generate does, after a change of a template.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

// variant is one expansion of a template.
type variant struct {
	name string
	data any
}

// tile describes a product on the tensor cores: a block of M x N results, a
// warp's share of them, and how many tiles of 32 steps in K are on their way at
// once. Halves is how many halves of the second factor there are.
type tile struct {
	Name                 string
	M, N, WarpM, WarpN   int
	Stages, Halves       int
	Warps, Threads, Tail int
}

func newTile(m, n, warpM, warpN, stages, halves int) variant {
	t := tile{M: m, N: n, WarpM: warpM, WarpN: warpN, Stages: stages, Halves: halves}
	t.Name = fmt.Sprintf("gemm_x%d_%dx%d", halves+1, m, n)
	t.Warps = (m / warpM) * (n / warpN)
	t.Threads = 32 * t.Warps
	return variant{t.Name, t}
}

// heads are the widest heads that a variant of attention takes.
type heads struct{ Width, Parts int }

// variants lists the expansions of templates that have several.
var variants = map[string][]variant{
	"gemm": {
		newTile(128, 128, 64, 32, 3, 1), newTile(64, 64, 32, 32, 4, 1), newTile(32, 64, 16, 32, 4, 1),
		newTile(128, 128, 64, 32, 3, 2), newTile(64, 64, 32, 32, 4, 2), newTile(32, 64, 16, 32, 4, 2),
	},
	"attention": {
		{"attention_32", heads{32, 1}}, {"attention_64", heads{64, 2}}, {"attention_128", heads{128, 4}},
	},
}

var functions = template.FuncMap{
	"list": func(items ...any) []any { return items },
	"seq": func(n int) []int {
		s := make([]int, n)
		for i := range s {
			s[i] = i
		}
		return s
	},
	"add": func(xs ...int) (s int) {
		for _, x := range xs {
			s += x
		}
		return s
	},
	"sub": func(a, b int) int { return a - b },
	"mul": func(xs ...int) int {
		p := 1
		for _, x := range xs {
			p *= x
		}
		return p
	},
	"div": func(a, b int) int { return a / b },
	"mod": func(a, b int) int { return a % b },
	"log2": func(n int) (l int) {
		for 1<<l < n {
			l++
		}
		return l
	},
	"args": func(pairs ...any) map[string]any {
		m := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i].(string)] = pairs[i+1]
		}
		return m
	},
}

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "kernels:", err)
		os.Exit(1)
	}
}

// run writes the kernels of the templates in a folder.
func run(dir string) error {
	files, err := expand(dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "ptx"), 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, "ptx", name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// expand returns the text of all kernels by file name.
func expand(dir string) (map[string][]byte, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.ptx.tmpl"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no templates in %s", dir)
	}
	files := map[string][]byte{}
	for _, path := range paths {
		base := filepath.Base(path)
		t, err := template.New(base).Funcs(functions).ParseFiles(path, filepath.Join(dir, "common.tmpl"))
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(base, ".ptx.tmpl")
		vs := variants[name]
		if vs == nil {
			vs = []variant{{name, nil}}
		}
		for _, v := range vs {
			var out bytes.Buffer
			fmt.Fprintf(&out, "// Made by go generate from %s. Do not edit.\n\n", base)
			if err := t.Execute(&out, v.data); err != nil {
				return nil, err
			}
			files[v.name+".ptx"] = out.Bytes()
		}
	}
	return files, nil
}
