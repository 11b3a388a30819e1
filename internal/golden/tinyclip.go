package golden

import (
	_ "embed"
	"encoding/json"
)

//go:embed tiny_clip.json
var tinyClip []byte

// Numbers is what the reference implementations gave for the model.
type Numbers struct {
	Plain       Plain `json:"plain"`
	CoOpEnd     Run   `json:"coop_end"`    // class name behind 4 learned tokens
	CoOpMiddle  Run   `json:"coop_middle"` // class name between them
	CoOpFront   Run   `json:"coop_front"`  // class name before them
	CoCoOp      Run   `json:"cocoop"`
	MaPLeDepth3 Run   `json:"maple_nctx2_depth3"`
	MaPLeDepth2 Run   `json:"maple_nctx2_depth2"` // logits only
	IVLP        Run   `json:"ivlp_2+2_depth3"`
}

// Plain is the model without learned prompts. Features are not normalised.
type Plain struct {
	ImageFeatures0 []float64            `json:"image_features_first8_row0"`
	ImageFeatures1 []float64            `json:"image_features_first8_row1"`
	TextFeatures   [][]float64          `json:"text_features_first8"`
	Logits         [][]float64          `json:"logits_per_image"` // [B, N]
	ParamCheck     map[string][]float64 `json:"param_check"`      // first three elements of some tensors
	ImageFirst3    []float64            `json:"image_first3"`
}

// Run is one method of prompt learning: the logits before training [B, N], the
// cross entropy with [Labels], its gradients, and the losses of three steps of
// SGD (rate 0.0035, momentum 0.9, weight decay 5e-4), the first before any
// step.
type Run struct {
	Logits   [][]float64         `json:"logits"`
	Loss     float64             `json:"loss"`
	Grads    map[string]Gradient `json:"grads"`
	Losses   []float64           `json:"losses_3_sgd_steps"`
	CtxAfter []float64           `json:"ctx_after_first4"`
	Prompts  []string            `json:"prompt_param_names"`
}

// Gradient is a summary of one tensor's gradient.
type Gradient struct {
	Norm   float64   `json:"norm"`
	First4 []float64 `json:"first4"`
	Shape  []int     `json:"shape"`
}

// TinyClip returns the numbers. It panics if the embedded file is damaged,
// which the package's own test would have shown.
func TinyClip() Numbers {
	var n Numbers
	if err := json.Unmarshal(tinyClip, &n); err != nil {
		panic("golden: tiny_clip.json: " + err.Error())
	}
	return n
}
