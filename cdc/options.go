package cdc

import (
	"fmt"

	"frontdoor/prompt"
)

// Options are CDC's settings. DefaultOptions has the values to begin with.
type Options struct {
	M        int // number of templates
	Coupling prompt.Coupling
	ViewSet  int    // augmentations: set 1, or set 2 with a random crop before each
	Template string // hand-crafted t^0, such as "a photo of a {}."

	Evidence Evidence
	Offset   Offset

	Diversity   float32 // weight of L_de
	Consistency float32 // weight of L_con
	KL          float32 // weight of the annealed KL term; 0 leaves it out

	// HandCrafted lets the hand-crafted template take part in the fusion at
	// test time, as an opinion like the others.
	HandCrafted bool
}

// DefaultOptions returns the recipe for m templates.
func DefaultOptions(m int, c prompt.Coupling, template string) Options {
	return Options{
		M:           m,
		Coupling:    c,
		ViewSet:     1,
		Template:    template,
		Diversity:   0.3,
		Consistency: 4,
		HandCrafted: true,
	}
}

// MaxTemplates is the largest M.
const MaxTemplates = 64

// check reports unusable options.
func (o *Options) check() error {
	if o.M < 1 || o.M > MaxTemplates {
		return fmt.Errorf("cdc: %d templates; choose 1 to %d", o.M, MaxTemplates)
	}
	return nil
}
