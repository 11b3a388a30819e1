// Package lockfile lets one process at a time hold something, such as a
// folder, by a file in it.
//
// The file says which process holds it. It is made with O_EXCL, so two
// processes cannot both make it. It outlives a process that is killed, so a
// lock counts only while its process lives: otherwise the next one takes it
// over, and nobody needs to clean up.
package lockfile
