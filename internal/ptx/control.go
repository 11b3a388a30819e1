package ptx

// Ends, barriers and what the threads of a warp do together.
func init() {
	control := func(name string, c class, args int) {
		instructions[name] = func(k *compiler) run {
			k.arguments(args)
			k.in.class = c
			return nil
		}
	}
	control("ret", exit, 0)
	control("exit", exit, 0)
	instructions["bar.sync"] = func(c *compiler) run {
		c.arguments(1)
		if r, ok := c.k.constants[0]; !ok || c.arg(0, register).index != r {
			c.refuse(c.in, "a barrier other than 0")
		}
		c.in.class = barrier
		return nil
	}
	instructions["bar.warp.sync"] = func(c *compiler) run {
		c.arguments(1)
		c.wholeWarp(0)
		return func(w *warp, lanes uint32) { w.syncs++ }
	}
	shuffle("bfly", func(l, b int) int { return l ^ b })
	shuffle("idx", func(l, b int) int { return b })
	shuffle("down", func(l, b int) int { return l + b })
}

// wholeWarp demands that argument i, the threads that take part, is all of them.
func (c *compiler) wholeWarp(i int) {
	if r, ok := c.k.constants[allLanes]; !ok || c.arg(i, register).index != r {
		c.refuse(c.in, "%s of a part of the warp", c.in.op)
	}
	c.in.class = collective
}

// shuffle is shfl.sync over the whole warp: each lane gets the value of another,
// its own if there is none.
func shuffle(mode string, from func(l, b int) int) {
	instructions["shfl.sync."+mode+".b32"] = func(c *compiler) run {
		c.arguments(5)
		d, a, b := c.target(0), c.source(1), c.source(2)
		if r, ok := c.k.constants[31]; !ok || c.arg(3, register).index != r {
			c.refuse(c.in, "a shuffle of parts of the warp")
		}
		c.wholeWarp(4)
		return func(w *warp, on uint32) {
			values := w.reg[a]
			for l := range 32 {
				if s := from(l, int(w.reg[b][l])); s < 32 {
					w.reg[d][l] = values[s]
				} else {
					w.reg[d][l] = values[l]
				}
			}
		}
	}
}
