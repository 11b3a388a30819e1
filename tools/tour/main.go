// Command tour draws the figures of docs/tour with the code that the pages
// speak of. It takes seconds and the same picture comes out each time.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"frontdoor/clip"
)

func main() {
	out := flag.String("out", "docs/tour", "`DIR` to write the figures to")
	flag.Parse()
	if err := figures(*out); err != nil {
		fmt.Fprintf(os.Stderr, "tour: %v\n", err)
		os.Exit(1)
	}
}

// figures writes all figures into the folder dir.
func figures(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	model, err := clip.Tiny()
	if err != nil {
		return err
	}
	for _, figure := range []struct {
		name string
		draw func(path string, m *clip.Model) error
	}{
		{"1-exp.png", expError},
		{"2-gradient.png", gradientCheck},
		{"3-schedules.png", schedules},
		{"4-positions.png", positions},
		{"5-rows.png", textRows},
		{"6-matrix.png", matrix},
		{"7-do.png", interventions},
		{"8-views.png", views},
		{"8-words.png", words},
		{"9-evidence.png", evidence},
		{"9-fusion.png", fusion},
		{"10-reliability.png", reliability},
		{"11-tile.png", tile},
		{"12-shots.png", shots},
	} {
		if err := figure.draw(filepath.Join(dir, figure.name), model); err != nil {
			return fmt.Errorf("%s: %w", figure.name, err)
		}
	}
	return nil
}
