// Package metric measures how good predictions are.
//
//	decision.go     accuracy, macro F1, the harmonic mean of base and new
//	                accuracy (GZSL; Zhou et al. 2022, section 4.1)
//	probability.go  negative log-likelihood, Brier score, reliability bins and
//	                ECE (Guo et al. 2017), AUROC and FPR95 of a signal of doubt,
//	                the risk-coverage curve (Geifman and El-Yaniv 2017)
//	paired.go       whether one method is better than another: Student's paired
//	                test and Wilcoxon's signed rank test
//
// Labels and predictions are class indices [B], probabilities [N] lie in
// [0, 1], accuracies and F1 are percent, all other rates shares in [0, 1].
// What is not defined, such as the mean of nothing, is NaN. Lists whose lengths
// do not go together panic.
package metric
