// Package torchorder gives the training images in the order, and with the
// random numbers, of PyTorch's data loader as the published experiments used
// it: a random permutation an epoch, eight workers that take batches in turn,
// and a generator of its own for each worker, seeded anew every epoch.
//
//	epoch:   base seed, then sampler seed from the default generator
//	order:   randperm of a generator with the sampler seed
//	batch b: worker b mod 8, whose generator has the base seed plus its number
//
// The default generator stands where building the model has left it, see
// [CLIPDraws].
package torchorder

import (
	"sync"

	"frontdoor/internal/mt19937"
)

// Workers is the number of loader processes in the published configurations.
const Workers = 8

// Order is the sequence of epochs of one training. It is safe for concurrent
// use.
type Order struct {
	mu     sync.Mutex
	gen    *mt19937.Torch
	epochs []Epoch
}

// Epoch holds the seeds of one epoch.
type Epoch struct {
	Base    int64 // of the workers
	Sampler int64 // of the permutation
}

// New returns the order of a run whose seed is seed and that has drawn so many
// 32-bit numbers from the default generator before training.
func New(seed, drawn uint64) *Order {
	o := &Order{gen: mt19937.NewTorch(seed)}
	o.gen.Skip(drawn)
	return o
}

// Epoch returns epoch e, counted from 0.
func (o *Order) Epoch(e int) Epoch {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.epochs) <= e {
		base := o.gen.Int63()
		o.epochs = append(o.epochs, Epoch{Base: base, Sampler: o.gen.Int63()})
	}
	return o.epochs[e]
}

// Perm returns the order of n images in the epoch.
func (e Epoch) Perm(n int) []int { return mt19937.NewTorch(uint64(e.Sampler)).Perm(n) }

// Worker returns the generator of worker w, 0 to Workers-1, at the beginning of
// the epoch.
func (e Epoch) Worker(w int) *mt19937.Torch { return mt19937.NewTorch(uint64(e.Base + int64(w))) }
