package weights

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A checkpoint holds the model under some key. Programs agree on no name for
// it, so any entry that holds tensors by name is a candidate; where there are
// several, the usual names decide, and averages and teachers of the model come
// last.

// stateKeys are the usual entries for the model, the most usual first.
var stateKeys = []string{
	"state_dict", "model_state_dict", "model", "model_state", "module",
	"net", "network", "params", "weights", "clip", "clip_model", "student",
}

// trainingKeys are entries that hold tensors which are not a model's.
var trainingKeys = []string{
	"optimizer", "optimizers", "optimizer_state", "optimizer_state_dict", "optimizer_states", "optim", "opt",
	"scheduler", "lr_scheduler", "lr_schedulers", "scheduler_state_dict", "scaler", "grad_scaler", "amp", "callbacks", "rng_state",
}

// averageWords in a key say that it holds an average or a teacher of the model.
var averageWords = []string{"ema", "teacher", "average", "averaged", "avg", "momentum", "target", "swa", "shadow"}

// IsAverage says whether a name, of a key or the prefix of tensors, is that of
// an average or a teacher of the model: a word of it is "ema", "teacher" ...
func IsAverage(name string) bool {
	for _, word := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '_' || r == '.' || r == '-' }) {
		if slices.Contains(averageWords, word) {
			return true
		}
	}
	return false
}

// candidate is an entry of a checkpoint that holds tensors.
type candidate struct {
	key   string
	value any // *pyDict, or *pyObject that is a module
	size  int // tensors
}

// checkpoint visits a state dictionary, or the one inside a checkpoint.
func (f *finder) checkpoint(d *pyDict) error {
	for range moduleDepth {
		if name, ok := trainingName(d); ok {
			f.metadata[CheckpointName] = name
		}
		chosen, err := f.choose(d)
		if err != nil {
			return err
		}
		switch inner := chosen.value.(type) {
		case nil:
			return f.state(d)
		case *pyObject:
			return f.pythonModule("", inner, moduleDepth)
		case *pyDict:
			d = inner
		}
	}
	return errors.New("its state_dict lies in itself")
}

// trainingName returns the name that a training run of OpenCLIP has in its
// checkpoints.
func trainingName(d *pyDict) (string, bool) {
	_, epoch := d.get("epoch")
	_, state := d.get("state_dict")
	v, _ := d.get("name")
	name, ok := v.(string)
	return name, epoch && state && ok
}

// choose returns the entry that holds the model, or none if d itself is a
// state dictionary: one under a usual name, else the only one that is no
// average, else the one with the most tensors. A tensor or two beside it (the
// state of a random generator) do not make d a state dictionary.
func (f *finder) choose(d *pyDict) (candidate, error) {
	found := f.candidates(d)
	for _, key := range stateKeys {
		if i := slices.IndexFunc(found, func(c candidate) bool { return c.key == key }); i >= 0 {
			f.noteOthers(key, found)
			return found[i], nil
		}
	}
	models := slices.DeleteFunc(slices.Clone(found), func(c candidate) bool { return IsAverage(c.key) })
	if len(models) == 0 {
		models = found
	}
	slices.SortStableFunc(models, func(a, b candidate) int { return b.size - a.size })
	switch {
	case len(models) == 0 || ownTensors(d) >= models[0].size:
		return candidate{}, nil
	case len(models) == 1 || models[0].size > models[1].size:
		f.noteOthers(models[0].key, found)
		return models[0], nil
	}
	var keys []string
	for _, c := range found[:min(len(found), maxNoted)] {
		keys = append(keys, shorten(c.key))
	}
	return candidate{}, fmt.Errorf("it holds several sets of tensors (%s) and none of them under a usual name; save the one that is meant alone, as {\"state_dict\": ...}",
		shorten(strings.Join(keys, ", ")))
}

// noteOthers says that one entry was chosen of several.
func (f *finder) noteOthers(key string, found []candidate) {
	var others []string
	for _, c := range found {
		if c.key != key {
			others = append(others, fmt.Sprintf("%q", shorten(c.key)))
		}
		if len(others) == maxNoted {
			others = append(others, "others")
			break
		}
	}
	if len(others) > 0 {
		f.notes = append(f.notes, fmt.Sprintf("the file holds several sets of weights; %q is read, %s left alone", shorten(key), strings.Join(others, ", ")))
	}
}

// candidates lists the entries that hold tensors by name, in themselves or in
// what lies in them, and are not a training's own. A key longer than a tensor's
// name can be is none of a model: comparing many of a megabyte takes minutes.
func (f *finder) candidates(d *pyDict) []candidate {
	var out []candidate
	for i, k := range d.keys {
		key, ok := k.(string)
		if n, number := k.(int64); number {
			key, ok = strconv.FormatInt(n, 10), true
		}
		if !ok || len(key) > maxName || slices.Contains(trainingKeys, key) || isTensor(d.values[i]) {
			continue
		}
		if n := f.size(d.values[i], moduleDepth); n > 0 {
			out = append(out, candidate{key, d.values[i], n})
		}
	}
	return out
}

// size counts the tensors in a value: a tensor, a module, or a dictionary of
// them by name. It looks at each dictionary once, and not deeper than depth.
func (f *finder) size(v any, depth int) int {
	object, ok := v.(*pyObject)
	switch {
	case ok && isTensor(v):
		return 1
	case ok && f.isModule(object):
		v = object.state
	}
	d, ok := v.(*pyDict)
	if !ok || depth == 0 {
		return 0
	}
	if n, ok := f.sizes[d]; ok {
		return n
	}
	f.sizes[d] = 0 // if it lies in itself
	n := 0
	for i, k := range d.keys {
		if key, ok := k.(string); ok && !slices.Contains(trainingKeys, key) {
			n = min(n+f.size(d.values[i], depth-1), pickleSteps)
		}
	}
	f.sizes[d] = n
	return n
}

// isModule is isPythonModule, which looks at each object once.
func (f *finder) isModule(object *pyObject) bool {
	is, known := f.modules[object]
	if !known {
		is = isPythonModule(object)
		f.modules[object] = is
	}
	return is
}

// isTensor says whether a value is made by PyTorch's functions for tensors.
func isTensor(v any) bool {
	object, ok := v.(*pyObject)
	return ok && (object.class.module == "torch._utils" || object.class.module == "torch._tensor")
}

// ownTensors counts the entries of the dictionary that are tensors.
func ownTensors(d *pyDict) (n int) {
	for i, key := range d.keys {
		if _, named := key.(string); named && isTensor(d.values[i]) {
			n++
		}
	}
	return n
}
