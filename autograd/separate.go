package autograd

import "sync/atomic"

// Separate stands in for an accelerator: it computes as CPU does, bit for bit, in
// memory that the host cannot reach, so that what was not brought to a device or
// back fails as it would on one. It also counts, which a [Meter] is tested by.
type Separate struct {
	cpu
	adds atomic.Int64
	ledger
}

// NewSeparate returns a device with no memory in use.
func NewSeparate() *Separate {
	s := new(Separate)
	s.separate, s.counted = true, &s.adds
	return s
}

// MultiplyAdds returns how many multiply-adds the kernels' matrix products took.
func (s *Separate) MultiplyAdds() int64 { return s.adds.Load() }

// New returns memory.
func (s *Separate) New(n int) Mem {
	s.take(n)
	return s.cpu.New(n)
}

// Free notes that the memory is not in use any more.
func (s *Separate) Free(m Mem) { s.give(m.N) }

// ledger counts bytes of memory.
type ledger struct{ inUse, peak int64 }

func (l *ledger) take(n int) {
	l.inUse += 4 * int64(n)
	l.peak = max(l.peak, l.inUse)
}

func (l *ledger) give(n int) { l.inUse -= 4 * int64(n) }

// InUse returns the bytes of memory that are in use now.
func (l *ledger) InUse() int64 { return l.inUse }

// Peak returns the most bytes that were in use at a time.
func (l *ledger) Peak() int64 { return l.peak }
