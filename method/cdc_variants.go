package method

import "frontdoor/cdc"

// cdcVariants take CDC apart, in the order in which tables show them. "-method
// ablations" trains CDC and those that take something out or change it.
var cdcVariants = []*Method{
	variant("one-template", "one template: M = 1", func(o *cdc.Options) { o.M = 1 }),
	variant("two-templates", "two templates: M = 2", func(o *cdc.Options) { o.M = 2 }),
	variant("eight-templates", "eight templates: M = 8", func(o *cdc.Options) { o.M = 8 }),
	variant("no-dstc", "no DSTC: cross entropy, and the mean of the logits decides", func(o *cdc.Options) { o.Trusted = false }),
	variant("no-vsd", "no VSD: all templates see the plain crop", func(o *cdc.Options) { o.ViewSet = 0 }),
	variant("views2", "augmentation set 2: a random crop before each", func(o *cdc.Options) { o.ViewSet = 2 }),
	variant("no-fused", "no loss on the fused opinion", func(o *cdc.Options) { o.Fused = 0 }),
	variant("no-de", "no diversity loss L_de", func(o *cdc.Options) { o.Diversity = 0 }),
	variant("de3", "L_de of weight 3, ten times ours", func(o *cdc.Options) { o.Diversity = 3 }),
	variant("raw-de", "L_de of the features, not of their residuals", func(o *cdc.Options) { o.RawCosine = true }),
	variant("no-con", "no consistency loss L_con", func(o *cdc.Options) { o.Consistency = 0 }),
	variant("con4", "L_con of weight 4, four times ours", func(o *cdc.Options) { o.Consistency = 4 }),
	variant("kl", "annealed KL term of weight 0.1", func(o *cdc.Options) { o.KL = 0.1 }),
	variant("softplus", "evidence softplus(l - c)", func(o *cdc.Options) { o.Evidence = cdc.Softplus }),
	variant("relu", "evidence relu(l - c)", func(o *cdc.Options) { o.Evidence = cdc.ReLU }),
	variant("offset-mean", "c = mean logit", func(o *cdc.Options) { o.Offset = cdc.Mean }),
	variant("offset-max", "c = mean of the largest logit", func(o *cdc.Options) { o.Offset = cdc.MeanMax }),
	variant("mean-prob", "fusion by the mean of the opinions", func(o *cdc.Options) { o.Fusion = cdc.MeanProb }),
	variant("mean-logits", "fusion by the mean of the logits", func(o *cdc.Options) { o.Fusion = cdc.MeanLogits }),
	variant("no-hand", "the hand-crafted template takes no part in the fusion", func(o *cdc.Options) { o.HandCrafted = false }),
	variant("no-familiarity", "learned templates weigh the same for classes unlike the training classes", func(o *cdc.Options) { o.ClassSimilarity = false }),
	variant("independent", "opinions count as independent: Dempster's rule as it stands", func(o *cdc.Options) { o.Independence = 1 }),
	variant("open", "probabilities α/S: what is not believed is shared equally", func(o *cdc.Options) { o.Closed = false }),
	variant("one-look", "one test-time view: all templates classify the whole image", func(o *cdc.Options) { o.TestViews = false }),
	variant("paper", "our reading of the paper: without the four above, which are ours; L_con of weight 4", asInPaper),
	variant("ensemble", "no DSTC, no VSD, no L_de, no L_con: what is ours, around the ensemble", onlyOurs),
	cdcShared,
	cdcStudent,
}

// asInPaper takes out what we added to the fusion.
func asInPaper(o *cdc.Options) {
	o.Consistency, o.ClassSimilarity, o.Independence, o.Closed, o.TestViews = 4, false, 1, false, false
}

// onlyOurs takes out what is the paper's, but for the templates and t^0.
func onlyOurs(o *cdc.Options) {
	o.Trusted, o.ViewSet, o.Fused, o.Diversity, o.Consistency = false, 0, 0, 0, 0
}
