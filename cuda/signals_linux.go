package cuda

import (
	"fmt"
	"syscall"
	"unsafe"
)

// signals holds the handlers of all signals as the kernel keeps them: handler,
// flags, restorer and mask. The driver's library may install handlers without an
// alternate stack, which Go's runtime, whose stacks are small, does not survive.
type signals [64][4]uint64

// saveSignals reads the handlers.
func saveSignals() (*signals, error) {
	s := new(signals)
	for n := range s {
		if err := sigaction(n+1, nil, &s[n]); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// restore puts the handlers back that were changed since.
func (s *signals) restore() error {
	for n := range s {
		var now [4]uint64
		if err := sigaction(n+1, nil, &now); err != nil {
			return err
		}
		if now == s[n] {
			continue
		}
		if err := sigaction(n+1, &s[n], nil); err != nil {
			return err
		}
	}
	return nil
}

// sigaction is the system call, without the C library and without the runtime.
func sigaction(n int, set, old *[4]uint64) error {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(n), uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(old)), 8, 0, 0)
	if errno != 0 {
		return fmt.Errorf("cuda: handler of signal %d: %w", n, errno)
	}
	return nil
}
