package adapter_test

import (
	"testing"

	"frontdoor/adapter"
	"frontdoor/internal/golden"
)

func testGDA(t *testing.T, f *golden.MethodFile) {
	p := newProblem(t, f, "feat", joint)
	p.views(p.AugmentPasses)
	h := must[*adapter.GDA](t)(adapter.FitGDA(p.Task, p.Alphas))
	golden.Strict(t, f, "text", adapter.Unit(p.Text).Data...)
	golden.Strict(t, f, "mus", h.Mean.RawMatrix().Data...)
	golden.Strict(t, f, "precision", h.Precision.RawMatrix().Data...)
	golden.Strict(t, f, "W", h.W.RawMatrix().Data...)
	golden.Strict(t, f, "b", h.B...)
	golden.Strict(t, f, "alpha", h.Alpha)
	golden.Strict(t, f, "best_val_acc", h.BestAccuracy())
	golden.Strict(t, f, "val_acc_per_alpha", h.Accuracy...)
	golden.Strict(t, f, "val_margin_per_alpha", h.Margin...)
	logits := h.Logits(nil, p.test)
	golden.Strict(t, f, "test_logits", logits.Data...)
	golden.Strict(t, f, "test_acc", adapter.Accuracy(logits, p.testLabels))
	golden.Strict(t, f, "gda_test_logits_alone", h.Gaussian(p.test).Data...)
}

func testGDABase(t *testing.T, f *golden.MethodFile) {
	p := newProblem(t, f, "b2n", joint)
	k, all := p.Sizes.K, p.Sizes.K+p.Sizes.Knew
	p.views(p.AugmentPasses)
	base := *p.Task
	base.Views = nil
	for _, v := range p.Task.Views {
		x, labels := only(v, p.Labels, 0, k)
		base.Views, base.Labels = append(base.Views, x), labels
	}
	base.Val, base.ValLabels = only(p.Val, p.ValLabels, 0, k)
	base.Text, _ = only(p.Text, sequential(all)(0), 0, k)
	h := must[*adapter.GDABase](t)(adapter.FitGDABase(&base, p.Alphas))
	golden.Strict(t, f, "base_cov_singular_first4", h.Spectrum[:4]...)
	golden.Strict(t, f, "base_cov_rank", h.Rank)
	golden.Strict(t, f, "base_cov_smallest_nonzero", h.Spectrum[h.Rank-1])
	golden.Strict(t, f, "base_cov_next", h.Spectrum[h.Rank])
	golden.Strict(t, f, "W_base", h.W.RawMatrix().Data...)
	golden.Strict(t, f, "b_base", h.B...)
	golden.Strict(t, f, "alpha", h.Alpha)
	golden.Strict(t, f, "best_val_acc", h.BestAccuracy())

	words, _ := only(p.Text, sequential(all)(0), k, all)
	unseen := must[*adapter.NewClasses](t)(h.New(words))
	golden.Strict(t, f, "mu_new", unseen.Mean.RawMatrix().Data...)
	golden.Strict(t, f, "W_new", unseen.W.RawMatrix().Data...)
	golden.Strict(t, f, "b_new", unseen.B...)
	golden.Strict(t, f, "nearest64_gap", unseen.Gap...)
	sums := make([]int, len(unseen.Nearest))
	for i, rows := range unseen.Nearest {
		for _, r := range rows {
			sums[i] += r
		}
	}
	golden.Strict(t, f, "nearest64_index_sum", sums...)

	baseTest, baseLabels := only(p.test, p.testLabels, 0, k)
	newTest, newLabels := only(p.test, p.testLabels, k, all)
	onBase, onNew := h.Logits(nil, baseTest), unseen.Logits(nil, newTest)
	golden.Strict(t, f, "test_logits_base", onBase.Data...)
	golden.Strict(t, f, "test_logits_new", onNew.Data...)
	golden.Strict(t, f, "acc_base_new", adapter.Accuracy(onBase, baseLabels), adapter.Accuracy(onNew, newLabels))
	h.Alpha, unseen.Alpha = 1, 1
	golden.Strict(t, f, "test_logits_base_alpha1", h.Logits(nil, baseTest).Data...)
	golden.Strict(t, f, "test_logits_new_alpha1", unseen.Logits(nil, newTest).Data...)
}

func testTip(t *testing.T, f *golden.MethodFile) {
	p := newProblem(t, f, "feat", joint)
	p.views(p.AugmentPasses)
	h := must[*adapter.Tip](t)(adapter.NewTip(p.Task, 0, 0))
	golden.Strict(t, f, "cache_keys", transposed(h.Keys())...)
	golden.Strict(t, f, "cache_values_argmax", p.Labels...)
	golden.Strict(t, f, "zero_shot_test_logits", h.Logits(nil, p.test).Data...)
	checkSearch(t, f, must[adapter.TipSearch](t)(h.Search(adapter.TipGrid{MaxBeta: p.SearchScale[0], MaxAlpha: p.SearchScale[1]})))
	golden.Strict(t, f, "best_beta", h.Beta)
	golden.Strict(t, f, "best_alpha", h.Alpha)
	logits := h.Logits(nil, p.test)
	golden.Strict(t, f, "test_logits_best", logits.Data...)
	golden.Strict(t, f, "test_acc_best", adapter.Accuracy(logits, p.testLabels))
	h.Alpha, h.Beta = 1.17, 1
	golden.Strict(t, f, "test_logits_beta1_alpha1.17", h.Logits(nil, p.test).Data...)
	h.Alpha, h.Beta = 1, 5.5
	golden.Strict(t, f, "test_logits_beta5.5_alpha1", h.Logits(nil, p.test).Data...)
}

// checkSearch compares a search of the grid.
func checkSearch(t *testing.T, f *golden.MethodFile, s adapter.TipSearch) {
	t.Helper()
	sum := 0
	for _, n := range s.Correct {
		sum += n
	}
	golden.Strict(t, f, "grid_correct_sum", sum)
	golden.Strict(t, f, "grid_correct_max", s.Best)
	golden.Strict(t, f, "grid_correct_row_sums_first20", s.Correct[:20]...)
	golden.Strict(t, f, "grid_min_margin", s.Margin)
}
