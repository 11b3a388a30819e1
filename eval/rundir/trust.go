package rundir

import "frontdoor/eval/metric"

// Trust says how far a cell's probabilities and its uncertainty can be
// believed. Calibration, risk and misclassification are measured on the test
// images of the base classes (of all classes under protocol all). What does
// not apply is left out.
type Trust struct {
	ECE   *float64 `json:"ece,omitempty"`   // expected calibration error in [0, 1]
	NLL   *float64 `json:"nll,omitempty"`   // negative log-likelihood of the labels in nats
	Brier *float64 `json:"brier,omitempty"` // 0 at best, 2 at worst

	// AURC is the area under RiskCoverage, whose images are answered in order of
	// rising uncertainty; AURCMaxProb is that of the order of falling probability
	// of the predicted class.
	AURC        *float64 `json:"aurc,omitempty"`
	AURCMaxProb *float64 `json:"aurc_max_prob,omitempty"`

	// Bins is the reliability diagram and RiskCoverage the curve, thinned to at
	// most 50 points.
	Bins         []metric.Bin       `json:"bins,omitempty"`
	RiskCoverage []metric.RiskPoint `json:"risk_coverage,omitempty"`

	Detect Detect `json:"detect"`

	// New is the calibration on the new classes, among themselves.
	New *Calibrated `json:"new,omitempty"`
}

// Calibrated is the calibration on a further test set.
type Calibrated struct {
	ECE   *float64 `json:"ece,omitempty"`
	NLL   *float64 `json:"nll,omitempty"`
	Brier *float64 `json:"brier,omitempty"`
}

// Detect says how well signals of doubt find the images that should not be
// answered: those answered wrongly, those of classes that were not asked
// about, and pictures of another world altogether. The last two are compared
// with images of the base classes in the same contexts: the decorrelated test
// set where there is one.
type Detect struct {
	Misclassified *Signals `json:"misclassified,omitempty"`
	Unseen        *Signals `json:"unseen,omitempty"`
	OtherWorld    *Signals `json:"other_world,omitempty"` // with -study
}

// Signals are the signals of doubt of one method.
type Signals struct {
	Uncertainty *Detection `json:"uncertainty,omitempty"` // the method's own; one minus MaxProb for a softmax
	Conflict    *Detection `json:"conflict,omitempty"`    // Dempster's, of CDC's opinions
	// Disagreement is the mutual information between the class and the choice of
	// a template, for every method with several.
	Disagreement *Detection `json:"disagreement,omitempty"`
	MaxProb      *Detection `json:"max_prob,omitempty"`  // the less the predicted class is probable
	MaxLogit     *Detection `json:"max_logit,omitempty"` // the less its logit is; of the mean of templates
	// Belief is the less the predicted class is believed, (1 - u) times its
	// probability: it is small where classes are alike and where little is known.
	Belief *Detection `json:"belief,omitempty"`
}

// Detection is how well one signal separates positives, the images that should
// be rejected (wrong answers, or images of unseen classes), from negatives.
// AUROC is the probability that a positive has the stronger signal than a
// negative. FPR95 is the share of positives that are accepted at the threshold
// which accepts 95% of the negatives.
type Detection struct {
	AUROC *float64 `json:"auroc,omitempty"`
	FPR95 *float64 `json:"fpr95,omitempty"`
}
