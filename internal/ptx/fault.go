package ptx

import "fmt"

// Kind is a class of faults.
type Kind string

// The classes of faults that end a launch.
const (
	OutOfBounds   Kind = "access outside of memory"
	Misaligned    Kind = "misaligned access"
	Uninitialised Kind = "read of what nobody wrote"
	Race          Kind = "race"
	InFlight      Kind = "use of a copy in flight"
	Divergent     Kind = "threads apart at a barrier or a collective instruction"
	Endless       Kind = "no end"
)

// Fault is what ended a launch.
type Fault struct {
	Kind   Kind
	Kernel string
	Line   int    // of the module's text, counted from 1
	Text   string // the instruction
	Block  [3]int
	Thread int // within the block
	Detail string
}

// Error names the fault, the instruction and the thread.
func (f *Fault) Error() string {
	return fmt.Sprintf("ptx: %s: %s: block %v thread %d, line %d (%s): %s",
		f.Kernel, f.Kind, f.Block, f.Thread, f.Line, f.Text, f.Detail)
}

// Stats counts what costs a GPU time and is no fault.
type Stats struct {
	Instructions int // of warps
	SharedPasses int // passes over the banks of shared memory that accesses took
	SharedLeast  int // passes that they would take without bank conflicts
	Sectors      int // 32-byte sectors of global memory that accesses touched
	SectorsLeast int // sectors that hold as many bytes as the accesses asked for
	Products     int // mma.sync instructions
}

// Conflicts returns the passes lost to bank conflicts.
func (s Stats) Conflicts() int { return s.SharedPasses - s.SharedLeast }

// Scattered returns the sectors moved beyond what the accesses needed.
func (s Stats) Scattered() int { return s.Sectors - s.SectorsLeast }

// Plus adds counts up.
func (s Stats) Plus(t Stats) Stats {
	s.Instructions += t.Instructions
	s.SharedPasses += t.SharedPasses
	s.SharedLeast += t.SharedLeast
	s.Sectors += t.Sectors
	s.SectorsLeast += t.SectorsLeast
	s.Products += t.Products
	return s
}
