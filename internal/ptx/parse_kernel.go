package ptx

import (
	"math"
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

// operand is an argument of an instruction.
type operand struct {
	kind  operandKind
	index int       // register or predicate
	parts []operand // of a vector
	name  string    // of a parameter or of an array in an address
	off   int64     // of an address
}

type operandKind uint8

const (
	register operandKind = iota
	predicate
	vector
	address // [register + off] or [name + off]
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

func (e *entry) operand() operand {
	switch t := e.peek(); {
	case t == "{":
		e.at++
		v := operand{kind: vector}
		for !e.took("}") {
			if len(v.parts) > 0 {
				e.want(",")
			}
			v.parts = append(v.parts, e.operand())
		}
		return v
	case t == "[":
		e.at++
		a := operand{kind: address, index: -1}
		if o, ok := e.names[e.peek()]; ok {
			a.index = o.index
		} else {
			a.name = e.peek()
		}
		e.at++
		if e.took("+") {
			a.off = int64(e.number())
		} else if e.took("-") {
			a.off = -int64(e.number())
		}
		e.want("]")
		return a
	}
	return e.value()
}

// value reads a register, a special register, the address of a shared array or
// a number.
func (e *entry) value() operand {
	t := e.next()
	if o, ok := e.names[t]; ok {
		return o
	}
	if t == "-" {
		return e.constant(-uint64(e.number()))
	}
	if off, ok := e.k.shared[t]; ok {
		return e.constant(off)
	}
	if t == e.dynamic && t != "" {
		return e.special(dynamicShared)
	}
	if strings.HasPrefix(t, "%") {
		if !specialNames[t] {
			e.at--
			e.fail("register %s is not declared", t)
		}
		return e.special(t)
	}
	bits, err := literal(t)
	if err != nil {
		e.at--
		e.fail("%s is neither declared nor a number", t)
	}
	return e.constant(bits)
}

func (e *entry) constant(bits uint64) operand {
	r, ok := e.k.constants[bits]
	if !ok {
		r = e.k.registers
		e.k.registers++
		e.k.constants[bits] = r
	}
	return operand{kind: register, index: r}
}

func (e *entry) special(name string) operand {
	r, ok := e.k.specials[name]
	if !ok {
		r = e.k.registers
		e.k.registers++
		e.k.specials[name] = r
	}
	return operand{kind: register, index: r}
}

// literal returns the bits of a number: 0fXXXXXXXX and 0dXXXXXXXXXXXXXXXX are
// floats by their bits, others whole numbers.
func literal(t string) (uint64, error) {
	switch {
	case strings.HasPrefix(t, "0f") || strings.HasPrefix(t, "0F"):
		return strconv.ParseUint(t[2:], 16, 32)
	case strings.HasPrefix(t, "0d") || strings.HasPrefix(t, "0D"):
		return strconv.ParseUint(t[2:], 16, 64)
	}
	n, err := strconv.ParseUint(t, 0, 64)
	if err != nil || n > math.MaxInt64 {
		return 0, strconv.ErrSyntax
	}
	return n, nil
}

// dynamicShared is the address of the dynamic shared memory.
const dynamicShared = "dynamic"

var specialNames = map[string]bool{
	"%tid.x": true, "%ntid.x": true, "%ctaid.x": true, "%ctaid.y": true, "%ctaid.z": true,
	"%nctaid.x": true, "%nctaid.y": true, "%nctaid.z": true, "%laneid": true,
}
