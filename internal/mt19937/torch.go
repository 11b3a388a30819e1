package mt19937

import "fmt"

// Torch draws what PyTorch's default CPU generator draws after
// torch.manual_seed. It is not safe for concurrent use.
type Torch struct{ mt generator }

// NewTorch returns the generator after torch.manual_seed(seed), which uses the
// low 32 bits.
func NewTorch(seed uint64) *Torch {
	t := new(Torch)
	t.mt.seed(uint32(seed))
	return t
}

// Uint32 returns the next 32 bits.
func (t *Torch) Uint32() uint32 { return t.mt.uint32() }

// Skip passes over n draws of 32 bits.
func (t *Torch) Skip(n uint64) { t.mt.skip(n) }

// Int63 returns what torch.empty((), dtype=int64).random_() holds: the base
// seeds of data loaders are drawn with it.
func (t *Torch) Int63() int64 {
	hi := uint64(t.mt.uint32())
	return int64((hi<<32 | uint64(t.mt.uint32())) &^ (1 << 63))
}

// Float32 returns a uniform number in [0, 1) of 24 bits.
func (t *Torch) Float32() float32 {
	return float32(t.mt.uint32()&(1<<24-1)) / (1 << 24)
}

// IntN returns what torch.randint(0, n, ()) holds. It panics unless n is
// between 1 and 2^32 - 1.
func (t *Torch) IntN(n int) int {
	if n < 1 || uint64(n) > 1<<32-1 {
		panic(fmt.Sprintf("mt19937.IntN: bad bound %d", n))
	}
	return int(t.mt.uint32() % uint32(n))
}

// Perm returns torch.randperm(n).
func (t *Torch) Perm(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	for i := range n - 1 {
		j := i + t.IntN(n-i)
		p[i], p[j] = p[j], p[i]
	}
	return p
}
