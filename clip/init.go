package clip

import (
	"math"
	"math/rand/v2"
	"strings"

	"frontdoor/nn"
	"frontdoor/textenc/bpe"
)

// New returns a model with random weights by CLIP's rules, ready to be trained
// from scratch. The draws depend on the seed only.
func New(c Config, tok *bpe.Tokenizer, seed uint64) (*Model, error) {
	r := rand.New(rand.NewPCG(seed, 0x636c6970))
	return Build(c, tok, func(name string, shape []int) ([]float32, error) {
		n := 1
		for _, d := range shape {
			n *= d
		}
		data := make([]float32, n)
		initialise(data, name, shape, c, r)
		return data, nil
	})
}

// initialise fills one tensor as CLIP's initialize_parameters does; what that
// leaves alone gets PyTorch's defaults.
func initialise(data []float32, name string, shape []int, c Config, r *rand.Rand) {
	dv, dt := float64(c.Vision.Width), float64(c.Text.Width)
	depth := math.Sqrt(2 * float64(c.Text.Layers))
	inText := strings.HasPrefix(name, "transformer.")
	has := func(part string) bool { return strings.HasSuffix(name, part) }
	switch {
	case name == "logit_scale":
		data[0] = float32(math.Log(1 / 0.07))
	case name == "logit_bias":
	case name == "token_embedding.weight":
		nn.Normal(data, 0.02, r)
	case name == "positional_embedding":
		nn.Normal(data, 0.01, r)
	case name == "text_projection":
		nn.Normal(data, 1/math.Sqrt(dt), r)
	case name == "visual.class_embedding", name == "visual.positional_embedding", name == "visual.proj":
		nn.Normal(data, 1/math.Sqrt(dv), r)
	case strings.Contains(name, "ln_"):
		if has(".weight") {
			for i := range data {
				data[i] = 1
			}
		}
	case has("in_proj_bias"), has("out_proj.bias"):
	case inText && has("in_proj_weight"):
		nn.Normal(data, 1/math.Sqrt(dt), r)
	case inText && (has("out_proj.weight") || has("c_proj.weight")):
		nn.Normal(data, 1/math.Sqrt(dt)/depth, r)
	case inText && has("c_fc.weight"):
		nn.Normal(data, 1/math.Sqrt(2*dt), r)
	case has("in_proj_weight"):
		nn.Uniform(data, math.Sqrt(6/float64(shape[0]+shape[1])), r)
	case has("c_proj.bias"):
		nn.Uniform(data, nn.FanIn(4*shape[0]), r)
	case has("c_fc.bias"):
		nn.Uniform(data, nn.FanIn(shape[0]/4), r)
	default: // weights [out, in] or [out, in, p, p]
		nn.Uniform(data, nn.FanIn(len(data)/shape[0]), r)
	}
}
