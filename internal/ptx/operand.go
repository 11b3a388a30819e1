package ptx

import (
	"math"
	"strconv"
	"strings"
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

// operand reads an argument.
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
