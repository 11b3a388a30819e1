// Package parallel spreads a loop over the processor's cores.
//
// For cuts [0, n) into chunks whose boundaries depend on n and the grain only,
// never on the number of workers, so that a caller that reduces chunk by chunk
// gets the same bits on any machine. The workers are goroutines that stay
// between calls; the caller always works too, and a call from inside a chunk
// is safe: it runs its own chunks itself and takes whatever help is idle.
//
// Who waits, a worker for the next loop or a caller for the last helper, watches
// for some microseconds before it sleeps, since a model asks for loop after
// loop. Chunks are taken as threads come free, so that a worker that the
// operating system has put aside delays only the chunk it holds.
package parallel
