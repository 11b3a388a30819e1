package mt19937

import (
	"fmt"
	"math/bits"
)

// Python draws what CPython's random.Random draws after the same seed. It is
// not safe for concurrent use.
type Python struct{ mt generator }

// NewPython returns random.Random(seed). Like CPython it ignores the sign.
func NewPython(seed int64) *Python {
	n := uint64(seed)
	if seed < 0 {
		n = -n
	}
	key := []uint32{uint32(n)}
	if hi := uint32(n >> 32); hi != 0 {
		key = append(key, hi)
	}
	p := new(Python)
	p.mt.seedArray(key)
	return p
}

// bits returns a uniform number of k bits. It panics unless k is
// between 1 and 32.
func (p *Python) bits(k int) uint32 {
	if k < 1 || k > 32 {
		panic(fmt.Sprintf("mt19937.bits: want 1 to 32 bits, have %d", k))
	}
	return p.mt.uint32() >> (32 - k)
}

// below returns a uniform number in [0, n), by rejection. It panics unless
// n is between 1 and 2^32 - 1.
func (p *Python) below(n int) int {
	if n < 1 || uint64(n) > 1<<32-1 {
		panic(fmt.Sprintf("mt19937.below: bad bound %d", n))
	}
	k := bits.Len(uint(n))
	for {
		if v := int(p.bits(k)); v < n {
			return v
		}
	}
}

// Sample returns the positions that random.sample(population, k) picks from a
// population of n, in the order in which it returns them. It panics unless
// 0 <= k <= n.
func (p *Python) Sample(n, k int) []int {
	if k < 0 || k > n {
		panic(fmt.Sprintf("mt19937.Sample: cannot take %d of %d", k, n))
	}
	out := make([]int, k)
	if n <= poolLimit(k) {
		pool := make([]int, n)
		for i := range pool {
			pool[i] = i
		}
		for i := range out {
			j := p.below(n - i)
			out[i] = pool[j]
			pool[j] = pool[n-i-1]
		}
		return out
	}
	seen := make(map[int]bool, k)
	for i := range out {
		j := p.below(n)
		for seen[j] {
			j = p.below(n)
		}
		seen[j] = true
		out[i] = j
	}
	return out
}

// poolLimit is the size up to which CPython copies the population instead of
// remembering what it has picked: where a list takes no more memory than a set
// of k, which is 21 plus the smallest power of four not below 3k.
func poolLimit(k int) int {
	limit := 21
	if k > 5 {
		p := 1
		for p < 3*k {
			p *= 4
		}
		limit += p
	}
	return limit
}

// Shuffle permutes n things as random.shuffle does, by calls of swap. It does
// nothing for n below 2.
func (p *Python) Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, p.below(i+1))
	}
}
