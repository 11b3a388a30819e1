package eval

import "frontdoor/clip"

// Settle gives every cell of the run its settings: the recipe for the model,
// the protocol, the dataset and the shots, in which non-zero fields of override
// win. With several numbers of templates, methods that have templates are
// computed with each.
func (c *Config) Settle(m *clip.Model, override Settings, templates []int) {
	c.Settings, c.TemplatesList = nil, nil
	if len(templates) == 1 {
		override.Templates = templates[0]
	}
	for _, method := range c.Methods {
		for _, variant := range c.counts(m, method, override, templates) {
			o := override
			if variant != 0 {
				o.Templates = variant
			}
			for _, set := range c.Sets() {
				for _, shots := range c.AllShots() {
					c.SetFor(Cell{set.Name, shots, 0, method, variant}, c.recipe(m, method, set.Name, shots, o))
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
func (c *Config) counts(m *clip.Model, method string, override Settings, templates []int) []int {
	if len(templates) < 2 {
		return []int{0}
	}
	for _, n := range templates {
		override.Templates = n
		if RecipeFor(m, method, c.Protocol, c.AllShots()[0], override).Templates != n {
			return []int{0}
		}
	}
	return templates
}

// recipe is RecipeFor with what is published for a dataset of its own.
func (c *Config) recipe(m *clip.Model, method, dataset string, shots int, override Settings) Settings {
	s := RecipeFor(m, method, c.Protocol, shots, override)
	if method == "coop" && dataset == "imagenet" && s.Schedule == "epoch" && override.Epochs == 0 {
		s.Epochs = 50
	}
	return s
}
