// Package budget bounds what reading a file may cost. A few bytes of a file can
// ask for any amount of memory or time: by a length that is announced, by
// compression, or by reading the same part again and again. A reader therefore
// counts what it is about to allocate and to do against a budget that follows
// from the length of the file, and stops where an honest file would be done.
package budget

import (
	"errors"
	"fmt"
)

// Budget is what may still be spent on a file. The zero value is spent.
type Budget struct {
	bytes, work int64
	size        int64
}

// Rates say what a file of a kind may cost: some in any case, and so much for
// each of its bytes.
type Rates struct {
	FreeBytes, BytesPerByte int64 // memory
	FreeWork, WorkPerByte   int64 // steps, of some nanoseconds each
}

// For returns the budget of a file of size bytes.
func (r Rates) For(size int64) *Budget {
	size = max(0, min(size, 1<<40)) // so that nothing overflows
	return &Budget{r.FreeBytes + size*r.BytesPerByte, r.FreeWork + size*r.WorkPerByte, size}
}

// ErrSpent is the error of a reader that would pass its budget.
var ErrSpent = errors.New("it is damaged, or made to do harm")

// Bytes counts n bytes of memory before they are allocated, and returns an
// error that is ErrSpent if that is more than is left.
func (b *Budget) Bytes(n int64) error {
	if n < 0 || n > b.bytes {
		b.bytes = 0
		return fmt.Errorf("its %d bytes ask for more memory than such a file needs: %w", b.size, ErrSpent)
	}
	b.bytes -= n
	return nil
}

// Work counts n steps before they are done, and returns an error that is
// ErrSpent if that is more than is left.
func (b *Budget) Work(n int64) error {
	if n < 0 || n > b.work {
		b.work = 0
		return fmt.Errorf("its %d bytes ask for more work than such a file needs: %w", b.size, ErrSpent)
	}
	b.work -= n
	return nil
}

// Left is how much memory is left, for a reader that cannot know before how much
// it will take.
func (b *Budget) Left() int64 { return b.bytes }
