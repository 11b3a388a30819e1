// Package cdc is Causality-Guided Semantic Decoupling and Classification
// (Zhang et al., NeurIPS 2024, arXiv 2410.12816).
//
// The idea. CLIP tuned on few images learns what is correlated with a class in
// these: backgrounds, colours. Such task-irrelevant factors confound image X
// and label Y. The front-door adjustment
//
//	P(Y | do(X)) = Σ_s P(s | X) Σ_x' P(Y | s, x') P(x')
//
// uses a mediator, the semantics S. Here M prompt templates are the s: each is
// trained on an augmentation of its own, so that it learns another semantic (VSD,
// Visual-Language Dual Semantic Decoupling). Each gives class probabilities and an
// uncertainty; these opinions are fused by Dempster's rule, which weighs them by
// certainty (DSTC, Decoupled Semantic Trusted Classification). The fusion is the
// sum over s, the augmentations are the average over x'.
//
// What is published and what is ours. The paper's structure is followed: M
// templates beside a hand-crafted one, frozen towers, one augmentation a
// template, Dempster-Shafer fusion, and the losses L_t-ce, L_de and L_con. Its
// exact formulas were not available to us; those below are our reading,
// completed from Trusted Multi-View Classification (Han et al. 2021) and MaPLe
// (Khattak et al. 2023).
//
// Notation, K classes, M templates, B images:
//
//	l_ik^m  logit of image i, class k, template m            [B, K] each
//	e       evidence, exp(l - c)                             evidence.go
//	alpha   Dirichlet parameters, e + 1; S = Σ_k alpha_k
//	b_k, u  belief e_k/S and uncertainty K/S                  opinion.go
//	fusion  1 + e_k^F/K = Π_m (1 + e_k^m/K)                   opinion.go
//	pool    1 + e_k^F/K = Π_m (1 + e_k^m/K)^(r_m/n), n = Σ r  opinion.go
//	p_k     probability, b_k / (1 - u)                        opinion.go
//	r_m     similarity of the classes, 1 for t^0              similarity.go
//	L_t-ce  psi(S) - psi(alpha_y)                             loss.go
//	L_de    mean cos²(w_k^m - w_k^0, w_k^n - w_k^0)           loss.go
//	L_con   mean 1 - cos(w_k^m, w_k^0)                        loss.go
//	loss    mean_m L_t-ce(m) + L_t-ce(fused) + 0.3 L_de + L_con
//
// Training fuses by Dempster's rule. At test time the pool takes its place. Ours
// are the four things by which it differs (FuseOptions):
//
//   - learned templates weigh less for classes that are not similar to the training
//     classes (ClassSimilarity);
//   - M opinions on one image count as one, since they are not independent
//     (Independence): this changes probabilities and uncertainty, not the class;
//   - probabilities are shares of belief, b/(1 - u), so that little evidence does
//     not make all classes equally probable (Closed);
//   - each template classifies another view of the image (TestViews).
//
// The variant cdc-paper is without them.
//
// The learner in learner.go puts them together.
package cdc
