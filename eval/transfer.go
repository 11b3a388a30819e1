package eval

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"frontdoor/data"
	"frontdoor/data/coop"
	"frontdoor/data/world"
	"frontdoor/prompt"
)

// The published experiments on transfer train on ImageNet. Cross-dataset
// transfer (xd) then tests on the ten other datasets of the benchmark, domain
// generalisation (dg) on four variants of ImageNet, two of which have some of
// its classes only. On the world, xd trains on a task and tests on the other
// tasks, dg on the shifted variants of the task itself.

// Benchmark lists the datasets that protocol xd goes between, and Variants
// those that dg tests on after ImageNet.
var (
	Benchmark = coop.Names()[:11]
	Variants  = coop.Names()[11:]
)

// TargetsOf lists all that protocol xd or dg can test on after training on a
// dataset; nothing if the protocol does not know the dataset.
func TargetsOf(protocol, source string) []string {
	task, err := world.TaskByName(source)
	var all []string
	switch {
	case err == nil && protocol == "xd":
		all = TasksOf(task.World)
	case err == nil:
		for _, v := range task.Variants() {
			all = append(all, v.Name)
		}
	case protocol == "xd" && slices.Contains(Benchmark, source):
		all = Benchmark
	case protocol == "dg" && source == "imagenet":
		all = Variants
	}
	return slices.DeleteFunc(slices.Clone(all), func(name string) bool { return name == source })
}

// TasksOf lists the tasks of the world with a number.
func TasksOf(number uint64) []string {
	names := world.TaskNames()
	for i := range names {
		if number != 0 {
			names[i] += fmt.Sprintf("@%d", number)
		}
	}
	return names
}

// targetsOf lists what the run tests on after training on a dataset.
func (c *Config) targetsOf(source string) []string {
	all := TargetsOf(c.Protocol, source)
	if len(c.Targets) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(name string) bool { return !slices.Contains(c.Targets, name) })
}

// transferable returns an error if the protocol takes what was learned to
// other datasets and there is none.
func (c *Config) transferable() error {
	if c.Protocol != "xd" && c.Protocol != "dg" {
		return nil
	}
	for _, set := range c.Sets() {
		if len(TargetsOf(c.Protocol, set.Name)) == 0 {
			source := "one of " + strings.Join(world.TaskNames(), ", ") + " or, with -data, imagenet"
			if c.Protocol == "xd" {
				source += " (or another dataset of the paper)"
			}
			return fmt.Errorf("-protocol %s cannot train on %s: choose as -dataset %s", c.Protocol, set.Name, source)
		}
		if len(c.targetsOf(set.Name)) == 0 {
			return fmt.Errorf("-targets: after training on %s, -protocol %s tests on some of %s", set.Name, c.Protocol, strings.Join(TargetsOf(c.Protocol, set.Name), ", "))
		}
	}
	return nil
}

// transfer tests a cell on the dataset that it was trained on and on the
// targets, each with the hand-crafted caption of its own and among its own
// classes. A learner that is bound to its classes has no row for a target with
// others.
func (r *Run) transfer(ctx context.Context, c *cell) ([]Row, error) {
	own := *r.Dataset
	if r.Config.Protocol == "dg" { // the context shifts, and nothing else
		own.Test = own.SameContext()
	}
	sets := []*data.Dataset{&own}
	for _, name := range r.Config.targetsOf(c.id.Dataset) {
		ds, err := r.target(ctx, name)
		if err != nil {
			return nil, err
		}
		sets = append(sets, ds)
	}
	var rows []Row
	for _, ds := range sets {
		row := r.newRow(c)
		row.Dataset, row.Source = ds.Name, r.Dataset.Name
		l, err := c.twin(ds.Template, ds.Classes)
		if errors.Is(err, prompt.ErrClassBound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("dataset %s: %w", ds.Name, err)
		}
		o, err := classify(ctx, l, ds.Test, c.load)
		if err != nil {
			return nil, err
		}
		row.fill(o)
		rows = append(rows, row)
	}
	return rows, nil
}

// target opens a dataset to test on, once for all cells of a source. Of its
// images only those to test on are kept.
func (r *Run) target(ctx context.Context, name string) (*data.Dataset, error) {
	if ds := r.targets[name]; ds != nil {
		return ds, nil
	}
	ds, err := r.openTarget(ctx, name)
	if err != nil {
		return nil, err
	}
	if err := CheckClasses(r.Model, ds); err != nil {
		return nil, err
	}
	if r.targets == nil {
		r.targets = map[string]*data.Dataset{}
	}
	r.targets[name] = &data.Dataset{Name: ds.Name, Classes: ds.Classes, Template: ds.Template, Test: ds.Test}
	return r.targets[name], nil
}

func (r *Run) openTarget(ctx context.Context, name string) (*data.Dataset, error) {
	if items, ok := r.Dataset.ExtraSet(name); ok && r.Config.Protocol == "dg" {
		return &data.Dataset{Name: name, Classes: r.Dataset.Classes, Template: r.Dataset.Template, Test: items}, nil
	}
	if r.Open == nil {
		return nil, fmt.Errorf("dataset %s cannot be opened by this run", name)
	}
	return r.Open(ctx, name)
}
