package parallel

// Loop is a loop body with arguments, made once for many loops: a closure made for
// each loop would escape to the workers and be garbage after it.
type Loop[A any] struct{ calls *Pool[call[A]] }

// call is one running loop.
type call[A any] struct {
	args A
	run  func(lo, hi int)
}

// NewLoop returns the loop with this body, which works on [lo, hi) and must not
// keep a.
func NewLoop[A any](body func(a *A, lo, hi int)) *Loop[A] {
	return &Loop[A]{NewPool(func() *call[A] {
		c := new(call[A])
		c.run = func(lo, hi int) { body(&c.args, lo, hi) }
		return c
	})}
}

// For is the function For with the loop's body and these arguments. It allocates
// nothing after as many calls as run at once.
func (l *Loop[A]) For(n, grain int, args A) {
	c := l.calls.Get()
	c.args = args
	For(n, grain, c.run)
	var none A
	c.args = none
	l.calls.Put(c)
}
