package score

import (
	"frontdoor/eval/metric"
	"frontdoor/prompt"
)

// Outcome is what a learner answered on a test set.
type Outcome struct {
	Labels, Predicted []int
	signals           signals   // of doubt, for each image
	nll, brier        []float64 // of each image; nil if labels are not among the classes
	Templates         []string  // names of the templates, if there are several
	ByTemplate        [][]int   // predicted class of each
	seconds           float64   // spent on predicting alone

	images        []string    // names, of a recorded test set
	probabilities [][]float32 // [N] of each; NaN where they are not kept
}

// add appends the answers on a batch of images with the labels and the time
// that they took.
func (o *Outcome) add(labels []int, p prompt.Prediction, seconds float64) {
	o.seconds += seconds
	o.Labels = append(o.Labels, labels...)
	for i, y := range labels {
		row := p.Prob.Row(i)
		k := prompt.Argmax(row)
		o.Predicted = append(o.Predicted, k)
		o.signal(uncertainty, p.Uncertainty, i)
		o.signal(conflict, p.Conflict, i)
		o.signal(maxLogit, p.MaxLogit, i)
		o.signals[maxProb] = append(o.signals[maxProb], float64(row[k]))
		o.signals[belief] = append(o.signals[belief], float64(row[k])*(1-float64(p.Uncertainty[i])))
		if 0 <= y && y < len(row) {
			o.nll = append(o.nll, metric.NLL(float64(row[y])))
			o.brier = append(o.brier, metric.Brier(y, row))
		}
	}
	o.addTemplates(p.Templates, len(labels))
}

func (o *Outcome) signal(which int, values []float32, i int) {
	if values != nil {
		o.signals[which] = append(o.signals[which], float64(values[i]))
	}
}

// addTemplates appends what each template predicts for n images.
func (o *Outcome) addTemplates(all []prompt.Prediction, n int) {
	for m, t := range all {
		if m == len(o.Templates) {
			o.Templates = append(o.Templates, t.Name)
			o.ByTemplate = append(o.ByTemplate, nil)
		}
		for i := range n {
			o.ByTemplate[m] = append(o.ByTemplate[m], prompt.Argmax(t.Prob.Row(i)))
		}
	}
	if len(all) < 2 {
		return
	}
	probs := make([][]float32, len(all)) // [M, N]
	for i := range n {
		for m, t := range all {
			probs[m] = t.Prob.Row(i)
		}
		o.signals[disagreement] = append(o.signals[disagreement], mutualInformation(probs))
	}
}

// Speed is how many images were classified in a second.
func (o *Outcome) Speed() float64 { return float64(len(o.Labels)) / o.seconds }

// Accuracy is the percentage of images classified correctly.
func (o *Outcome) Accuracy() float64 { return metric.Accuracy(o.Labels, o.Predicted) }

// TemplateAccuracies is the accuracy of each template alone.
func (o *Outcome) TemplateAccuracies() []float64 {
	var acc []float64
	for _, predicted := range o.ByTemplate {
		acc = append(acc, metric.Accuracy(o.Labels, predicted))
	}
	return acc
}
