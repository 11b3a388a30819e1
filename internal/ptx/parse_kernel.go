package ptx

import (
	"strconv"
	"strings"
)

// instr is an instruction before and after compilation.
type instr struct {
	op    string   // opcode without suffixes
	mods  []string // suffixes
	args  []operand
	line  int
	label string // bra's target

	guard  int  // predicate, or -1
	negate bool // the guard's sense
	class  class
	reads  []int // registers that must have been written
	writes []int // registers
	run    func(w *warp, lanes uint32)
	target int // bra's
}

// class tells the scheduler what it has to do itself.
type class uint8

const (
	ordinary   class = iota
	branch           // chooses where to go on
	exit             // ends threads
	barrier          // waits for the block
	collective       // waits for the threads of the warp
)

// entry is a kernel while it is read.
type entry struct {
	*parser
	k      *Kernel
	names  map[string]operand
	labels map[string]int
}

// kernel reads name, parameters and body.
func (p *parser) kernel() *Kernel {
	e := &entry{parser: p, k: &Kernel{
		Name: p.next(), lines: p.lines,
		constants: map[uint64]int{}, specials: map[string]int{}, shared: map[string]uint64{},
	}, names: map[string]operand{}, labels: map[string]int{}}
	if p.peek() == "(" {
		e.k.Params = p.params()
	}
	for p.peek() == ".maxntid" || p.peek() == ".minnctapersm" || p.peek() == ".reqntid" {
		p.at++
		p.number()
		for p.took(",") {
			p.number()
		}
	}
	p.want("{")
	for !p.took("}") {
		e.statement()
	}
	if p.dynamic != "" {
		e.k.Static = (e.k.Static + 127) &^ 127 // the widest alignment that an array may ask for
		e.k.shared[p.dynamic] = uint64(e.k.Static)
	}
	e.compile()
	return e.k
}

// statement reads a declaration, a label or an instruction.
func (e *entry) statement() {
	switch t := e.peek(); {
	case t == ".reg":
		e.at++
		e.registers()
	case t == ".shared":
		e.at++
		name, size := e.array()
		e.k.shared[name] = uint64(e.k.Static)
		e.k.Static += (size + 127) &^ 127
	case t == ".pragma":
		e.fail(".pragma")
	case e.at+1 < len(e.tokens) && e.tokens[e.at+1].text == ":":
		if _, twice := e.labels[t]; twice {
			e.fail("a second label %s", t)
		}
		e.labels[t] = len(e.k.instr)
		e.at += 2
	default:
		e.instruction()
	}
}

// registers reads the rest of a declaration: a type and names, a name<n>
// standing for n of them.
func (e *entry) registers() {
	typ := strings.TrimPrefix(e.next(), ".")
	if typ != "pred" && width(typ) == 0 {
		e.at--
		e.fail("registers of type %s", e.peek())
	}
	for {
		name := e.next()
		if e.took("<") {
			for i := range e.number() {
				e.declare(name+strconv.Itoa(i), typ)
			}
			e.want(">")
		} else {
			e.declare(name, typ)
		}
		if e.took(";") {
			return
		}
		e.want(",")
	}
}

func (e *entry) declare(name, typ string) {
	if _, twice := e.names[name]; twice {
		e.fail("a second register %s", name)
	}
	if specialNames[name] || specialNames[name+".x"] {
		e.fail("%s is the name of a special register", name)
	}
	if typ == "pred" {
		e.names[name] = operand{kind: predicate, index: e.k.preds}
		e.k.preds++
		return
	}
	e.names[name] = operand{kind: register, index: e.k.registers}
	e.k.registers++
}

func (e *entry) instruction() {
	in := instr{guard: -1, line: e.tokens[e.at].line}
	if e.took("@") {
		in.negate = e.took("!")
		o, ok := e.names[e.next()]
		if !ok || o.kind != predicate {
			e.at--
			e.fail("%s guards an instruction and is no predicate", e.peek())
		}
		in.guard = o.index
	}
	words := strings.Split(e.next(), ".")
	in.op, in.mods = words[0], words[1:]
	if in.op == "bra" {
		in.label = e.next()
		e.want(";")
		e.k.instr = append(e.k.instr, in)
		return
	}
	for !e.took(";") {
		if len(in.args) > 0 && !e.took("|") {
			e.want(",")
		}
		in.args = append(in.args, e.operand())
	}
	e.k.instr = append(e.k.instr, in)
}
