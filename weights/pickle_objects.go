package weights

import (
	"errors"
	"fmt"
)

// global reads the name of a class or a function: two lines, or two texts on
// the stack.
func (p *pickle) global(op byte) (any, error) {
	if op != 0x93 {
		module, err := p.line()
		if err != nil {
			return nil, err
		}
		name, err := p.line()
		return pyGlobal{module, name}, err
	}
	pair, err := p.popTuple(2)
	if err != nil {
		return nil, err
	}
	module, ok1 := pair[0].(string)
	name, ok2 := pair[1].(string)
	if !ok1 || !ok2 {
		return nil, errors.New("the name of a class is not a text")
	}
	return pyGlobal{module, name}, nil
}

// stepInstance makes an object of a class of Python 2: the class is named, or
// the first thing above the mark, and the rest are the arguments.
func (p *pickle) stepInstance(op byte) error {
	var class any
	var err error
	if op == 'i' {
		if class, err = p.global(op); err != nil {
			return err
		}
	}
	args, err := p.popMark()
	if err != nil {
		return err
	}
	if op == 'o' {
		if len(args) == 0 {
			return errStack
		}
		class, args = args[0], args[1:]
	}
	return p.pushed(p.call(class, pyTuple(args)))
}

// stepObject calls something, or gives an object its state.
func (p *pickle) stepObject(op byte) error {
	if op == 0x92 { // the named arguments
		if _, err := p.pop(); err != nil {
			return err
		}
	}
	pair, err := p.popTuple(2)
	if err != nil {
		return err
	}
	if op != 'b' {
		return p.pushed(p.call(pair[0], pair[1]))
	}
	if object, ok := pair[0].(*pyObject); ok {
		object.state = pair[1]
	}
	// A dictionary may have attributes too (_metadata); they hold no tensors.
	return p.push(pair[0])
}

// persistent returns what a reference to something outside the pickle stands
// for. Before its zip files PyTorch wrote the source text of a module beside
// its class so.
func persistent(id any) any {
	if tuple, ok := id.(pyTuple); ok && len(tuple) > 1 && tuple[0] == any("module") {
		return tuple[1]
	}
	return &pyPersistent{id}
}

// stepMemo remembers the last value under a number, or fetches one.
func (p *pickle) stepMemo(op byte) error {
	index := uint64(len(p.memo))
	var err error
	switch op {
	case 'q', 'h':
		index, err = p.number(1)
	case 'r', 'j':
		index, err = p.number(4)
	case 'p', 'g':
		index, err = p.decimal()
	}
	if err != nil {
		return err
	}
	if op == 'h' || op == 'j' || op == 'g' {
		v, ok := p.memo[index]
		if !ok {
			return fmt.Errorf("nothing was remembered as number %d", index)
		}
		return p.push(v)
	}
	v, err := p.top()
	if err == nil {
		p.memo[index] = v
	}
	return err
}
