package adapter_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"frontdoor/adapter"
	"frontdoor/autograd"
	"frontdoor/internal/golden"
)

// train takes all steps of a head, shows it after those that are asked for, by
// number from 1, and returns all losses.
func train(t *testing.T, h adapter.Trained, after func(step int)) []float64 {
	t.Helper()
	s := adapter.NewSession(h)
	var losses []float64
	for !s.Done() {
		loss, err := s.Step()
		if err != nil {
			t.Fatal(err)
		}
		losses = append(losses, loss)
		after(len(losses))
	}
	return losses
}

func rates(h interface {
	Steps() int
	Rate(int) float64
}) []float64 {
	var out []float64
	for i := range h.Steps() {
		out = append(out, h.Rate(i))
	}
	return out
}

// sum of the first n rates: how far Adam can have moved an element.
func sum(x []float64, n int) float64 {
	s := 0.0
	for _, v := range x[:n] {
		s += v
	}
	return s
}

func testTaskRes(t *testing.T, f *golden.MethodFile) {
	p := newProblem(t, f, "feat", joint)
	p.views(p.Passes)
	h := must[*adapter.TaskRes](t)(adapter.NewTaskRes(p.Task, adapter.TaskResOptions{
		Alpha: p.ResidualScale, LR: p.AdamLR, WeightDecay: p.WeightDecay, Epochs: p.Epochs, Batch: len(p.Labels)}, nil))
	lrs := rates(h)
	golden.Strict(t, f, "lrs", lrs...)
	checkGrad(t, f, h, 0, "grad_step0")
	residual := h.State()[0].Tensor
	losses := train(t, h, func(step int) {
		if name := fmt.Sprintf("residual_after_%d", step); f.Has(name) {
			golden.Quantile(t, f, name, sum(lrs, step), residual.Data...)
			golden.Strict(t, f, fmt.Sprintf("test_logits_after_%d", step), h.Logits(nil, p.test).Data...)
		}
		if name := fmt.Sprintf("grad_step%d", step); f.Has(name) {
			checkGrad(t, f, h, step, name)
		}
	})
	golden.Strict(t, f, "losses", losses...)
}

func testCLAP(t *testing.T, f *golden.MethodFile) {
	p := newProblem(t, f, "feat", joint)
	p.views(p.Passes)
	order := func(epoch int) []int {
		rows := len(p.Task.Views) * len(p.Labels)
		key := golden.Stream(fmt.Sprintf("%sclap/order/%d", p.Prefix, epoch), rows)
		out := slices.Clone(sequential(rows)(0))
		slices.SortStableFunc(out, func(a, b int) int {
			if key[a] < key[b] {
				return -1
			} else if key[a] > key[b] {
				return 1
			}
			return 0
		})
		return out
	}
	o := adapter.CLAPOptions{LR: p.SGDLR, Momentum: p.Momentum, Epochs: p.Epochs, Batch: p.batch(), Penalty: true}
	var last *adapter.CLAP // of those with a penalty, whose constraint the file keeps
	for _, group := range f.Group() {
		o := o
		switch {
		case group == "zslp":
			o.Penalty = false
		case strings.HasPrefix(group, "clap_b"):
			fmt.Sscanf(group, "clap_b%d", &o.Batch)
			o.Epochs = 20
		}
		h := must[*adapter.CLAP](t)(adapter.NewCLAP(p.Task, o, order))
		clapRun(t, f, p, h, group)
		if o.Penalty {
			last = h
		}
	}
	golden.Strict(t, f, "clap/constraint_final", last.Constraint(nil).Item())
	golden.Strict(t, f, "epochs_augmentation_in_source", len(p.Task.Views))
	golden.Strict(t, f, "n_cached", len(p.Task.Views)*len(p.Labels))
}

// clapRun compares one training of CLAP or ZS-LP.
func clapRun(t *testing.T, f *golden.MethodFile, p *problem, h *adapter.CLAP, group string) {
	at := func(name string, args ...any) string { return group + "/" + fmt.Sprintf(name, args...) }
	if group == "clap" {
		golden.Strict(t, f, "lambda", h.Lambda...)
		checkFirstBatch(t, f, p, h.BatchRows(0))
		golden.Strict(t, f, "lrs", rates(h)...)
	}
	if f.Has(at("lrs")) {
		golden.Strict(t, f, at("lrs"), rates(h)...)
	}
	checkGrad(t, f, h, 0, at("grad_step0"))
	w := h.State()[0].Tensor
	losses := train(t, h, func(step int) {
		if name := at("prototypes_after_%d", step); f.Has(name) {
			golden.Strict(t, f, name, w.Data...)
		}
		if name := at("grad_step%d", step); f.Has(name) {
			checkGrad(t, f, h, step, name)
		}
	})
	golden.Strict(t, f, at("losses"), losses...)
	logits := h.Logits(nil, p.test)
	golden.Strict(t, f, at("test_logits_final"), logits.Data...)
	golden.Strict(t, f, at("test_acc_final"), adapter.Accuracy(logits, p.testLabels))
}

// checkFirstBatch compares which cached rows come first.
func checkFirstBatch(t *testing.T, f *golden.MethodFile, p *problem, rows []int) {
	t.Helper()
	var labels []int
	all, features := 0, 0.0
	for _, r := range rows {
		i := r % len(p.Labels)
		labels, all = append(labels, p.Labels[i]), all+p.Labels[i]
		for _, v := range p.Task.Views[r/len(p.Labels)].Row(i) {
			features += float64(v)
		}
	}
	golden.Strict(t, f, "first_batch_first8_labels", labels[:8]...)
	golden.Strict(t, f, "first_batch_label_sum", all)
	golden.Strict(t, f, "first_batch_feature_sum", features)
}

func testLPP(t *testing.T, f *golden.MethodFile) {
	p := newProblem(t, f, "feat", joint)
	bias := make([]float32, p.Sizes.K)
	for k, g := range golden.Stream(p.Prefix+"lpp/bias", len(bias)) {
		bias[k] = float32(2 / math.Sqrt(float64(p.Sizes.D)) * g)
	}
	golden.Strict(t, f, "bias_init", bias...)
	h := must[*adapter.LPP](t)(adapter.NewLPP(p.Task, adapter.LPPOptions{
		Iterations: p.Iterations, Momentum: p.Momentum, AlphaEvery: p.AlphaEvery, Bias: bias}))
	w, b, alpha := h.State()[0].Tensor, h.State()[1].Tensor, h.State()[2].Tensor
	golden.Strict(t, f, "W_init", w.Data...)
	golden.Strict(t, f, "alpha_init", alpha.Data...)
	golden.Strict(t, f, "lr_w", h.RateW)
	golden.Strict(t, f, "lr_alpha", h.RateAlpha)
	golden.Strict(t, f, "first_logits", h.BatchLogits(nil).Data...)
	checkGrad(t, f, h, 0, "W_grad0", "bias_grad0", "alpha_grad0")

	during := slices.Clone(alpha.Data)
	wanted := []int{1, 10, 11, 20, 21, 30, 100, 200, 300}
	before := slices.Clone(alpha.Data) // α inside the next step
	losses := train(t, h, func(step int) {
		if slices.Contains(wanted[1:], step) {
			during = append(during, before...)
		}
		copy(before, alpha.Data)
		if name := fmt.Sprintf("W_step%d", step); f.Has(name) && step < h.Steps() {
			golden.Strict(t, f, name, w.Data...)
			golden.Strict(t, f, fmt.Sprintf("bias_step%d", step), b.Data...)
		}
	})
	golden.Strict(t, f, "losses", losses...)
	golden.Strict(t, f, "alpha_during_step", during...)
	golden.Strict(t, f, "best_iter_0based", h.Best)
	golden.Strict(t, f, "best_val_acc", h.BestAccuracy)
	kept := h.Logits(nil, p.test)
	golden.Strict(t, f, "test_logits_at_best", kept.Data...)
	golden.Strict(t, f, "test_acc_at_best", adapter.Accuracy(kept, p.testLabels))

	h.Last()
	golden.Strict(t, f, fmt.Sprintf("W_step%d", h.Steps()), w.Data...)
	golden.Strict(t, f, fmt.Sprintf("bias_step%d", h.Steps()), b.Data...)
	golden.Strict(t, f, "alpha_final", alpha.Data...)
	golden.Strict(t, f, "alpha_grad_accumulated_final", alpha.Grad()...)
	golden.Strict(t, f, "val_logits_final", h.Logits(nil, p.Val).Data...)
	golden.Strict(t, f, "test_logits_final", h.Logits(nil, p.test).Data...)
	golden.Strict(t, f, "final_loss", losses[len(losses)-1])
}

func testTipF(t *testing.T, f *golden.MethodFile) {
	p := newProblem(t, f, "feat", joint)
	p.views(10) // of the release, in files of more views
	o := adapter.TipFOptions{LR: p.LR, Eps: p.Eps, WeightDecay: p.WeightDecay, Alpha: p.Alpha, Beta: p.Beta,
		Epochs: p.Epochs, Batch: p.batch(), Grid: adapter.TipGrid{MaxBeta: p.SearchScale[0], MaxAlpha: p.SearchScale[1]}}
	h := must[*adapter.TipF](t)(adapter.NewTipF(p.Task, o, sequential(len(p.Labels))))
	lrs := rates(h)
	golden.Strict(t, f, "lrs", lrs...)
	first, _ := h.BatchLogits(nil, 0)
	golden.Strict(t, f, "first_batch_logits", first.Data...)
	keys := h.Keys()
	tp := autograd.NewTape()
	tp.Backward(h.Loss(tp, 0))
	golden.Strict(t, f, "keys_grad_step0", keys.Grad()...)
	keys.ZeroGrad()

	bestEpoch, bestAcc := 0, -1.0
	losses := train(t, h, func(step int) {
		if step == 1 {
			golden.Quantile(t, f, "keys_after_step1", sum(lrs, 1), keys.Data...)
		}
		if step%h.PerEpoch() == 0 && step < h.Steps() {
			if acc := adapter.Accuracy(h.Logits(nil, p.test), p.testLabels); acc > bestAcc {
				bestAcc, bestEpoch = acc, step/h.PerEpoch()-1
			}
		}
	})
	golden.Strict(t, f, "losses", losses...)
	golden.Quantile(t, f, "keys_last_epoch", sum(lrs, len(lrs)), keys.Data...)
	checkSearch(t, f, h.Search)
	golden.Strict(t, f, "best_beta_last_epoch", h.Search.Beta)
	golden.Strict(t, f, "best_alpha_last_epoch", h.Search.Alpha)
	golden.Strict(t, f, "test_logits_last_epoch_best", h.Logits(nil, p.test).Data...)
	h.SetConstants(o.Alpha, o.Beta)
	last := h.Logits(nil, p.test)
	golden.Strict(t, f, "test_logits_last_epoch_beta1_alpha1.17", last.Data...)
	if acc := adapter.Accuracy(last, p.testLabels); acc > bestAcc {
		bestAcc, bestEpoch = acc, h.Epochs-1
	}
	golden.Strict(t, f, "released_best_test_epoch_0based", bestEpoch)
	golden.Strict(t, f, "released_best_test_acc", bestAcc)
}

func testProLIP(t *testing.T, f *golden.MethodFile) {
	p := newProblem(t, f, "prolip", func(s settings) int { return s.Sizes.Dv })
	p.views(p.settings.Views)
	proj := make([]float32, p.Sizes.Dv*p.Sizes.D)
	for i, g := range golden.Stream(p.Prefix+"prolip/proj", len(proj)) {
		proj[i] = float32(0.3 * g)
	}
	golden.Strict(t, f, "in_proj_first4", proj[:4]...)
	p.Proj = autograd.Const(proj, p.Sizes.Dv, p.Sizes.D)
	for _, group := range f.Group() {
		at := func(name string, args ...any) string { return group + "/" + fmt.Sprintf(name, args...) }
		o := adapter.DefaultProLIP(p.Sizes.S)
		o.Eps, o.Iterations = p.AdamEps, p.Steps
		if lr, lambda, ok := strings.Cut(group, "_"); ok {
			o.LR, o.Lambda = parse(t, lr, "lr"), float32(parse(t, lambda, "lambda"))
		}
		h := must[*adapter.ProLIP](t)(adapter.NewProLIP(p.Task, o))
		if f.Has("zero_shot_test_logits") {
			golden.Strict(t, f, "zero_shot_test_logits", h.Logits(nil, p.test).Data...)
		}
		lrs := rates(h)
		for i, lr := range lrs {
			if name := at("lr_step%d", i); f.Has(name) {
				golden.Strict(t, f, name, lr)
			}
		}
		golden.Strict(t, f, at("lambda"), o.Lambda)
		checkGrad(t, f, h, 0, at("grad_step0"))
		v := h.State()[0].Tensor
		var ce, dist []float32
		record := func(step int) {
			ce, dist = append(ce, h.CrossEntropy(nil, step).Item()), append(dist, h.Distance(nil).Item())
		}
		record(0)
		train(t, h, func(step int) {
			if step < h.Steps() {
				record(step)
			}
			if name := at("proj_after_%d", step); f.Has(name) {
				golden.Quantile(t, f, name, sum(lrs, step), v.Data...)
			}
			if name := at("grad_step%d", step); f.Has(name) {
				checkGrad(t, f, h, step, name)
			}
		})
		golden.Strict(t, f, at("ce_losses"), ce...)
		golden.Strict(t, f, at("sq_dist"), dist...)
		logits := h.Logits(nil, p.test)
		golden.Strict(t, f, at("test_logits"), logits.Data...)
		golden.Strict(t, f, at("test_acc"), adapter.Accuracy(logits, p.testLabels))
	}
}
