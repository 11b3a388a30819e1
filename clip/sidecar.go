package clip

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"frontdoor/imaging"
)

// sidecar is what the tensors do not tell, and the configuration that is
// published beside some of them does: config.json of Hugging Face, or
// open_clip_config.json. Without such a file a model is taken for OpenAI's.
type sidecar struct {
	Activation             string
	VisionHeads, TextHeads int // 0: not said
}

// heads returns the number of heads: as said, or by the width of a head.
func (s sidecar) heads(said, width int) int {
	if said != 0 {
		return said
	}
	return max(1, width/headWidth)
}

// readSidecar reads the configuration in the folder of a file of the scheme.
func readSidecar(path string, s scheme) (sidecar, error) {
	dir := filepath.Dir(path)
	if s == huggingFace {
		return readHuggingFace(dir)
	}
	out, found, err := readOpenCLIP(dir)
	// OpenCLIP's weights look like OpenAI's; the usual name of its files says
	// that the activation is most probably not OpenAI's.
	name := strings.ToLower(filepath.Base(path))
	if !found && strings.Contains(name, "open_clip") && !strings.Contains(name, "quickgelu") {
		out.Activation = GELU
	}
	return out, err
}

// readHuggingFace reads config.json and preprocessor_config.json.
func readHuggingFace(dir string) (sidecar, error) {
	type tower struct {
		Activation string   `json:"hidden_act"`
		Heads      int      `json:"num_attention_heads"`
		Epsilon    *float64 `json:"layer_norm_eps"`
	}
	var config struct {
		Vision tower `json:"vision_config"`
		Text   tower `json:"text_config"`
	}
	var out sidecar
	if _, err := readJSON(filepath.Join(dir, "config.json"), &config); err != nil {
		return out, err
	}
	for _, t := range []*tower{&config.Vision, &config.Text} {
		if t.Activation == "" {
			t.Activation = QuickGELU // as their program has it
		}
		switch {
		case t.Epsilon != nil && math.Abs(*t.Epsilon-1e-5) > 1e-9:
			return out, fmt.Errorf("config.json asks for layer_norm_eps %g; only CLIP's 1e-5 is supported", *t.Epsilon)
		case t.Activation != QuickGELU && t.Activation != GELU:
			return out, fmt.Errorf("config.json asks for the activation %q; only %s and %s are supported", t.Activation, QuickGELU, GELU)
		case t.Activation != config.Vision.Activation:
			return out, fmt.Errorf("config.json asks for two activations, %q and %q, which is not supported", config.Vision.Activation, t.Activation)
		}
	}
	out = sidecar{Activation: config.Vision.Activation, VisionHeads: config.Vision.Heads, TextHeads: config.Text.Heads}
	var images struct {
		Mean []float64 `json:"image_mean"`
		Std  []float64 `json:"image_std"`
	}
	const preprocessor = "preprocessor_config.json"
	if _, err := readJSON(filepath.Join(dir, preprocessor), &images); err != nil {
		return out, err
	}
	return out, checkStatistics(preprocessor, images.Mean, images.Std)
}

// readOpenCLIP reads open_clip_config.json.
func readOpenCLIP(dir string) (out sidecar, found bool, err error) {
	const name = "open_clip_config.json"
	var config struct {
		Model struct {
			QuickGELU bool `json:"quick_gelu"`
			Vision    struct {
				Width     int `json:"width"`
				HeadWidth int `json:"head_width"`
			} `json:"vision_cfg"`
			Text struct {
				Heads int `json:"heads"`
			} `json:"text_cfg"`
		} `json:"model_cfg"`
		Images struct {
			Mean []float64 `json:"mean"`
			Std  []float64 `json:"std"`
		} `json:"preprocess_cfg"`
	}
	found, err = readJSON(filepath.Join(dir, name), &config)
	if err != nil || !found {
		return out, found, err
	}
	m := config.Model
	out = sidecar{Activation: GELU, TextHeads: m.Text.Heads}
	if m.QuickGELU {
		out.Activation = QuickGELU
	}
	if m.Vision.HeadWidth > 0 && m.Vision.Width > 0 {
		out.VisionHeads = m.Vision.Width / m.Vision.HeadWidth
	}
	return out, true, checkStatistics(name, config.Images.Mean, config.Images.Std)
}

// checkStatistics refuses models that see images normalised otherwise.
func checkStatistics(file string, mean, std []float64) error {
	for _, c := range []struct {
		have []float64
		want [3]float32
	}{{mean, imaging.Mean}, {std, imaging.Std}} {
		for i, v := range c.have {
			if i >= 3 || math.Abs(v-float64(c.want[i])) > 1e-4 {
				return fmt.Errorf("%s normalises images with %v, not with CLIP's %v, which is not supported", file, c.have, c.want)
			}
		}
	}
	return nil
}

// sidecarLimit is far more than any of these files has.
const sidecarLimit = 16 << 20

// readJSON decodes the file at path, and reports whether there is one.
func readJSON(path string, v any) (found bool, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil && (!info.Mode().IsRegular() || info.Size() > sidecarLimit) {
		err = errors.New("not a regular file of reasonable size")
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(path)
	}
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		return true, fmt.Errorf("reading %s: %w", path, err)
	}
	return true, nil
}
