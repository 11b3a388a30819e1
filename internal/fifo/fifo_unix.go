//go:build unix

package fifo

import "syscall"

// Make makes a named pipe at path, for its owner alone.
func Make(path string) error { return syscall.Mkfifo(path, 0o600) }
