package train

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"frontdoor/data"
	"frontdoor/data/coop"
	"frontdoor/data/world"
	"frontdoor/eval/protocol"
	"frontdoor/internal/cli"
)

// Words that stand for several datasets.
const (
	worldWord = "world" // the tasks of the synthetic world
	allWord   = "all"   // the published datasets that are there
)

func split(list string) []string {
	var parts []string
	for _, p := range strings.Split(list, ",") {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

// numbers reads a flag's list of whole numbers of at least 1; nothing if the
// flag was not given.
func numbers(flag, list string) ([]int, error) {
	var out []int
	if list != "" && len(split(list)) == 0 {
		return nil, cli.Usagef("-%s %s: names no number", flag, list)
	}
	for _, text := range split(list) {
		v, err := strconv.Atoi(text)
		switch {
		case err != nil:
			return nil, cli.Usagef("-%s %s: %q is not a whole number", flag, list, text)
		case v < 1:
			return nil, cli.Usagef("-%s %s: must be at least 1", flag, list)
		case slices.Contains(out, v):
			return nil, cli.Usagef("-%s %s: %d is named twice", flag, list, v)
		}
		out = append(out, v)
	}
	return out, nil
}

// joined is the list that numbers reads.
func joined(list []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", ","), "[]")
}

// datasets returns the names that -dataset stands for, all of them valid.
func (o *options) datasets() ([]string, error) {
	if o.dataset == "" {
		switch {
		case o.data == "":
			o.dataset = world.TaskNames()[0]
		case o.protocol == "xd" || o.protocol == "dg":
			o.dataset = "imagenet"
		default:
			o.dataset = "folder"
		}
	}
	var names []string
	for _, name := range split(o.dataset) {
		if number, ok := worldNumber(name); ok {
			names = append(names, protocol.TasksOf(number)...)
			continue
		}
		switch name {
		case allWord:
			found, err := o.found(protocol.Benchmark)
			if err != nil {
				return nil, err
			}
			names = append(names, found...)
		default:
			names = append(names, name)
		}
	}
	return names, o.checkNames(names)
}

// worldNumber reads "world" and "world@7", which stand for all tasks of a world.
func worldNumber(name string) (uint64, bool) {
	if name == worldWord {
		return 0, true
	}
	text, ok := strings.CutPrefix(name, worldWord+"@")
	number, err := strconv.ParseUint(text, 10, 64)
	return number, ok && err == nil
}

// found returns those of the published datasets whose folder lies in -data, and
// says which do not.
func (o *options) found(names []string) ([]string, error) {
	if o.data == "" {
		return nil, cli.Usagef("-dataset all needs -data DIR, the folder that holds caltech-101 and so on; -dataset world needs no files")
	}
	var there, missing []string
	for _, name := range names {
		set, _ := coop.ByName(name)
		if info, err := os.Stat(filepath.Join(o.data, set.Folder)); err == nil && info.IsDir() {
			there = append(there, name)
		} else {
			missing = append(missing, set.Folder)
		}
	}
	switch {
	case len(there) == 0:
		return nil, fmt.Errorf("-data %s holds none of the folders %s", o.data, strings.Join(missing, ", "))
	case len(missing) > 0:
		fmt.Fprintf(stderr, "train: note: -data %s does not hold %s, which are left out\n", o.data, strings.Join(missing, ", "))
	}
	return there, nil
}

// checkNames refuses names that are unknown, named twice, or do not go with
// the other flags.
func (o *options) checkNames(names []string) error {
	rendered := 0
	for i, name := range names {
		kind, err := data.KindOf(name)
		switch {
		case slices.Contains(names[:i], name):
			return cli.Usagef("-dataset names %s twice", name)
		case err != nil:
			return cli.Usagef("unknown -dataset %q: choose from %s, %s (all of these), %s, %s (those in -data), folder", name,
				strings.Join(world.TaskNames(), ", "), worldWord, strings.Join(coop.Names(), ", "), allWord)
		case kind == data.Own && len(names) > 1:
			return cli.Usagef("-dataset folder stands alone")
		case kind == data.Own && o.data == "":
			return cli.Usagef("-dataset folder needs -data DIR")
		case kind == data.Own && (o.protocol == "xd" || o.protocol == "dg"):
			return cli.Usagef("-protocol %s trains on a task of the world or a published dataset, not on a folder of images", o.protocol)
		case kind == data.Published && o.data == "":
			set, _ := coop.ByName(name)
			return cli.Usagef("-dataset %s needs -data DIR, the folder that holds %s", name, set.Folder)
		case kind == data.Rendered:
			rendered++
		}
	}
	switch {
	case len(names) == 0:
		return cli.Usagef("-dataset names no dataset")
	case rendered == len(names) && o.data != "":
		return cli.Usagef("-data goes with -dataset folder or a published dataset; %s is rendered, not read", names[0])
	case rendered > 0 && rendered < len(names) && (o.protocol == "xd" || o.protocol == "dg"):
		return cli.Usagef("-protocol %s goes between datasets of one kind: name tasks of the world or published datasets, not both", o.protocol)
	}
	return nil
}

// transferTargets returns the published datasets that protocols xd and dg test on: those
// of -targets, or all that are in -data. On the world they follow from the
// task.
func (o *options) transferTargets(under string, sources []string) ([]string, error) {
	if under != "xd" && under != "dg" {
		if o.targets != "" {
			return nil, cli.Usagef("-targets goes with -protocol xd or dg")
		}
		return nil, nil
	}
	var valid []string
	for _, source := range sources {
		for _, name := range protocol.TargetsOf(under, source) {
			if !slices.Contains(valid, name) {
				valid = append(valid, name)
			}
		}
	}
	named := split(o.targets)
	for i, name := range named {
		if !slices.Contains(valid, name) {
			return nil, cli.Usagef("unknown -targets %q: -protocol %s tests on %s after training on %s", name, under, strings.Join(valid, ", "), o.dataset)
		}
		if slices.Contains(named[:i], name) {
			return nil, cli.Usagef("-targets names %s twice", name)
		}
	}
	if kind, _ := data.KindOf(sources[0]); kind != data.Published || len(named) > 0 || len(valid) == 0 {
		return named, nil
	}
	there, err := o.found(valid)
	if err != nil {
		return nil, fmt.Errorf("there is nothing to test on: %w", err)
	}
	return there, nil
}

// usualMethods are compared on images of the user's own, when none are named,
// and rivalMethods on the synthetic world, where each takes seconds: the
// baselines of the paper, and what CDC must beat to show that it is more than
// several prompts or a second vote for CLIP's own answer.
var (
	usualMethods = []string{"zeroshot", "maple", "cdc"}
	rivalMethods = []string{"zeroshot", "coop", "cocoop", "maple", "maple+zs", "ensemble", "cdc", "cdc-lite"}
)

// defaultMethods are what is compared when nothing is asked for.
func (o *options) defaultMethods() string {
	if o.data == "" {
		return strings.Join(rivalMethods, ",")
	}
	return strings.Join(usualMethods, ",")
}
