package weights

import "fmt"

// A pickle is a program for a small stack machine that builds Python objects;
// Python runs it, and so anybody who makes a file can make Python run
// anything. Here the same program only draws a picture of the objects: what
// would be a call becomes a pyObject that says what would have been called
// with what. Nothing is ever called. torch.go then looks for tensors in the
// picture.
//
// Besides the types below, None is nil, numbers are int64 and float64, and
// True, text and bytes are bool, string and pyBytes.

// pyGlobal is a class or a function, by name.
type pyGlobal struct{ module, name string }

// String returns the name as it is written in Python.
func (g pyGlobal) String() string { return g.module + "." + g.name }

type (
	pyBytes string
	// pyLong is an integer of more than 64 bits, whose value nobody needs.
	pyLong  struct{}
	pyTuple []any
	pyList  struct{ items []any }
	// pyDict keeps the order of its entries. An entry that is set again is
	// there twice; whoever looks for tensors objects to that.
	pyDict struct{ keys, values []any }
	// pySet stands for a set, whose members nobody needs.
	pySet struct{}
	// pyObject is the call class(args...), with the state that is set later.
	pyObject struct {
		class pyGlobal
		args  pyTuple
		state any
	}
	// pyPersistent is a reference to something outside the pickle; PyTorch
	// refers to the numbers of a tensor so.
	pyPersistent struct{ id any }
	// pyMark is the mark that some instructions collect the stack down to.
	pyMark struct{}
)

// dictClasses are the classes whose objects are dictionaries for our purpose.
var dictClasses = map[pyGlobal]bool{
	{"collections", "OrderedDict"}: true,
	{"collections", "defaultdict"}: true,
	{"collections", "Counter"}:     true,
	{"__builtin__", "dict"}:        true,
	{"builtins", "dict"}:           true,
}

// call returns the picture of class(args...).
func (p *pickle) call(class any, args any) (any, error) {
	g, ok := class.(pyGlobal)
	if !ok {
		return nil, fmt.Errorf("the pickle calls %s, which is not a class or a function", kind(class))
	}
	tuple, ok := args.(pyTuple)
	if !ok {
		return nil, fmt.Errorf("the pickle calls %s with %s, not with a tuple", g, kind(args))
	}
	if !dictClasses[g] {
		return &pyObject{class: g, args: tuple}, nil
	}
	d := &pyDict{}
	for _, arg := range tuple {
		if err := p.spend(entries(arg)); err != nil {
			return nil, err
		}
		d.update(arg)
	}
	return d, nil
}

// entries is how many entries the argument of dict(...) has at most.
func entries(arg any) int64 {
	switch arg := arg.(type) {
	case *pyDict:
		return int64(len(arg.keys))
	case *pyList:
		return int64(len(arg.items))
	}
	return 0
}

// update enters what the argument of dict(...) holds: pairs, or another
// dictionary. Whatever else it may be is passed over.
func (d *pyDict) update(arg any) {
	switch arg := arg.(type) {
	case *pyDict:
		d.keys = append(d.keys, arg.keys...)
		d.values = append(d.values, arg.values...)
	case *pyList:
		for _, item := range arg.items {
			switch pair := item.(type) {
			case pyTuple:
				d.set(pair)
			case *pyList:
				d.set(pair.items)
			}
		}
	}
}

func (d *pyDict) set(pair []any) {
	if len(pair) == 2 {
		d.keys = append(d.keys, pair[0])
		d.values = append(d.values, pair[1])
	}
}

// get returns the value of the text key, if it is there.
func (d *pyDict) get(key string) (any, bool) {
	for i, k := range d.keys {
		if k == key {
			return d.values[i], true
		}
	}
	return nil, false
}

// kind says in a few words what a value is, for error messages.
func kind(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return "a truth value"
	case int64, pyLong:
		return "an integer"
	case float64:
		return "a number"
	case string, pyBytes:
		return "a text"
	case pyTuple:
		return "a tuple"
	case *pyList:
		return "a list"
	case *pyDict:
		return "a dictionary"
	case pySet:
		return "a set"
	case pyGlobal:
		return "the class " + shorten(v.String())
	case *pyObject:
		return "an object made by " + shorten(v.class.String())
	case *pyPersistent:
		return "a storage"
	}
	return "something unknown"
}

// shorten keeps a text of the file from flooding an error message.
func shorten(text string) string {
	if len(text) > 80 {
		return text[:80] + "..."
	}
	return text
}
