package eval

import (
	"fmt"
	"strings"

	"frontdoor/clip"
	"frontdoor/data"
)

// published holds the settings of the published configurations: what CoOp's
// and MaPLe's repositories use for base-to-new experiments with ViT-B/16 and
// 16 images a class. The last model is the one that counts, and the schedule
// is Dassl's: one epoch at 1e-5, then a cosine stepped by epochs.
var published = map[string]Settings{
	"coop":        {Epochs: 200, Batch: 32, LR: 0.002, Words: data.Phrase},
	"coop-csc":    {Epochs: 200, Batch: 32, LR: 0.002, Tokens: 16, PerClass: true},
	"cocoop":      {Epochs: 10, Batch: 1, LR: 0.002, Words: data.Phrase},
	"vpt-shallow": {Epochs: 5, Batch: 4, LR: 0.0025, VisionTokens: 8, VisionDepth: 1},
	"vpt":         {Epochs: 5, Batch: 4, LR: 0.0025, VisionTokens: 8, VisionDepth: 12},
	"language":    {Epochs: 5, Batch: 4, LR: 0.0025, Tokens: 4, Depth: 12},
	"ivlp":        {Epochs: 5, Batch: 4, LR: 0.0035, Tokens: 2, Depth: 12, VisionTokens: 2, VisionDepth: 12},
	"maple":       {Epochs: 5, Batch: 4, LR: 0.0035, Tokens: 2, Depth: 9},
	"maple+zs":    {Epochs: 5, Batch: 4, LR: 0.0035, Tokens: 2, Depth: 9},
	"ensemble":    {Epochs: 5, Batch: 4, LR: 0.0035, Tokens: 2, Depth: 9, Templates: 4},
	"ensemble+zs": {Epochs: 5, Batch: 4, LR: 0.0035, Tokens: 2, Depth: 9, Templates: 4},
	"cdc":         {Epochs: 5, Batch: 4, LR: 0.0035, Tokens: 2, Depth: 9, Templates: 4},
}

// small holds the settings for the tiny model, found on the synthetic world's
// task texshape. CoOp's, MaPLe's and CDC's come from the prototype, and the
// ensemble's are CDC's; of the others only the learning rate was chosen, among
// 0.01, 0.03, 0.1 and 0.3, by texshape with two seeds.
var small = map[string]Settings{
	"coop":        {Epochs: 6, Batch: 16, LR: 0.2, Words: data.Phrase},
	"coop-csc":    {Epochs: 6, Batch: 16, LR: 0.2, Tokens: 4, PerClass: true},
	"cocoop":      {Epochs: 6, Batch: 16, LR: 0.1, Words: data.Phrase},
	"vpt-shallow": {Epochs: 6, Batch: 16, LR: 0.03, VisionTokens: 4, VisionDepth: 1},
	"vpt":         {Epochs: 6, Batch: 16, LR: 0.1, VisionTokens: 4, VisionDepth: 4},
	"language":    {Epochs: 6, Batch: 16, LR: 0.1, Tokens: 4, Depth: 3},
	"ivlp":        {Epochs: 6, Batch: 16, LR: 0.1, Tokens: 2, Depth: 3, VisionTokens: 2, VisionDepth: 3},
	"maple":       {Epochs: 6, Batch: 16, LR: 0.03, Tokens: 2, Depth: 3},
	"maple+zs":    {Epochs: 6, Batch: 16, LR: 0.03, Tokens: 2, Depth: 3},
	"ensemble":    {Epochs: 6, Batch: 16, LR: 0.03, Tokens: 2, Depth: 3, Templates: 4},
	"ensemble+zs": {Epochs: 6, Batch: 16, LR: 0.03, Tokens: 2, Depth: 3, Templates: 4},
	"cdc":         {Epochs: 6, Batch: 16, LR: 0.03, Tokens: 2, Depth: 3, Templates: 4},
}

// smallImage is the image side up to which a model counts as small: its recipe
// was found on the synthetic world.
const smallImage = 64

// Recipe returns the settings of a method for a model in base-to-new
// experiments: the tiny model's, found on the synthetic world, or the published
// ones for ViT-B/16 and its kind. Non-zero fields of override win.
func Recipe(m *clip.Model, method string, override Settings) Settings {
	return RecipeFor(m, method, "base2new", 16, override)
}

// RecipeFor is Recipe for any protocol and number of images a class.
func RecipeFor(m *clip.Model, method, protocol string, shots int, override Settings) Settings {
	tiny := m.Config.Vision.Image <= smallImage
	recipe := method
	if isCDC(method) {
		recipe = "cdc"
	}
	s := published[recipe]
	if tiny {
		s = small[recipe]
	}
	if Untrained(method) {
		return Settings{Schedule: "none"}
	}
	s.Schedule = "step"
	if !tiny {
		s.Schedule = "epoch"
		s.forProtocol(method, protocol, shots)
	}
	s.override(override)
	s.variant(method)
	s.Depth = min(s.Depth, m.Config.Text.Layers)
	s.VisionDepth = min(s.VisionDepth, m.Config.Vision.Layers)
	if coupled(method) {
		s.Depth = min(s.Depth, m.Config.Vision.Layers)
	}
	s.context(method, override)
	if plainImages(method) {
		s.Draws = override.Draws
	}
	if s.Words != "" {
		s.Tokens = len(m.Tokenizer.Encode(s.Words))
	}
	return s
}

// forProtocol changes what other benchmarks than base-to-new publish.
func (s *Settings) forProtocol(method, protocol string, shots int) {
	switch {
	case method == "coop" && (protocol == "all" || protocol == "fewshot"): // CoOp's few-shot curves
		s.Words, s.Tokens, s.Epochs = "", 16, 200
		if shots == 1 {
			s.Epochs = 50
		} else if shots < 8 {
			s.Epochs = 100
		}
	case protocol != "xd" && protocol != "dg":
	case method == "coop":
		s.Epochs = 50
	case coupled(method):
		s.Epochs, s.LR, s.Depth = 2, 0.0026, 3
	}
}

// plainImages says whether a method learns nothing for the image tower.
func plainImages(method string) bool {
	return method == "coop" || method == "coop-csc" || method == "cocoop" || method == "language"
}

// coupled says whether a method learns templates of MaPLe's kind.
func coupled(method string) bool {
	return strings.HasPrefix(method, "maple") || strings.HasPrefix(method, "ensemble") || isCDC(method)
}

// override takes the numbers of o that are not zero. Tokens and depth mean the
// towers that have learned tokens.
func (s *Settings) override(o Settings) {
	set := func(to *int, from int) {
		if from != 0 {
			*to = from
		}
	}
	set(&s.Epochs, o.Epochs)
	set(&s.Batch, o.Batch)
	if o.LR != 0 {
		s.LR = o.LR
	}
	if s.Templates != 0 {
		set(&s.Templates, o.Templates)
	}
	if s.Tokens != 0 || s.Words != "" {
		set(&s.Tokens, o.Tokens)
	}
	if s.Depth != 0 {
		set(&s.Depth, o.Depth)
	}
	if s.VisionDepth != 0 {
		set(&s.VisionTokens, o.Tokens)
		set(&s.VisionDepth, o.Depth)
	}
}

// context takes what o says about a context in CoOp's manner, if the method has
// one. Words and a number of tokens exclude each other.
func (s *Settings) context(method string, o Settings) {
	coop := method == "coop" || method == "coop-csc"
	if !coop && method != "cocoop" {
		return
	}
	if coop && o.Position != "" {
		s.Position = o.Position
	}
	s.PerClass = s.PerClass || coop && o.PerClass
	switch {
	case s.PerClass || o.Tokens != 0:
		s.Words = ""
		if s.Tokens == 0 {
			s.Tokens = 16 // CoOp's own default
		}
	case o.Words != "":
		s.Words = o.Words
	}
}

// Describe says in words what will be trained, and how.
func (s Settings) Describe() string {
	var parts []string
	add := func(ok bool, format string, args ...any) {
		if ok {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(s.Epochs > 0, "%d epochs, batch %d, lr %g", s.Epochs, s.Batch, s.LR)
	add(s.Templates > 0, "%d templates", s.Templates)
	add(s.Tokens > 0 && s.Depth == 0, "%d tokens", s.Tokens)
	add(s.Depth > 0, "%d tokens in %d blocks", s.Tokens, s.Depth)
	add(s.VisionDepth > 0, "%d vision tokens in %d blocks", s.VisionTokens, s.VisionDepth)
	add(s.Words != "", "from %q", s.Words)
	add(s.Position != "", "name at %s", s.Position)
	add(s.PerClass, "per class")
	add(s.fewDraws(), "%d draws of each image", s.Draws)
	if len(parts) == 0 {
		return "nothing to train"
	}
	return strings.Join(parts, ", ")
}
