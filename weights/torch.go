package weights

import (
	"errors"
	"fmt"
	"strings"
)

// The tensors of a PyTorch file are somewhere in the objects that its pickle
// describes:
//
//   - a state dictionary, from names to tensors;
//   - a checkpoint, a dictionary with the state dictionary as one entry among
//     others (epoch, optimiser, scheduler ...), which are left alone;
//   - a TorchScript module, an object whose attributes are tensors and modules;
//     the name of a tensor is the path to it.

// stateKeys are the entries under which a checkpoint holds its state dictionary.
var stateKeys = []string{"state_dict", "model_state_dict", "model"}

const (
	// moduleDepth bounds how deep modules lie in each other, and cycles.
	moduleDepth = 64
	// moduleTensors bounds how often modules that occur in several places are
	// visited.
	moduleTensors = 1 << 18
)

// finder collects the tensors of a picture.
type finder struct {
	found []pyTensor
	names map[string]bool
	left  int // visits that are still allowed
}

// findTensors returns the tensors of the object that a pickle describes.
func findTensors(root any) ([]pyTensor, error) {
	f := &finder{names: make(map[string]bool), left: moduleTensors}
	var err error
	switch root := root.(type) {
	case *pyDict:
		err = f.checkpoint(root)
	case *pyObject:
		if !strings.HasPrefix(root.class.module, "__torch__") {
			return nil, fmt.Errorf("it holds a whole Python object (%s) and not a state dictionary; "+
				"load it in Python, which runs code from the file, and save its state_dict()", shorten(root.class.String()))
		}
		err = f.module("", root, moduleDepth)
	default:
		return nil, fmt.Errorf("it holds %s, neither a state dictionary nor a TorchScript module", kind(root))
	}
	if err == nil && len(f.found) == 0 {
		err = errors.New("it holds no tensors")
	}
	return f.found, err
}

// checkpoint visits a state dictionary, or the one inside a checkpoint.
func (f *finder) checkpoint(d *pyDict) error {
	for range moduleDepth {
		inner := stateOf(d)
		if inner == nil {
			return f.state(d)
		}
		d = inner
	}
	return errors.New("its state_dict lies in itself")
}

// stateOf returns the state dictionary that the checkpoint holds, or nil if d
// is none.
func stateOf(d *pyDict) *pyDict {
	for _, key := range stateKeys {
		v, _ := d.get(key)
		if inner, ok := v.(*pyDict); ok {
			return inner
		}
	}
	return nil
}

// state visits the entries of a state dictionary. Those that are not made by
// a call (numbers, texts) are no tensors and are passed over.
func (f *finder) state(d *pyDict) error {
	for i, key := range d.keys {
		name, ok := key.(string)
		object, made := d.values[i].(*pyObject)
		if !ok || !made {
			continue
		}
		if err := f.add(name, object); err != nil {
			return fmt.Errorf("tensor %q: %w", shorten(name), err)
		}
	}
	return nil
}

// module visits the attributes of a TorchScript module.
func (f *finder) module(prefix string, m *pyObject, depth int) error {
	attributes, ok := m.state.(*pyDict)
	if m.state != nil && !ok {
		return fmt.Errorf("the attributes of module %q are %s", shorten(prefix), kind(m.state))
	}
	if depth == 0 {
		return fmt.Errorf("module %q lies too deep, or in itself", shorten(prefix))
	}
	if attributes == nil {
		return nil
	}
	for i, key := range attributes.keys {
		name, ok := key.(string)
		object, made := attributes.values[i].(*pyObject)
		if f.left--; f.left < 0 {
			return fmt.Errorf("it has more than %d attributes", moduleTensors)
		}
		if !ok || !made {
			continue
		}
		var err error
		switch module := object.class.module; {
		case strings.HasPrefix(module, "__torch__"):
			err = f.module(prefix+name+".", object, depth-1)
		case module == "torch.jit._pickle": // lists of numbers
		default:
			if err = f.add(prefix+name, object); err != nil {
				err = fmt.Errorf("tensor %q: %w", shorten(prefix+name), err)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// add enters a tensor.
func (f *finder) add(name string, object *pyObject) error {
	t, err := tensorOf(object, 4)
	if err != nil {
		return err
	}
	if f.names[name] {
		return errors.New("it is there twice")
	}
	f.names[name] = true
	t.name = name
	f.found = append(f.found, t)
	return nil
}
