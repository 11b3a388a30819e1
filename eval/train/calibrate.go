package train

import (
	"context"

	"frontdoor/autograd"
	"frontdoor/prompt"
)

// Calibrate lets a learner that asks for it fix its constants from the
// zero-shot logits of the training images. template is the hand-crafted
// template of the dataset, names are the classes that are trained on.
func (t *Training) Calibrate(ctx context.Context, template string, names []string) error {
	learner, ok := t.learner.(prompt.ClassAware)
	if !ok {
		return nil
	}
	zero := prompt.NewZeroShot(t.load.model, template)
	if err := zero.SetClasses(names); err != nil {
		return err
	}
	var rows []float32
	n := 0
	for part := range t.load.Batches(t.items) {
		if err := ctx.Err(); err != nil {
			return err
		}
		v, kept, _, err := t.load.frozenFeatures(ctx, part, t.load.loaded(part)) // [n, E]
		if err != nil {
			return err
		}
		rows = append(rows, zero.Logits(v).Data...)
		n += len(kept)
	}
	learner.Calibrate(autograd.Const(rows, n, len(rows)/n)) // [n, N]
	return nil
}
