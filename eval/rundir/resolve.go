package rundir

import (
	"frontdoor/clip"
	"frontdoor/method"
)

// Resolve gives every cell of the run its settings: the recipe for the model,
// the protocol, the dataset and the shots, in which non-zero fields of asked
// win. With several numbers of templates, methods that have templates are
// computed with each. All methods must be registered.
func (c *Config) Resolve(m *clip.Model, asked method.Settings, templates []int) {
	c.Settings, c.TemplatesList = nil, nil
	if len(templates) == 1 {
		asked.Templates = templates[0]
	}
	for _, name := range c.Methods {
		for _, n := range c.counts(m, name, asked, templates) {
			o := asked
			if n != 0 {
				o.Templates = n
			}
			for _, set := range c.Sets() {
				for _, shots := range c.AllShots() {
					cell := Cell{set.Name, shots, 0, name, n}
					c.SetFor(cell, cell.How().Recipe(m, c.Experiment(cell), o))
				}
			}
		}
	}
	if len(templates) > 1 {
		c.TemplatesList = templates
	}
}

// counts lists the numbers of templates to compute a method with: those asked
// for if there are several and they make a difference to it, else just 0.
func (c *Config) counts(m *clip.Model, name string, asked method.Settings, templates []int) []int {
	if len(templates) < 2 {
		return []int{0}
	}
	cell := Cell{Method: name, Shots: c.AllShots()[0]}
	for _, n := range templates {
		asked.Templates = n
		if cell.How().Recipe(m, c.Experiment(cell), asked).Templates != n {
			return []int{0}
		}
	}
	return templates
}
