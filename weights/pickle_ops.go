package weights

import (
	"errors"
	"fmt"
)

// opStop ends a pickle.
const opStop = '.'

// opNames are the instructions by the names that Python's pickletools gives
// them. Protocols 0 and 1 write numbers as text.
var opNames = map[byte]string{
	0x80: "PROTO", 0x95: "FRAME", opStop: "STOP",
	'(': "MARK", '0': "POP", '1': "POP_MARK", '2': "DUP",
	'N': "NONE", 0x88: "NEWTRUE", 0x89: "NEWFALSE",
	'K': "BININT1", 'M': "BININT2", 'J': "BININT", 0x8a: "LONG1", 0x8b: "LONG4", 'G': "BINFLOAT",
	'X': "BINUNICODE", 0x8c: "SHORT_BINUNICODE", 0x8d: "BINUNICODE8",
	'U': "SHORT_BINSTRING", 'T': "BINSTRING", 'C': "SHORT_BINBYTES", 'B': "BINBYTES", 0x8e: "BINBYTES8", 0x96: "BYTEARRAY8",
	')': "EMPTY_TUPLE", 0x85: "TUPLE1", 0x86: "TUPLE2", 0x87: "TUPLE3", 't': "TUPLE",
	']': "EMPTY_LIST", 'l': "LIST", 'a': "APPEND", 'e': "APPENDS",
	'}': "EMPTY_DICT", 'd': "DICT", 's': "SETITEM", 'u': "SETITEMS",
	0x8f: "EMPTY_SET", 0x90: "ADDITEMS", 0x91: "FROZENSET",
	'c': "GLOBAL", 0x93: "STACK_GLOBAL", 'R': "REDUCE", 0x81: "NEWOBJ", 0x92: "NEWOBJ_EX", 'b': "BUILD",
	'q': "BINPUT", 'r': "LONG_BINPUT", 0x94: "MEMOIZE", 'h': "BINGET", 'j': "LONG_BINGET",
	'i': "INST", 'o': "OBJ", 'Q': "BINPERSID",
	'I': "INT", 'L': "LONG", 'F': "FLOAT", 'S': "STRING", 'V': "UNICODE", 'p': "PUT", 'g': "GET",
	// Known by name and refused.
	'P': "PERSID", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4", 0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER",
}

func opName(op byte) string {
	if name, ok := opNames[op]; ok {
		return name
	}
	return fmt.Sprintf("0x%02x", op)
}

// step runs one instruction.
func (p *pickle) step(op byte) error {
	switch op {
	case 0x80:
		version, err := p.byte()
		if err == nil && version > 5 {
			err = fmt.Errorf("protocol %d is not known", version)
		}
		return err
	case 0x95:
		_, err := p.bytes(8)
		return err
	case '(':
		return p.push(pyMark{})
	case '0':
		_, err := p.pop()
		return err
	case '1':
		_, err := p.popMark()
		return err
	case '2':
		return p.pushed(p.top())
	case 'N':
		return p.push(nil)
	case 0x88, 0x89:
		return p.push(op == 0x88)
	case 'K', 'M', 'J', 0x8a, 0x8b, 'G':
		return p.stepNumber(op)
	case 'X', 0x8c, 0x8d, 'U', 'T', 'C', 'B', 0x8e, 0x96:
		return p.stepText(op)
	case 'I', 'L', 'F', 'S', 'V':
		return p.stepLine(op)
	case ')', 0x85, 0x86, 0x87:
		n := 0
		if op != ')' {
			n = int(op) - 0x84
		}
		tuple, err := p.popTuple(n)
		return p.pushed(tuple, err)
	case 't', 'l', 'd', 0x91:
		return p.stepCollect(op)
	case ']':
		return p.push(&pyList{})
	case '}':
		return p.push(&pyDict{})
	case 0x8f:
		return p.push(pySet{})
	case 'a', 'e', 's', 'u', 0x90:
		return p.stepFill(op)
	case 'c', 0x93:
		return p.pushed(p.global(op))
	case 'i', 'o':
		return p.stepInstance(op)
	case 'R', 0x81, 0x92, 'b':
		return p.stepObject(op)
	case 'Q':
		id, err := p.pop()
		return p.pushed(persistent(id), err)
	case 'P':
		return errors.New("protocol 0 has no way to refer to a tensor's numbers, and torch.load fails on it too; save the file with torch.save and no pickle_protocol")
	case 'q', 'r', 0x94, 'p', 'h', 'j', 'g':
		return p.stepMemo(op)
	}
	return errors.New("PyTorch does not use this instruction, and it is not read")
}

// pushed pushes v unless it could not be had.
func (p *pickle) pushed(v any, err error) error {
	if err != nil {
		return err
	}
	return p.push(v)
}

// stepCollect makes a container of what lies above the mark.
func (p *pickle) stepCollect(op byte) error {
	items, err := p.popMark()
	if err != nil {
		return err
	}
	switch op {
	case 't':
		return p.push(pyTuple(items))
	case 'l':
		return p.push(&pyList{items})
	case 'd':
		d := &pyDict{}
		if err := fill(d, items); err != nil {
			return err
		}
		return p.push(d)
	}
	return p.push(pySet{})
}

// stepFill puts what lies above the mark, or the last values, into the
// container below.
func (p *pickle) stepFill(op byte) error {
	var items []any
	var err error
	switch op {
	case 'a':
		items, err = p.popTuple(1)
	case 's':
		items, err = p.popTuple(2)
	default:
		items, err = p.popMark()
	}
	if err != nil {
		return err
	}
	container, err := p.top()
	if err != nil {
		return err
	}
	if list, ok := container.(*pyList); ok && (op == 'a' || op == 'e') {
		list.items = append(list.items, items...)
		return nil
	}
	if dict, ok := container.(*pyDict); ok && (op == 's' || op == 'u') {
		return fill(dict, items)
	}
	switch container.(type) {
	case pySet, *pyObject: // a class of somebody else's may be a container too
		return nil
	}
	return fmt.Errorf("%s cannot be filled so", kind(container))
}

// fill enters keys and values that follow each other.
func fill(d *pyDict, items []any) error {
	if len(items)%2 != 0 {
		return errors.New("a dictionary is given a key without a value")
	}
	for i := 0; i < len(items); i += 2 {
		d.set(items[i : i+2])
	}
	return nil
}
