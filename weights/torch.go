package weights

import (
	"errors"
	"fmt"
	"strings"

	"frontdoor/internal/budget"
)

// The tensors of a PyTorch file are somewhere in the objects that its pickle
// describes:
//
//   - a state dictionary, from names to tensors;
//   - a checkpoint, a dictionary with the state dictionary as one entry among
//     others (epoch, optimiser, scheduler ...), which are left alone; which
//     entry it is, torch_choose.go decides;
//   - a whole module as Python keeps it: an object with _parameters, _buffers
//     and _modules;
//   - a TorchScript module, an object whose attributes are tensors and modules;
//     the name of a tensor is the path to it.

// CheckpointName is the key of a file's metadata under which a checkpoint's
// own "name" is, if it has one beside its "epoch" and its state dictionary, as
// those of OpenCLIP's training have.
const CheckpointName = "checkpoint.name"

// TorchScript is the key of a file's metadata under which the class of a
// TorchScript archive's module is.
const TorchScript = "torchscript"

const (
	// moduleDepth bounds how deep modules lie in each other, and cycles.
	moduleDepth = 64
	// maxName bounds the name of a tensor: those of modules in each other grow
	// with every level.
	maxName = 1 << 10
	// maxNoted is how many sets of weights a note names.
	maxNoted = 8
)

// findings are the tensors of a picture and what is to be said about them.
type findings struct {
	tensors  []pyTensor
	metadata map[string]string
	notes    []string
}

// finder collects the tensors of a picture.
type finder struct {
	findings
	names map[string]bool
	steps *budget.Budget  // visits of entries
	sizes map[*pyDict]int // tensors in a dictionary

	modules map[*pyObject]bool // whether objects are modules, as far as known

	foreign string // the first entry that was passed over as no tensor, for an error
}

// findTensors returns the tensors of the object that a pickle describes.
func findTensors(root any, steps *budget.Budget) (findings, error) {
	f := &finder{names: make(map[string]bool), steps: steps, sizes: make(map[*pyDict]int), modules: make(map[*pyObject]bool)}
	f.metadata = make(map[string]string)
	var err error
	switch root := root.(type) {
	case *pyDict:
		err = f.checkpoint(root)
	case pyTuple:
		err = f.checkpoint(numbered(root))
	case *pyList:
		err = f.checkpoint(numbered(root.items))
	case *pyObject:
		switch {
		case isPythonModule(root):
			err = f.pythonModule("", root, moduleDepth)
		case strings.HasPrefix(root.class.module, "__torch__"):
			f.metadata[TorchScript] = root.class.String()
			err = f.module("", root, moduleDepth)
		default:
			err = fmt.Errorf("it holds a whole Python object (%s) and not a state dictionary; "+
				"load it in Python, which runs code from the file, and save its state_dict()", shorten(root.class.String()))
		}
	default:
		err = fmt.Errorf("it holds %s, neither a state dictionary nor a TorchScript module", kind(root))
	}
	if err == nil && len(f.tensors) == 0 {
		err = errors.New("it holds no tensors" + f.foreign)
	}
	return f.findings, err
}

// numbered returns a list as a dictionary, for a checkpoint that is a tuple of
// a state dictionary and other things.
func numbered(items []any) *pyDict {
	d := &pyDict{values: items}
	for i := range items {
		d.keys = append(d.keys, fmt.Sprint(i))
	}
	return d
}

// state visits the entries of a state dictionary. What is no tensor is passed
// over: numbers, texts, and objects of other libraries than PyTorch.
func (f *finder) state(d *pyDict) error {
	for i, key := range d.keys {
		name, ok := key.(string)
		object, made := d.values[i].(*pyObject)
		if !ok || !made {
			continue
		}
		if !strings.HasPrefix(object.class.module, "torch") {
			if f.foreign == "" {
				f.foreign = fmt.Sprintf("; %q is made by %s, which is not understood", shorten(name), shorten(object.class.String()))
			}
			continue
		}
		if err := f.add(name, object); err != nil {
			return fmt.Errorf("tensor %q: %w", shorten(name), err)
		}
	}
	return nil
}

// isPythonModule says whether the object is a torch.nn.Module of any class,
// which Python keeps as a dictionary of its attributes.
func isPythonModule(v any) bool {
	object, ok := v.(*pyObject)
	if !ok {
		return false
	}
	attributes, ok := object.state.(*pyDict)
	if !ok {
		return false
	}
	_, parameters := attributes.get("_parameters")
	_, modules := attributes.get("_modules")
	return parameters && modules
}

// pythonModule visits the tensors of a module in the names of its state_dict().
func (f *finder) pythonModule(prefix string, m *pyObject, depth int) error {
	if depth == 0 || len(prefix) > maxName {
		return fmt.Errorf("module %q lies too deep, or in itself", shorten(prefix))
	}
	attributes := m.state.(*pyDict)
	for _, part := range []string{"_parameters", "_buffers", "_modules"} {
		v, _ := attributes.get(part)
		entries, ok := v.(*pyDict)
		if !ok {
			continue
		}
		for i, key := range entries.keys {
			name, ok := key.(string)
			object, made := entries.values[i].(*pyObject)
			if err := f.steps.Work(1); err != nil {
				return err
			}
			if !ok || !made {
				continue
			}
			if len(name) > maxName {
				return fmt.Errorf("an attribute of module %q has a name of %d bytes", shorten(prefix), len(name))
			}
			var err error
			switch {
			case part != "_modules":
				if err = f.add(prefix+name, object); err != nil {
					err = fmt.Errorf("tensor %q: %w", shorten(prefix+name), err)
				}
			case f.isModule(object):
				err = f.pythonModule(prefix+name+".", object, depth-1)
			}
			if err != nil {
				return err
			}
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
	if depth == 0 || len(prefix) > maxName {
		return fmt.Errorf("module %q lies too deep, or in itself", shorten(prefix))
	}
	if attributes == nil {
		return nil
	}
	for i, key := range attributes.keys {
		name, ok := key.(string)
		object, made := attributes.values[i].(*pyObject)
		if err := f.steps.Work(1); err != nil {
			return err
		}
		if !ok || !made {
			continue
		}
		if len(name) > maxName {
			return fmt.Errorf("an attribute of module %q has a name of %d bytes", shorten(prefix), len(name))
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
	switch {
	case len(name) > maxName:
		return fmt.Errorf("its name has %d bytes", len(name))
	case f.names[name]:
		return errors.New("it is there twice")
	}
	f.names[name] = true
	t.name = name
	f.tensors = append(f.tensors, t)
	return nil
}
