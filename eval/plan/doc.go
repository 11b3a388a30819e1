// Package plan says what a run will take on this machine, before it runs, and
// chooses how it saves memory.
//
// Operations and bytes come from running a step on a meter, seconds from
// about a second of measurement with the model's own blocks. [New] goes through
// the cells as the run does and tracks what is cached by then. [FitMemory] picks
// for each kind of cell the fastest saving that fits: blocks
// recomputed in the backward, classes in chunks. None changes more than the order
// of a sum (docs/savings.md).
package plan
