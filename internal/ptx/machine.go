package ptx

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
)

// Machine runs kernels on its memory. It is used by one goroutine at a time.
type Machine struct {
	Memory Memory
	Arch   Arch   // whose tensor cores mma.sync imitates
	Seed   uint64 // decides the order of blocks and warps
	Steps  int    // most instructions of a block's warps; 0 means 2^27

	launch uint32
	rng    *rand.Rand
	smem   region
}

// Dim is a number of blocks or threads in three directions; zeros count as 1.
type Dim struct{ X, Y, Z int }

func (d Dim) each() (x, y, z int) { return max(1, d.X), max(1, d.Y), max(1, d.Z) }

// Launch runs a kernel on a grid of blocks of some threads, with so many bytes
// of dynamic shared memory and the parameter block params. The error is a
// [*Fault] if the kernel is at fault.
func (m *Machine) Launch(k *Kernel, grid Dim, threads, shared int, params []byte) (s Stats, err error) {
	switch {
	case threads <= 0 || threads > 1024 || threads%32 != 0:
		return s, fmt.Errorf("ptx: %s: blocks of %d threads are not whole warps", k.Name, threads)
	case len(params) != k.ParamBytes():
		return s, fmt.Errorf("ptx: %s: %d bytes of parameters, not %d", k.Name, len(params), k.ParamBytes())
	}
	if m.Steps == 0 {
		m.Steps = 1 << 27
	}
	m.launch++
	m.rng = rand.New(rand.NewPCG(m.Seed, uint64(m.launch)))
	x, y, z := grid.each()
	b := newBlock(m, k, threads, params, Dim{x, y, z})
	defer func() {
		s = b.stats
		if r := recover(); r != nil {
			f, ok := r.(*Fault)
			if !ok {
				panic(r)
			}
			err = f
		}
	}()
	for _, i := range m.rng.Perm(x * y * z) {
		m.smem.clear(k.Static + shared)
		b.run(i)
	}
	return b.stats, nil
}

// block is the block of threads that runs.
type block struct {
	m      *Machine
	k      *Kernel
	params []byte
	grid   Dim
	index  int
	bars   uint32
	warps  []*warp
	stats  Stats
	steps  int
	words  bankWords // of the access that is being counted
}

func newBlock(m *Machine, k *Kernel, threads int, params []byte, grid Dim) *block {
	b := &block{m: m, k: k, params: params, grid: grid}
	for i := range threads / 32 {
		b.warps = append(b.warps, &warp{
			b: b, id: i,
			reg: make([]lanes, k.registers), defined: make([]uint32, k.registers),
			pred: make([]uint32, k.preds), predDefined: make([]uint32, k.preds),
		})
	}
	return b
}

// position returns the block's place in the grid.
func (b *block) position() [3]int {
	return [3]int{b.index % b.grid.X, b.index / b.grid.X % b.grid.Y, b.index / (b.grid.X * b.grid.Y)}
}

// run executes the block, a random warp for a random while at a time.
func (b *block) run(index int) {
	b.index, b.bars, b.steps = index, 0, 0
	for _, w := range b.warps {
		w.start()
	}
	ready := make([]*warp, 0, len(b.warps))
	for {
		ready = ready[:0]
		waiting, gone := 0, 0
		for _, w := range b.warps {
			switch {
			case w.live == 0:
				gone++
			case w.waiting:
				waiting++
			default:
				ready = append(ready, w)
			}
		}
		switch {
		case len(ready) > 0:
			w := ready[b.m.rng.IntN(len(ready))]
			for n := 1 + b.m.rng.IntN(48); n > 0 && w.live != 0 && !w.waiting; n-- {
				w.step()
			}
		case gone == len(b.warps):
			b.finish()
			return
		case gone > 0:
			b.release(func(w *warp) { w.fault(Divergent, 0, "%d warps have ended without this barrier", gone) })
		default:
			b.bars++
			b.release(nil)
		}
	}
}

// release lets the warps that wait at the barrier go on, or complains of the
// first.
func (b *block) release(complain func(w *warp)) {
	for _, w := range b.warps {
		if w.waiting {
			if complain != nil {
				complain(w)
			}
			w.waiting = false
			w.groups[0].pc++
		}
	}
}

// finish checks that no copy is left in flight.
func (b *block) finish() {
	for _, w := range b.warps {
		for l := range w.copies {
			if w.copies[l].pending() {
				w.fault(InFlight, l, "the thread ends before its copies have landed")
			}
		}
	}
}

// fault stops the launch.
func (w *warp) fault(kind Kind, lane int, format string, args ...any) {
	f := &Fault{
		Kind: kind, Kernel: w.b.k.Name, Block: w.b.position(), Thread: w.id*32 + lane,
		Detail: fmt.Sprintf(format, args...),
	}
	if w.now != nil {
		f.Line, f.Text = w.now.line, trim(w.b.k.lines[w.now.line-1])
	}
	panic(f)
}

func first(lanes uint32) int { return bits.TrailingZeros32(lanes) }
