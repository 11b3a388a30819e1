package predict

import (
	"cmp"
	"context"

	"frontdoor"
	"frontdoor/internal/cli"
)

// load reads the model that the flags name, the embedded one without a name, for
// classes that may be none.
func (o *options) load(ctx context.Context, classes []string, opts ...frontdoor.Option) (*frontdoor.Classifier, error) {
	opts = append(opts, frontdoor.WithVocabulary(o.vocabulary), frontdoor.WithActivation(o.activation), frontdoor.WithDevice(o.device), frontdoor.WithCache(o.cache))
	c, err := opened(frontdoor.Load(ctx, cmp.Or(o.model, "tiny"), classes, opts...))
	if err == nil && c.Info().Model == "tiny" && o.render == "" {
		cli.WarnToy(stderr, "predict")
	}
	return c, err
}

// zeroShot returns the classifier by captions.
func (o *options) zeroShot(ctx context.Context) (*frontdoor.Classifier, error) {
	names, err := cli.Labels(o.labels, noted)
	if err != nil {
		return nil, err
	}
	return o.load(ctx, names, frontdoor.WithCaptions(o.templates...))
}
