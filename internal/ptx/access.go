package ptx

import (
	"encoding/binary"
	"strings"
)

// Loads and stores. Elements have four or eight bytes.
func init() {
	for _, t := range []string{"b32", "u32", "s32", "f32", "b64", "u64", "s64", "f64"} {
		size := width(t)
		loadParameter("ld.param."+t, size)
		for n, v := range map[int]string{1: "", 2: ".v2", 4: ".v4"} {
			if n*size > 16 {
				continue
			}
			load("ld.global"+v+"."+t, true, n, size)
			load("ld.global.nc"+v+"."+t, true, n, size)
			load("ld.shared"+v+"."+t, false, n, size)
			store("st.global"+v+"."+t, true, n, size)
			store("st.shared"+v+"."+t, false, n, size)
		}
	}
}

// place is an address argument: a register or a fixed address, and an offset.
type place struct {
	reg    int // or -1
	off    uint64
	global bool
}

// place returns the address that argument i gives.
func (c *compiler) place(i int, global bool) place {
	a := c.arg(i, address)
	p := place{reg: a.index, off: uint64(a.off), global: global}
	if a.index >= 0 {
		c.in.reads = append(c.in.reads, a.index)
		return p
	}
	at, ok := c.k.shared[a.name]
	if !ok || global {
		c.refuse(c.in, "there is no %s to access", a.name)
	}
	p.off += at
	return p
}

// at returns the address of a lane. Shared addresses have 32 bits.
func (p *place) at(w *warp, l int) uint64 {
	a := p.off
	if p.reg >= 0 {
		a += w.reg[p.reg][l]
	}
	if !p.global {
		a &= 1<<32 - 1
	}
	return a
}

func loadParameter(name string, size int) {
	instructions[name] = func(c *compiler) run {
		c.arguments(2)
		d, a := c.target(0), c.arg(1, address)
		at := -1
		for _, p := range c.k.Params {
			if p.Name == a.name && a.off == 0 {
				at = p.Offset
				if p.Size != size {
					c.refuse(c.in, "%d bytes of a parameter of %d", size, p.Size)
				}
			}
		}
		if at < 0 {
			c.refuse(c.in, "there is no parameter %s", a.name)
		}
		return func(w *warp, on uint32) {
			v := element(w.b.params[at:], size)
			each(on, func(l int) { w.reg[d][l] = v })
		}
	}
}

func element(p []byte, size int) uint64 {
	if size == 4 {
		return uint64(binary.LittleEndian.Uint32(p))
	}
	return binary.LittleEndian.Uint64(p)
}

func load(name string, global bool, n, size int) {
	instructions[name] = func(c *compiler) run {
		c.arguments(2)
		var ds []int
		if n == 1 {
			ds = []int{c.target(0)}
		} else {
			ds = c.targets(0, n)
		}
		p := c.place(1, global)
		constant := strings.HasPrefix(name, "ld.global.nc")
		return func(w *warp, on uint32) {
			w.count(&p, on, n*size)
			for l := range 32 {
				if on>>l&1 == 0 {
					continue
				}
				from := w.readable(global, l, p.at(w, l), n*size, constant)
				for i, d := range ds {
					w.reg[d][l] = element(from[i*size:], size)
				}
			}
		}
	}
}

func store(name string, global bool, n, size int) {
	instructions[name] = func(c *compiler) run {
		c.arguments(2)
		p := c.place(0, global)
		var rs []int
		if n == 1 {
			rs = []int{c.source(1)}
		} else {
			rs = c.sources(1, n)
		}
		return func(w *warp, on uint32) {
			w.count(&p, on, n*size)
			for l := range 32 {
				if on>>l&1 == 0 {
					continue
				}
				to := w.writable(global, l, p.at(w, l), n*size)
				for i, r := range rs {
					if v := w.reg[r][l]; size == 4 {
						binary.LittleEndian.PutUint32(to[i*size:], uint32(v))
					} else {
						binary.LittleEndian.PutUint64(to[i*size:], v)
					}
				}
			}
		}
	}
}

// locate returns n bytes of memory and the shadows of their cells, after a look
// at bounds and alignment.
func (w *warp) locate(global bool, l int, address uint64, n int) (*region, int, []shadow) {
	r, at := &w.b.m.smem, int(address)
	if global {
		var err error
		if r, at, err = w.b.m.Memory.find(address, n); err != nil {
			w.fault(OutOfBounds, l, "global memory: %v", err)
		}
	} else if address+uint64(n) > uint64(len(r.data)) {
		w.fault(OutOfBounds, l, "shared memory: %d bytes at %d of %d", n, address, len(r.data))
	}
	if address%uint64(n) != 0 {
		w.fault(Misaligned, l, "%d bytes at %#x", n, address)
	}
	if r.shadow == nil {
		r.shadow = make([]shadow, len(r.filled))
	}
	return r, at, r.shadow[at/cell : (at+n+cell-1)/cell]
}

// readable returns n bytes that a lane reads.
func (w *warp) readable(global bool, l int, address uint64, n int, constant bool) []byte {
	r, at, cells := w.locate(global, l, address, n)
	if i := r.unfilled(at, n); i >= 0 {
		kind, detail := Uninitialised, "nobody has written it"
		if cells[0].flight && cells[0].epoch == w.epoch(global) {
			kind, detail = InFlight, "the copy there has not landed"
		}
		w.fault(kind, l, "%d bytes at %#x: %s", n, address, detail)
	}
	now, warps, epoch := w.access(l), int32(len(w.b.warps)), w.epoch(global)
	for i := range cells {
		c := &cells[i]
		c.renew(epoch)
		switch {
		case c.flight:
			w.fault(InFlight, l, "%#x is read before the copy there has landed", address+uint64(i*cell))
		case !c.write.before(&now, warps):
			w.fault(Race, l, "%#x is read here and written by %s", address+uint64(i*cell), c.write.by(warps))
		case constant && c.write.who != 0:
			w.fault(Race, l, "%#x is read as constant memory and was written in this launch", address+uint64(i*cell))
		}
		c.read.add(&now, warps)
	}
	return r.data[at : at+n]
}

// writable returns n bytes that a lane writes.
func (w *warp) writable(global bool, l int, address uint64, n int) []byte {
	r, at, cells := w.locate(global, l, address, n)
	now := w.access(l)
	for i := range cells {
		w.claim(&cells[i], &now, l, address+uint64(i*cell), w.epoch(global))
	}
	r.fill(at, n)
	return r.data[at : at+n]
}

// claim notes a write of a cell.
func (w *warp) claim(c *shadow, now *access, l int, address uint64, epoch uint32) {
	warps := int32(len(w.b.warps))
	c.renew(epoch)
	switch {
	case c.flight:
		w.fault(InFlight, l, "%#x is written before the copy there has landed", address)
	case !c.write.before(now, warps):
		w.fault(Race, l, "%#x is written here and by %s", address, c.write.by(warps))
	case !c.read.before(now, warps):
		w.fault(Race, l, "%#x is written here and read by %s", address, c.read.by(warps))
	}
	c.write, c.read = *now, access{}
}

// epoch tells the launch, or the block, of accesses.
func (w *warp) epoch(global bool) uint32 {
	if global {
		return w.b.m.launch
	}
	return w.b.m.smem.epoch
}

// renew forgets what earlier launches, or blocks, did.
func (c *shadow) renew(epoch uint32) {
	if c.epoch != epoch {
		*c = shadow{epoch: epoch}
	}
}
