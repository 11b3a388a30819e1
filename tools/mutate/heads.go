package main

// headMistakes are mistakes in the heads on frozen features, and in the
// optimisers and schedules that train them.
var headMistakes = []mutation{
	one("keys as means of unit features", "adapter/tip.go", "	b, e := views[0].Rows(), views[0].Cols()\n	mean :=", "	units := make([]*autograd.Tensor, len(views))\n	for i, v := range views {\n		units[i] = Unit(v)\n	}\n	views = units\n	b, e := views[0].Rows(), views[0].Cols()\n	mean :="),
	one("affinity exp(β cos - 1)", "adapter/ops.go", "beta*v - beta", "beta*v - 1"),
	one("grid of β that reaches its end", "adapter/tip.go", "(g.MaxBeta-tipLowest)/tipBetas", "(g.MaxBeta-tipLowest)/(tipBetas-1)"),
	one("last of equal pairs α, β", "adapter/tip.go", "right > best.Best", "right >= best.Best"),
	one("Tip-Adapter-F by Adam instead of AdamW", "adapter/tipf.go", "o.Eps, o.WeightDecay, true", "o.Eps, o.WeightDecay, false"),
	one("Tip-Adapter-F always on the first crop", "adapter/tipf.go", "h.views[step/h.PerEpoch()%len(h.views)]", "h.views[0]"),

	one("covariance shrunk by tr/n", "adapter/gda.go", "float64(c.n()-1)", "float64(c.n())"),
	one("precision without the width", "adapter/gda.go", "p.Scale(float64(e), &inv)", "p.Scale(1, &inv)"),
	one("no prior of the classes", "adapter/gda.go", "math.Log(float64(n))", "math.Log(1)"),
	one("class covariances divided by n", "adapter/gda_new.go", "1 / (float64(c.count[k]-1) * n)", "1 / (float64(c.count[k]) * n)"),
	one("pseudo-inverse cut at eps of float64", "adapter/gda_new.go", "1.0 / (1 << 23)", "1.0 / (1 << 52)"),
	one("63 images for a new class", "adapter/gda_new.go", "nearestImages = 64", "nearestImages = 63"),
	one("one copy of a new class's text", "adapter/gda_new.go", "textCopies    = 16", "textCopies    = 1"),

	one("LP++ from means instead of sums", "adapter/lpp.go", "float32(v)", "float32(v / float64(count[k]))"),
	one("LP++ with α from 25", "adapter/lpp.go", "float32(250 * alpha)", "float32(25 * alpha)"),
	one("LP++ clears the gradient of α", "adapter/lpp.go", "if h.Fresh {", "if !h.Fresh {"),
	one("LP++ keeps the first of equals", "adapter/lpp.go", "acc >= h.BestAccuracy", "acc > h.BestAccuracy"),
	one("LP++ moves α at steps 0, 10, 20", "adapter/lpp.go", "(step+1)%h.AlphaEvery", "step%h.AlphaEvery"),

	one("CLAP's λ not a mean", "adapter/clap.go", "sum[k] / count[k]", "sum[k]"),
	one("gradient of the penalty without the 2", "adapter/ops.go", "dy[0] * 2 * weight[k]", "dy[0] * weight[k]"),
	one("CLAP through all cached rows in an epoch", "adapter/clap.go", "max(1, len(t.Labels)/o.Batch)", "max(1, len(t.Views)*len(t.Labels)/o.Batch)"),
	one("CLAP with weight decay", "adapter/clap.go", "o.Momentum, 0", "o.Momentum, 5e-4"),
	{"ZS-LP with the penalty", []edit{
		{"adapter/clap.go", "if !h.Penalty {", "if false {"},
		{"adapter/clap.go", "if o.Penalty {\n", "if true {\n"},
	}},

	one("residual of unit embeddings", "adapter/taskres.go", "tp.Add(h.task.Text,", "tp.Add(Unit(h.task.Text),"),
	one("TaskRes by AdamW", "adapter/taskres.go", "h.opt.WeightDecay = o.WeightDecay", "h.opt.WeightDecay, h.opt.Decoupled = o.WeightDecay, true"),
	one("TaskRes always on the first crop", "adapter/taskres.go", "h.views[step/h.batches.per%len(h.views)]", "h.views[0]"),

	one("ProLIP from view 0", "adapter/prolip.go", "h.task.Views[(step+1)%", "h.task.Views[step%"),
	one("ProLIP's distance as a mean of rows", "adapter/prolip.go", "float32(d.Len())", "float32(d.Cols())"),
	one("ProLIP with Adam's own epsilon", "adapter/prolip.go", "h.opt.Eps = o.Eps", "_ = o.Eps"),
	one("ProLIP's λ of one shot more", "adapter/prolip.go", "max(1, shots)", "max(1, shots+1)"),

	one("Adam's epsilon before the correction", "nn/adam.go", "(float32(math.Sqrt(float64(v[j])))/s.root+s.eps)", "((float32(math.Sqrt(float64(v[j])))+s.eps)/s.root)"),
	one("Adam without the correction of v", "nn/adam.go", "math.Sqrt(1 - math.Pow(a.Beta2, float64(a.steps)))", "1"),
	one("AdamW's decay without the rate", "nn/adam.go", "1 - lr*a.WeightDecay", "1 - a.WeightDecay"),
	one("cosine to the step before the last", "nn/schedule.go", "float64(total-warm)", "float64(total-warm-1)"),
	one("no lowest rate", "nn/schedule.go", "floor + (1-floor)*", "(1-floor)*"),
}
