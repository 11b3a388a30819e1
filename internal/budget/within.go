package budget

import (
	"context"

	"frontdoor/internal/mmap"
)

// Within returns what read does, or the error of ctx as soon as that ends: for
// readers that work on a whole file in memory and could look at a context only
// everywhere. Such a reader then goes on by itself, up to its budget, which is
// seconds; what it still makes is given to drop, unless that is nil. Memory of a
// mapped file that is gone is an error, as [mmap.Guard] says; another panic of read
// reaches the caller.
func Within[T any](ctx context.Context, read func() (T, error), drop func(T)) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	type result struct {
		value    T
		err      error
		panicked any
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			r.panicked = recover()
			done <- r
		}()
		r.err = mmap.Guard(func() (err error) { r.value, err = read(); return err })
	}()
	select {
	case r := <-done:
		if r.panicked != nil {
			panic(r.panicked)
		}
		return r.value, r.err
	case <-ctx.Done():
		if drop != nil {
			go func() {
				if r := <-done; r.err == nil && r.panicked == nil {
					drop(r.value)
				}
			}()
		}
		return none, ctx.Err()
	}
}
