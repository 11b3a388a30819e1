// Package fifo makes named pipes for tests of readers that must not wait for one,
// and says so on systems that have none.
package fifo
