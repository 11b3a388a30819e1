package weights

import (
	"errors"
	"fmt"
	"slices"
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
// state dictionary.
func (f *finder) choose(d *pyDict) (candidate, error) {
	found := candidates(d)
	pick := func(ok func(key string) bool) []candidate {
		return slices.DeleteFunc(slices.Clone(found), func(c candidate) bool { return !ok(c.key) })
	}
	for _, key := range stateKeys {
		if named := pick(func(k string) bool { return k == key }); len(named) > 0 {
			f.noteOthers(key, found)
			return named[0], nil
		}
	}
	if len(found) == 0 || holdsTensors(d) {
		return candidate{}, nil
	}
	models := pick(func(k string) bool { return !IsAverage(k) })
	switch {
	case len(models) == 1:
		f.noteOthers(models[0].key, found)
		return models[0], nil
	case len(found) == 1:
		return found[0], nil
	}
	var keys []string
	for _, c := range found {
		keys = append(keys, c.key)
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
	}
	if len(others) > 0 {
		f.notes = append(f.notes, fmt.Sprintf("the file holds several sets of weights; %q is read, %s left alone", shorten(key), strings.Join(others, ", ")))
	}
}

// candidates lists the entries that hold tensors by name, directly or under
// one of the usual keys, and are not a training's own.
func candidates(d *pyDict) []candidate {
	var out []candidate
	for i, k := range d.keys {
		key, ok := k.(string)
		if !ok || slices.Contains(trainingKeys, key) {
			continue
		}
		switch v := d.values[i].(type) {
		case *pyDict:
			if leadsToTensors(v, map[*pyDict]bool{d: true}) {
				out = append(out, candidate{key, v})
			}
		case *pyObject:
			if isPythonModule(v) {
				out = append(out, candidate{key, v})
			}
		}
	}
	return out
}

// leadsToTensors says whether a dictionary is a state dictionary, or holds one
// under a usual key.
func leadsToTensors(d *pyDict, seen map[*pyDict]bool) bool {
	if seen[d] {
		return false
	}
	seen[d] = true
	if holdsTensors(d) {
		return true
	}
	for _, key := range stateKeys {
		v, _ := d.get(key)
		if inner, ok := v.(*pyDict); ok && leadsToTensors(inner, seen) || isPythonModule(v) {
			return true
		}
	}
	return false
}

// holdsTensors says whether an entry of the dictionary is a tensor with a name.
func holdsTensors(d *pyDict) bool {
	for i, key := range d.keys {
		object, ok := d.values[i].(*pyObject)
		if _, named := key.(string); !named || !ok {
			continue
		}
		if object.class.module == "torch._utils" || object.class.module == "torch._tensor" {
			return true
		}
	}
	return false
}
