package ptx

import (
	"slices"
	"strings"
)

// compile turns each instruction into a function of the warp and the lanes that
// take part.
func (e *entry) compile() {
	for i := range e.k.instr {
		in := &e.k.instr[i]
		if in.op == "bra" {
			target, ok := e.labels[in.label]
			if !ok {
				e.refuse(in, "there is no label %s", in.label)
			}
			in.target, in.class = target, branch
			continue
		}
		name := strings.Join(append([]string{in.op}, in.mods...), ".")
		build, ok := instructions[name]
		if !ok {
			e.refuse(in, "instruction %s is not known here", name)
		}
		c := &compiler{e, in}
		in.run = build(c)
		for r := range slices.Values(in.writes) {
			if r >= e.k.registers {
				e.refuse(in, "writes to what is no register")
			}
		}
	}
}

func (e *entry) refuse(in *instr, format string, args ...any) {
	for e.at = 0; e.at < len(e.tokens)-1 && e.tokens[e.at].line < in.line; e.at++ {
	}
	e.fail(format, args...)
}

// run is what an instruction does for some lanes of a warp.
type run = func(w *warp, lanes uint32)

// instructions holds all that is known, by the opcode with its suffixes. Each
// looks at its arguments and returns what runs.
var instructions = map[string]func(c *compiler) run{}

// compiler hands an instruction's arguments out.
type compiler struct {
	*entry
	in *instr
}

func (c *compiler) arguments(n int) {
	if len(c.in.args) != n {
		c.refuse(c.in, "%s has %d arguments, not %d", c.in.op, len(c.in.args), n)
	}
}

func (c *compiler) arg(i int, kind operandKind) operand {
	if i >= len(c.in.args) || c.in.args[i].kind != kind {
		c.refuse(c.in, "argument %d of %s is of the wrong kind", i+1, c.in.op)
	}
	return c.in.args[i]
}

// source returns the register of argument i, which is read.
func (c *compiler) source(i int) int {
	r := c.arg(i, register).index
	c.in.reads = append(c.in.reads, r)
	return r
}

// target returns the register of argument i, which is written.
func (c *compiler) target(i int) int {
	r := c.arg(i, register).index
	c.in.writes = append(c.in.writes, r)
	return r
}

// sources and targets are the registers of a vector argument of n elements.
func (c *compiler) sources(i, n int) []int {
	rs := c.elements(i, n)
	c.in.reads = append(c.in.reads, rs...)
	return rs
}

func (c *compiler) targets(i, n int) []int {
	rs := c.elements(i, n)
	c.in.writes = append(c.in.writes, rs...)
	return rs
}

func (c *compiler) elements(i, n int) []int {
	v := c.arg(i, vector)
	if len(v.parts) != n {
		c.refuse(c.in, "argument %d of %s has %d elements, not %d", i+1, c.in.op, len(v.parts), n)
	}
	rs := make([]int, n)
	for j, p := range v.parts {
		if p.kind != register {
			c.refuse(c.in, "argument %d of %s holds what is no register", i+1, c.in.op)
		}
		rs[j] = p.index
	}
	return rs
}

func (c *compiler) predicate(i int) int { return c.arg(i, predicate).index }

// each calls f for the lanes of a mask.
func each(lanes uint32, f func(l int)) {
	for l := range 32 {
		if lanes>>l&1 != 0 {
			f(l)
		}
	}
}

// op1, op2 and op3 define operations on one, two and three values, which
// are given and returned without sign in 64 bits.
func op1(name string, f func(a uint64) uint64) {
	instructions[name] = func(c *compiler) run {
		c.arguments(2)
		d, a := c.target(0), c.source(1)
		return func(w *warp, lanes uint32) {
			rd, ra := &w.reg[d], &w.reg[a]
			for l := range rd {
				if lanes == allLanes || lanes>>l&1 != 0 {
					rd[l] = f(ra[l])
				}
			}
		}
	}
}

func op2(name string, f func(a, b uint64) uint64) {
	instructions[name] = func(c *compiler) run {
		c.arguments(3)
		d, a, b := c.target(0), c.source(1), c.source(2)
		return func(w *warp, lanes uint32) {
			rd, ra, rb := &w.reg[d], &w.reg[a], &w.reg[b]
			for l := range rd {
				if lanes == allLanes || lanes>>l&1 != 0 {
					rd[l] = f(ra[l], rb[l])
				}
			}
		}
	}
}

func op3(name string, f func(a, b, c uint64) uint64) {
	instructions[name] = func(c *compiler) run {
		c.arguments(4)
		d, a, b, s := c.target(0), c.source(1), c.source(2), c.source(3)
		return func(w *warp, lanes uint32) {
			rd, ra, rb, rs := &w.reg[d], &w.reg[a], &w.reg[b], &w.reg[s]
			for l := range rd {
				if lanes == allLanes || lanes>>l&1 != 0 {
					rd[l] = f(ra[l], rb[l], rs[l])
				}
			}
		}
	}
}
