// Package parallel spreads a loop over the processor's cores.
//
// For cuts [0, n) into chunks whose boundaries depend on n and the grain only,
// never on the number of workers, so that a caller that reduces chunk by chunk
// gets the same bits on any machine. The workers are goroutines that stay
// between calls; the caller always works too, and a call from inside a chunk
// is safe: it runs its own chunks itself, with the help of idle workers.
//
// Idle workers and waiting callers spin for some microseconds before they block,
// since a model runs loop after loop. Free threads take the next chunk, so that a
// worker that the operating system has preempted delays only its own chunk.
package parallel
