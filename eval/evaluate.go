package eval

import (
	"context"
	"time"

	"frontdoor/autograd"
	"frontdoor/data"
	"frontdoor/prompt"
)

// outcome is what a learner answered on a test set.
type outcome struct {
	labels, predicted []int
	uncertainty       []float64
	templates         []string // names of the opinions, if there are several
	byTemplate        [][]int  // predicted class of each
	seconds           float64  // spent on predicting alone
}

// testBatch is how many images are classified at once.
const testBatch = 50

// classify runs the learner over items, among the classes it has been given.
func classify(ctx context.Context, l prompt.Learner, items []data.Item, load *loader) (*outcome, error) {
	o := &outcome{}
	for lo := 0; lo < len(items); lo += testBatch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part := items[lo:min(lo+testBatch, len(items))]
		images, kept := load.clean(part)
		if len(kept) == 0 {
			continue
		}
		begin := time.Now()
		p := l.Predict(images)
		o.seconds += time.Since(begin).Seconds()
		for j, i := range kept {
			o.labels = append(o.labels, part[i].Label)
			o.predicted = append(o.predicted, prompt.Argmax(p.Prob.Row(j)))
			o.uncertainty = append(o.uncertainty, float64(p.Uncertainty[j]))
		}
		for m, t := range p.Templates {
			if m == len(o.templates) {
				o.templates = append(o.templates, t.Name)
				o.byTemplate = append(o.byTemplate, nil)
			}
			for j := range kept {
				o.byTemplate[m] = append(o.byTemplate[m], prompt.Argmax(t.Prob.Row(j)))
			}
		}
	}
	return o, nil
}

// calibrate lets a learner that asks for it fix its constants from the
// zero-shot logits of the training images.
func calibrate(ctx context.Context, c prompt.Calibrator, zero *prompt.ZeroShot, items []data.Item, load *loader) error {
	var rows []float32
	n := 0
	for lo := 0; lo < len(items); lo += testBatch {
		if err := ctx.Err(); err != nil {
			return err
		}
		images, kept := load.clean(items[lo:min(lo+testBatch, len(items))])
		rows = append(rows, zero.Logits(images).Data...)
		n += len(kept)
	}
	c.Calibrate(autograd.Const(rows, n, len(rows)/n))
	return nil
}
