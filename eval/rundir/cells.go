package rundir

import (
	"fmt"
	"slices"

	"frontdoor/method"
)

// Cell is the unit of a run: one method trained on one dataset with one seed,
// and tested by the protocol. A run is the product of its lists of cells, and
// each can be computed on its own, in any order and on any machine.
type Cell struct {
	Dataset string `json:"dataset"`
	Shots   int    `json:"shots"`
	Seed    uint64 `json:"seed"`
	Method  string `json:"method"`
	M       int    `json:"m,omitempty"` // templates, if the run compares several numbers of them
}

// Name names the cell in files: "texshape-16shot-cdc-m2-seed1".
func (c Cell) Name() string {
	return fmt.Sprintf("%s-%dshot-%s-seed%d", c.Dataset, c.Shots, c.Variant(), c.Seed)
}

// String names the cell for people: "cdc M=2 on texshape, 16 shots, seed 1".
func (c Cell) String() string {
	name := c.Method
	if c.M > 0 {
		name += fmt.Sprintf(" M=%d", c.M)
	}
	return fmt.Sprintf("%s on %s, %d shots, seed %d", name, c.Dataset, c.Shots, c.Seed)
}

// How returns the cell's method, which must be a registered one.
func (c Cell) How() *method.Method {
	m := method.Find(c.Method)
	if m == nil {
		panic(fmt.Sprintf("rundir: %s: unknown method", c))
	}
	return m
}

// Variant is the method with what tells it from others of that name: the key of
// the cell in Config.Settings.
func (c Cell) Variant() string { return variant(c.Method, c.M) }

// variant is the key of a method with m templates; 0 stands for a run that has
// one number of templates, or a method that has none.
func variant(name string, m int) string {
	if m == 0 {
		return name
	}
	return fmt.Sprintf("%s-m%d", name, m)
}

// Kind names the cell without its seed: the key of what cells that differ in
// nothing else have in common.
func (c Cell) Kind() string { return fmt.Sprintf("%s-%dshot-%s", c.Dataset, c.Shots, c.Variant()) }

// Set is what a run needs to know about a dataset that it trains on.
type Set struct {
	Name     string   `json:"name"`
	Classes  []string `json:"classes"`
	Template string   `json:"template"`
}

// Sets lists the datasets that the run trains on.
func (c *Config) Sets() []Set {
	if len(c.Datasets) > 0 {
		return c.Datasets
	}
	return []Set{{c.Dataset, c.Classes, c.Template}}
}

// AllShots lists the numbers of training images of a class.
func (c *Config) AllShots() []int {
	if len(c.ShotsList) > 0 {
		return c.ShotsList
	}
	return []int{c.Shots}
}

// Sweep reports whether a method and a seed are not enough to name a cell.
func (c *Config) Sweep() bool {
	return len(c.Sets()) > 1 || len(c.AllShots()) > 1 || len(c.TemplatesList) > 0
}

// Cells lists the cells of the run in the order of its files, which is the
// order in which they are computed. Seeds come before methods, so that what
// one method encodes is there for the next.
func (c *Config) Cells() []Cell {
	var cells []Cell
	for _, set := range c.Sets() {
		for _, shots := range c.AllShots() {
			for _, seed := range c.Seeds {
				for _, name := range c.Methods {
					for _, m := range c.TemplatesOf(name) {
						cells = append(cells, Cell{set.Name, shots, seed, name, m})
					}
				}
			}
		}
	}
	return cells
}

// TemplatesOf lists the numbers of templates that a method is computed with:
// those of the list, if the method has templates, and just 0 if not.
func (c *Config) TemplatesOf(name string) []int {
	if _, one := c.Settings[name]; one || len(c.TemplatesList) == 0 {
		return []int{0}
	}
	var list []int
	for _, m := range c.TemplatesList {
		if _, ok := c.Settings[variant(name, m)]; ok {
			list = append(list, m)
		}
	}
	return list
}

// For returns the settings of a cell.
func (c *Config) For(cell Cell) method.Settings {
	if s, ok := c.Settings[cell.Kind()]; ok {
		return s
	}
	return c.Settings[cell.Variant()]
}

// SetFor notes the settings of a cell, where no cell of its variant was noted
// before or where they differ from that one's.
func (c *Config) SetFor(cell Cell, s method.Settings) {
	if c.Settings == nil {
		c.Settings = map[string]method.Settings{}
	}
	first, known := c.Settings[cell.Variant()]
	switch {
	case !known:
		c.Settings[cell.Variant()] = s
	case first != s:
		c.Settings[cell.Kind()] = s
	}
}

// prefix begins the names of a cell's tensors in the run's checkpoint.
func (c *Config) prefix(cell Cell) string {
	if c.Sweep() {
		return cell.Name() + "."
	}
	return fmt.Sprintf("%s.seed%d.", cell.Method, cell.Seed)
}

// Shard is a part of a run's cells: the I-th of N, counted from 0. The zero
// value is the whole.
type Shard struct{ I, N int }

// Whole reports whether the shard is all of the run.
func (s Shard) Whole() bool { return s.N < 1 }

// Of returns the shard's cells. Of N cells in a row every shard has one, in an
// order that is moved on by one from row to row: else, with as many shards as
// methods, the slowest method would be one shard's alone.
func (s Shard) Of(cells []Cell) []Cell {
	if s.Whole() {
		return cells
	}
	var own []Cell
	for k, cell := range cells {
		if s.has(k) {
			own = append(own, cell)
		}
	}
	return own
}

func (s Shard) has(k int) bool { return (k+k/s.N)%s.N == s.I }

// String is what the flag -shard takes: "0/3".
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.I, s.N) }

// Folder is where the shard's part of a run lies, below the run's folder.
func (s Shard) Folder() string { return fmt.Sprintf("shard-%d-of-%d", s.I, s.N) }

// Set returns the dataset of that name.
func (c *Config) Set(name string) (Set, bool) {
	sets := c.Sets()
	i := slices.IndexFunc(sets, func(s Set) bool { return s.Name == name })
	if i < 0 {
		return Set{}, false
	}
	return sets[i], true
}

// Experiment is what a cell's method is trained for.
func (c *Config) Experiment(cell Cell) method.Experiment {
	return method.Experiment{Protocol: c.Protocol, Dataset: cell.Dataset, Shots: cell.Shots, EveryImage: c.EveryImage}
}

// Default returns the method of a run that answers where nobody chooses: the one
// that is compared with the others, or the last one; "" of a run without methods.
func (c *Config) Default() string {
	for _, name := range c.Methods {
		if m := method.Find(name); m != nil && m.Proposed {
			return name
		}
	}
	if len(c.Methods) == 0 {
		return ""
	}
	return c.Methods[len(c.Methods)-1]
}
