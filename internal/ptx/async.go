package ptx

// copies holds what a thread has asked cp.async for: groups that were
// committed, oldest first, and what came after.
type copies struct {
	groups [][]asyncCopy
	open   []asyncCopy
}

// asyncCopy is one cp.async: bytes on their way into shared memory.
type asyncCopy struct {
	to   uint64
	data [16]byte
	n    int
}

func (c *copies) reset() { c.groups, c.open = c.groups[:0], c.open[:0] }

func (c *copies) pending() bool {
	for _, g := range c.groups {
		if len(g) > 0 {
			return true
		}
	}
	return len(c.open) > 0
}

func init() {
	asyncCopies("cp.async.ca.shared.global")
	asyncCopies("cp.async.cg.shared.global")
	instructions["cp.async.commit_group"] = func(c *compiler) run {
		c.arguments(0)
		return func(w *warp, on uint32) {
			each(on, func(l int) {
				t := &w.copies[l]
				t.groups = append(t.groups, t.open)
				t.open = nil
			})
		}
	}
	instructions["cp.async.wait_group"] = func(c *compiler) run {
		c.arguments(1)
		n := c.source(0)
		return func(w *warp, on uint32) {
			each(on, func(l int) { w.land(l, len(w.copies[l].groups)-int(w.reg[n][l])) })
		}
	}
	instructions["cp.async.wait_all"] = func(c *compiler) run {
		c.arguments(0)
		return func(w *warp, on uint32) {
			each(on, func(l int) {
				t := &w.copies[l]
				t.groups, t.open = append(t.groups, t.open), nil
				w.land(l, len(t.groups))
			})
		}
	}
}

// asyncCopies defines cp.async [to], [from], n or, with how many bytes to read
// before zeros follow, cp.async [to], [from], n, bytes.
func asyncCopies(name string) {
	instructions[name] = func(c *compiler) run {
		if len(c.in.args) != 3 && len(c.in.args) != 4 {
			c.refuse(c.in, "%s has %d arguments", c.in.op, len(c.in.args))
		}
		to, from := c.place(0, false), c.place(1, true)
		n := c.copyBytes(2)
		if n != 16 && name == "cp.async.cg.shared.global" {
			c.refuse(c.in, "cp.async.cg of %d bytes", n)
		}
		size := -1
		if len(c.in.args) == 4 {
			size = c.source(3)
		}
		return func(w *warp, on uint32) {
			w.count(&to, on, n)
			w.countSectors(&from, on, n)
			each(on, func(l int) {
				read := n
				if size >= 0 {
					read = int(uint32(w.reg[size][l]))
				}
				w.send(l, to.at(w, l), from.at(w, l), n, read)
			})
		}
	}
}

// copyBytes returns the constant that argument i is.
func (c *compiler) copyBytes(i int) int {
	r := c.arg(i, register).index
	for _, n := range []int{4, 8, 16} {
		if at, ok := c.k.constants[uint64(n)]; ok && at == r {
			return n
		}
	}
	c.refuse(c.in, "cp.async of neither 4, 8 nor 16 bytes")
	return 0
}

// send starts a copy of n bytes, of which those behind the first read are
// zeros. Its target is out of reach until it lands.
func (w *warp) send(l int, to, from uint64, n, read int) {
	if read < 0 || read > n {
		w.fault(OutOfBounds, l, "cp.async of %d bytes out of %d", read, n)
	}
	c := asyncCopy{to: to, n: n}
	if from%uint64(n) != 0 {
		w.fault(Misaligned, l, "cp.async of %d bytes from %#x", n, from)
	}
	for i := 0; i < read; i += cell {
		copy(c.data[i:min(i+cell, read)], w.readable(true, l, from+uint64(i), cell, false))
	}
	_, _, cells := w.locate(false, l, to, n)
	now := w.access(l)
	for i := range cells {
		w.claim(&cells[i], &now, l, to+uint64(i*cell), w.epoch(false))
		cells[i].flight = true
	}
	t := &w.copies[l]
	t.open = append(t.open, c)
}

// land completes the n oldest groups of a lane.
func (w *warp) land(l, n int) {
	t := &w.copies[l]
	if n <= 0 {
		return
	}
	now := w.access(l)
	for _, g := range t.groups[:n] {
		for i := range g {
			c := &g[i]
			r, at, cells := w.locate(false, l, c.to, c.n)
			copy(r.data[at:at+c.n], c.data[:c.n])
			r.fill(at, c.n)
			for j := range cells {
				cells[j].flight, cells[j].write = false, now
			}
		}
	}
	t.groups = append(t.groups[:0], t.groups[n:]...)
}
