package eval

import (
	"context"

	"frontdoor/autograd"
	"frontdoor/data"
	"frontdoor/eval/metric"
	"frontdoor/prompt"
)

// outcome is what a learner answered on a test set.
type outcome struct {
	labels, predicted []int
	signals           signals   // of doubt, for each image
	nll, brier        []float64 // of each image; nil if labels are not among the classes
	templates         []string  // names of the templates, if there are several
	byTemplate        [][]int   // predicted class of each
	seconds           float64   // spent on predicting alone
}

// add appends the answers on a batch of images with the labels and the time
// that they took.
func (o *outcome) add(labels []int, p prompt.Prediction, seconds float64) {
	o.seconds += seconds
	o.labels = append(o.labels, labels...)
	for i, y := range labels {
		row := p.Prob.Row(i)
		k := prompt.Argmax(row)
		o.predicted = append(o.predicted, k)
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

func (o *outcome) signal(which int, values []float32, i int) {
	if values != nil {
		o.signals[which] = append(o.signals[which], float64(values[i]))
	}
}

// addTemplates appends what each template says of n images.
func (o *outcome) addTemplates(all []prompt.Prediction, n int) {
	for m, t := range all {
		if m == len(o.templates) {
			o.templates = append(o.templates, t.Name)
			o.byTemplate = append(o.byTemplate, nil)
		}
		for i := range n {
			o.byTemplate[m] = append(o.byTemplate[m], prompt.Argmax(t.Prob.Row(i)))
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

// calibrate lets a learner that asks for it fix its constants from the
// zero-shot logits of the training images.
func calibrate(ctx context.Context, c prompt.ClassAware, zero *prompt.ZeroShot, items []data.Item, load *loader) error {
	var rows []float32
	n := 0
	size := load.thrift.batch()
	for lo := 0; lo < len(items); lo += size {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := items[lo:min(lo+size, len(items))]
		v, kept, _ := load.frozenFeatures(part, load.loaded(part)) // [n, E]
		rows = append(rows, zero.Logits(v).Data...)
		n += len(kept)
	}
	c.Calibrate(autograd.Const(rows, n, len(rows)/n))
	return nil
}
