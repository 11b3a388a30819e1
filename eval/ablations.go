package eval

import (
	"slices"
	"strings"

	"frontdoor/cdc"
	"frontdoor/prompt"
)

// Ablation is a variant of CDC that differs in one thing, so that a table with
// both tells what this thing is worth. Its name is that of a method.
type Ablation struct {
	Name  string
	What  string // what it changes, in words
	Apply func(*cdc.Options)
}

// Ablations lists the variants, in the order in which tables show them.
// "-method ablations" trains CDC and all of them.
var Ablations = []Ablation{
	{"cdc-one-template", "one template: M = 1", func(o *cdc.Options) { o.M = 1 }},
	{"cdc-two-templates", "two templates: M = 2", func(o *cdc.Options) { o.M = 2 }},
	{"cdc-eight-templates", "eight templates: M = 8", func(o *cdc.Options) { o.M = 8 }},
	{"cdc-no-dstc", "no DSTC: cross entropy, and the mean of the logits decides", func(o *cdc.Options) { o.Trusted = false }},
	{"cdc-no-vsd", "no VSD: all templates see the plain crop", func(o *cdc.Options) { o.ViewSet = 0 }},
	{"cdc-views2", "augmentation set 2: a random crop before each", func(o *cdc.Options) { o.ViewSet = 2 }},
	{"cdc-no-fused", "no loss on the fused opinion", func(o *cdc.Options) { o.Fused = 0 }},
	{"cdc-no-de", "no diversity loss L_de", func(o *cdc.Options) { o.Diversity = 0 }},
	{"cdc-de3", "L_de of weight 3, ten times ours", func(o *cdc.Options) { o.Diversity = 3 }},
	{"cdc-raw-de", "L_de of the features, not of their residuals", func(o *cdc.Options) { o.RawCosine = true }},
	{"cdc-no-con", "no consistency loss L_con", func(o *cdc.Options) { o.Consistency = 0 }},
	{"cdc-con4", "L_con of weight 4, four times ours", func(o *cdc.Options) { o.Consistency = 4 }},
	{"cdc-kl", "annealed KL term of weight 0.1", func(o *cdc.Options) { o.KL = 0.1 }},
	{"cdc-softplus", "evidence softplus(l - c)", func(o *cdc.Options) { o.Evidence = cdc.Softplus }},
	{"cdc-relu", "evidence relu(l - c)", func(o *cdc.Options) { o.Evidence = cdc.ReLU }},
	{"cdc-offset-mean", "c = mean logit", func(o *cdc.Options) { o.Offset = cdc.Mean }},
	{"cdc-offset-max", "c = mean of the largest logit", func(o *cdc.Options) { o.Offset = cdc.MeanMax }},
	{"cdc-mean-prob", "fusion by the mean of the opinions", func(o *cdc.Options) { o.Fusion = cdc.MeanProb }},
	{"cdc-mean-logits", "fusion by the mean of the logits", func(o *cdc.Options) { o.Fusion = cdc.MeanLogits }},
	{"cdc-no-hand", "the hand-crafted template takes no part in the fusion", func(o *cdc.Options) { o.HandCrafted = false }},
	{"cdc-no-familiarity", "learned templates weigh the same for classes unlike the training classes", func(o *cdc.Options) { o.ClassSimilarity = false }},
	{"cdc-independent", "opinions count as independent: Dempster's rule as it stands", func(o *cdc.Options) { o.Independence = 1 }},
	{"cdc-open", "probabilities α/S: what is not believed is shared equally", func(o *cdc.Options) { o.Closed = false }},
	{"cdc-one-look", "one test-time view: all templates classify the whole image", func(o *cdc.Options) { o.TestViews = false }},
	{"cdc-paper", "our reading of the paper: without the four above, which are ours; L_con of weight 4", paper},
	{"cdc-ensemble", "no DSTC, no VSD, no L_de, no L_con: what is ours, around the ensemble", plain},
}

// paper takes out what we added to the fusion.
func paper(o *cdc.Options) {
	o.Consistency, o.ClassSimilarity, o.Independence, o.Closed, o.TestViews = 4, false, 1, false, false
}

// plain takes out what is the paper's, but for the templates and t^0.
func plain(o *cdc.Options) {
	o.Trusted, o.ViewSet, o.Fused, o.Diversity, o.Consistency = false, 0, 0, 0, 0
}

// LiteWays lists the ways to make CDC light, to compare.
var LiteWays = []Ablation{
	{"cdc-lite", "one set of vision tokens for all templates, two test-time views: two image passes", func(o *cdc.Options) { o.Lite = cdc.Shared }},
	{"cdc-shared", "the same with one test-time view: one image pass", func(o *cdc.Options) { o.Lite, o.TestViews = cdc.Shared, false }},
	{"cdc-student", "a student of the fused opinion: one image pass", func(o *cdc.Options) { o.Lite = cdc.Student }},
}

// ablation finds a variant by its name.
func ablation(name string) (Ablation, bool) {
	for _, a := range slices.Concat(Ablations, LiteWays) {
		if a.Name == name {
			return a, true
		}
	}
	return Ablation{}, false
}

// ablationNames lists the variants' names.
func ablationNames() []string {
	var names []string
	for _, a := range slices.Concat(Ablations, LiteWays) {
		names = append(names, a.Name)
	}
	return names
}

// isCDC says whether a method is CDC or one of its variants.
func isCDC(method string) bool { return method == "cdc" || strings.HasPrefix(method, "cdc-") }

// variant sets the switches of CDC, if the method is CDC or a variant of it.
func (s *Settings) variant(method string) {
	if !isCDC(method) {
		return
	}
	s.CDC = cdc.DefaultOptions(s.Templates, prompt.Coupling{}, "")
	if a, ok := ablation(method); ok {
		a.Apply(&s.CDC)
		s.Templates = s.CDC.M
	}
	s.CDC.M = 0 // kept in Templates only
}
