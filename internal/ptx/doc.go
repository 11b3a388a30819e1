// Package ptx runs kernels written in PTX, the assembly language of NVIDIA's
// GPUs, on the CPU, and finds the faults that a GPU would hide.
//
// [Parse] reads a module, [Machine.Launch] runs one of its kernels over a grid.
// It is made for tests: it knows the about fifty instructions that the kernels
// of package cuda use and refuses any other by name and line.
//
// # What it checks
//
// The warps of a block are stepped in a random order that a seed decides, and
// every four bytes of memory have a shadow that knows who wrote and read them
// last and under which barrier. A launch stops with a [Fault] at
//
//   - an access outside of an allocation, or not aligned to its own size,
//   - a read of memory or of a register that nobody has written,
//   - two accesses of different threads to one place, one of them a write, with
//     no barrier in between, whatever the order in which they happened to run,
//   - a use of the target of cp.async before the wait that lands it,
//   - a barrier or a collective instruction that some threads never reach.
//
// Bank conflicts and memory sectors moved in vain are no faults: [Stats] counts
// them.
//
// # What it computes
//
// All arithmetic is that of the instruction set. Operations that a GPU may
// round in its own way (ex2.approx and the like) are off by an error within the
// documented bound, so that no test passes by their being exact. mma.sync
// follows the published model of the tensor cores (arXiv 2512.07004), with the
// parameters of the [Arch] that the machine imitates.
package ptx
