package parallel

import "sync"

// Pool keeps working memory between calls, loop bodies for instance whose
// functions are made once. Unlike a sync.Pool it survives garbage collections,
// so that a training loop allocates only in its first step.
type Pool[T any] struct {
	mu   sync.Mutex
	free []*T
	make func() *T
}

// NewPool returns an empty pool that makes what it does not have.
func NewPool[T any](make func() *T) *Pool[T] { return &Pool[T]{make: make} }

// Get takes one out, in the state in which Put left it.
func (s *Pool[T]) Get() *T {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := len(s.free) - 1; last >= 0 {
		x := s.free[last]
		s.free = s.free[:last]
		return x
	}
	return s.make()
}

// Put gives one back.
func (s *Pool[T]) Put(x *T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, x)
}
