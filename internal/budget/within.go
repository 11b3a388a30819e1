package budget

import (
	"context"

	"frontdoor/internal/mmap"
)

// Within returns what read does, or the error of ctx as soon as that ends: for
// readers that work on a whole file in memory and could look at a context only
// everywhere. Such a reader then goes on by itself, up to its budget, which is
// seconds; what it still makes is given to drop, unless that is nil. Memory of a
// mapped file that is gone is an error, as [mmap.Guard] says.
func Within[T any](ctx context.Context, read func() (T, error), drop func(T)) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		r.err = mmap.Guard(func() (err error) { r.value, err = read(); return err })
		done <- r
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		if drop != nil {
			go func() {
				if r := <-done; r.err == nil {
					drop(r.value)
				}
			}()
		}
		return none, ctx.Err()
	}
}
