package rundir

import (
	"fmt"
	"strings"

	"frontdoor/clip"
)

// TestBatch is how many images are classified at once, unless memory is short.
const TestBatch = 50

// Memory says how a method trades time for memory. The zero value keeps
// everything.
type Memory struct {
	// Recompute keeps of a block what goes in and computes the rest once more in
	// the backward. It changes no bit of the results.
	Recompute bool `json:"recompute,omitempty"`
	// MaxRows, if not 0, encodes the classes in chunks of so many rows of the
	// text tower, each once more in the backward. Sums over classes then run in
	// another order: results agree to rounding.
	MaxRows int `json:"max_rows,omitempty"`
	// TestBatch, if not 0, is how many images are classified at once. It changes
	// no bit either.
	TestBatch int `json:"test_batch,omitempty"`
}

// Apply sets the switches of a model.
func (m Memory) Apply(model *clip.Model) {
	model.Vision.Transformer.Recompute = m.Recompute
	model.Text.Transformer.Recompute = m.Recompute && m.MaxRows == 0 // a chunk is recomputed as it is
	model.Text.Saving.MaxRows = m.MaxRows
}

// String says it in words.
func (m Memory) String() string {
	var parts []string
	if m.Recompute {
		parts = append(parts, "blocks are recomputed in the backward")
	}
	if m.MaxRows > 0 {
		parts = append(parts, fmt.Sprintf("classes go in chunks of %d rows", m.MaxRows))
	}
	if m.TestBatch > 0 {
		parts = append(parts, fmt.Sprintf("test images come %d at a time", m.TestBatch))
	}
	if parts == nil {
		return "everything is kept"
	}
	return strings.Join(parts, ", ")
}

// Batch is how many test images are classified at once.
func (m Memory) Batch() int {
	if m.TestBatch > 0 {
		return m.TestBatch
	}
	return TestBatch
}
