package protocol

import (
	"fmt"
	"slices"
	"strings"

	"frontdoor/data/coop"
	"frontdoor/data/world"
	"frontdoor/eval/rundir"
	"frontdoor/internal/setting"
)

// The published experiments on transfer train on ImageNet. Cross-dataset
// transfer (xd) then tests on the ten other datasets of the benchmark, domain
// generalisation (dg) on four variants of ImageNet, two of which have some of
// its classes only. On the world, xd trains on a task and tests on the other
// tasks, dg on the shifted variants of the task itself.

// Benchmark lists the datasets that protocol xd goes between, and variants
// those that dg tests on after ImageNet.
var (
	Benchmark = coop.Names()[:11]
	variants  = coop.Names()[11:]
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
		all = variants
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
func targetsOf(c *rundir.Config, source string) []string {
	all := TargetsOf(c.Protocol, source)
	if len(c.Targets) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(name string) bool { return !slices.Contains(c.Targets, name) })
}

// transferable returns an error if the protocol takes what was learned to
// other datasets and there is none.
func transferable(c *rundir.Config) error {
	if c.Protocol != "xd" && c.Protocol != "dg" {
		return nil
	}
	for _, set := range c.Sets() {
		if len(TargetsOf(c.Protocol, set.Name)) == 0 {
			more := ""
			if c.Protocol == "xd" {
				more = " (or another dataset of the paper)"
			}
			return setting.Errorf("{protocol} %s cannot train on %s: choose as {dataset} one of %s or, with {data}, imagenet%s", c.Protocol, set.Name, strings.Join(world.TaskNames(), ", "), more)
		}
		if len(targetsOf(c, set.Name)) == 0 {
			return setting.Errorf("{targets}: after training on %s, {protocol} %s tests on some of %s", set.Name, c.Protocol, strings.Join(TargetsOf(c.Protocol, set.Name), ", "))
		}
	}
	return nil
}
