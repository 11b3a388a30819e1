package main

import (
	"context"
	"debug/buildinfo"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// bill is the software bill of materials of a program, as CycloneDX 1.6: the
// modules that the program itself says it was built from.
type bill struct {
	Format       string       `json:"bomFormat"`
	Spec         string       `json:"specVersion"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

type component struct {
	Type       string     `json:"type"`
	Ref        string     `json:"bom-ref"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	PURL       string     `json:"purl"`
	Properties []property `json:"properties,omitempty"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

// billOf reads what a program was built from out of the program.
func (s *sources) billOf(program string) (*bill, error) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return nil, err
	}
	own := componentOf("application", debug.Module{Path: info.Main.Path, Version: s.version})
	b := &bill{Format: "CycloneDX", Spec: "1.6", Version: 1,
		Metadata: metadata{s.when.Format(time.RFC3339), own}}
	d := dependency{Ref: own.Ref}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		c := componentOf("library", *m)
		c.Properties = []property{{"go:sum", m.Sum}} // the hash in go.sum, which is of a list of files
		b.Components = append(b.Components, c)
		d.DependsOn = append(d.DependsOn, c.Ref)
	}
	std := componentOf("library", debug.Module{Path: "std", Version: strings.TrimPrefix(info.GoVersion, "go")})
	b.Components = append(b.Components, std)
	b.Dependencies = []dependency{{own.Ref, append(d.DependsOn, std.Ref)}}
	return b, nil
}

// componentOf describes a module.
func componentOf(kind string, m debug.Module) component {
	purl := "pkg:golang/" + m.Path + "@" + m.Version
	return component{Type: kind, Ref: purl, Name: m.Path, Version: m.Version, PURL: purl}
}

// json returns the bill as a file.
func (b *bill) json() ([]byte, error) {
	text, err := json.MarshalIndent(b, "", "  ")
	return append(text, '\n'), err
}

// licences returns the licence files of all modules in a bill, and of Go.
func (s *sources) licences(ctx context.Context, b *bill) ([]member, error) {
	var members []member
	for _, c := range b.Components {
		query := []string{"list", "-m", "-f", "{{.Dir}}", c.Name}
		if c.Name == "std" {
			query = []string{"env", "GOROOT"}
		}
		dir, err := output(ctx, s.dir, []string{"GOFLAGS="}, "go", query...)
		if err != nil {
			return nil, err
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			name, _, _ := strings.Cut(strings.ToUpper(e.Name()), ".")
			if e.IsDir() || !slices.Contains([]string{"LICENSE", "LICENCE", "COPYING", "NOTICE", "PATENTS"}, strings.SplitN(name, "-", 2)[0]) {
				continue
			}
			text, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				return nil, err
			}
			members = append(members, member{name: "licences/" + c.Name + "/" + e.Name(), content: text, mode: 0o644})
		}
	}
	return members, nil
}
