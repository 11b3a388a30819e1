package budget

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestBudget(t *testing.T) {
	b := Rates{FreeBytes: 10, BytesPerByte: 2, FreeWork: 1, WorkPerByte: 1}.For(5) // 20 bytes, 6 steps
	for _, n := range []int64{0, 15, 5} {
		if err := b.Bytes(n); err != nil {
			t.Fatal(err)
		}
	}
	if b.Left() != 0 {
		t.Errorf("%d bytes are left", b.Left())
	}
	if err := b.Work(6); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{b.Bytes(1), b.Work(1), b.Bytes(-1), b.Work(math.MinInt64), new(Budget).Bytes(1)} {
		if !errors.Is(err, ErrSpent) {
			t.Errorf("error %v", err)
		}
	}
	if err := b.Work(1); !strings.Contains(err.Error(), "its 5 bytes") {
		t.Error(err)
	}
	// Once passed, a budget is spent.
	c := Rates{FreeBytes: 10}.For(0)
	if c.Bytes(11) == nil || c.Bytes(1) == nil {
		t.Error("a budget that was passed goes on")
	}
	if d := (Rates{BytesPerByte: 1000}).For(math.MaxInt64); d.Left() <= 0 {
		t.Errorf("an endless file has %d bytes", d.Left())
	}
}
