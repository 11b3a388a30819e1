package clip

import (
	"encoding/json"
	"math"
	"path/filepath"
	"slices"
	"strings"
)

// readHuggingFace reads config.json. Many programs have a file of that name; beside
// tensors that are not in transformers' names it has to be CLIP's to be found.
// Sources: transformers 5.24, models/clip/configuration_clip.py and
// modeling_clip.py.
func readHuggingFace(dir string, onlyCLIPs bool) (d description, found bool, err error) {
	o, found, err := readObject(filepath.Join(dir, "config.json"))
	if err != nil || !found || onlyCLIPs && !o.isCLIPs() {
		return d, false, err
	}
	d = huggingFaceModel(o)
	return d, true, o.error()
}

// isCLIPs says whether the configuration is that of a CLIP.
func (o object) isCLIPs() bool {
	_, known := modelTypes[strings.Trim(string(o.values["model_type"]), `"`)]
	return known && (o.has("model_type") || o.has("vision_config") || o.has("vision_config_dict"))
}

// modelTypes are the model_type that are CLIP's, and where the towers'
// settings are: in vision_config and text_config, or at the top.
var modelTypes = map[string]string{
	"": "both", "clip": "both", "clip_vision_model": "vision", "clip_text_model": "text",
}

func huggingFaceModel(o object) description {
	kind, ok := modelTypes[o.word("model_type", "")]
	if !ok {
		o.fail("model_type", "is %s; only clip is supported", o.text("model_type"))
		return description{}
	}
	d := description{source: "config.json"}
	vision, text := o, o
	if kind == "both" {
		vision, text = o.merged("vision_config"), o.merged("text_config")
		d.embed = o.whole("projection_dim", 0)
	}
	if kind != "text" {
		d.vision = huggingFaceTower(vision, 768, 12)
		d.activation = huggingFaceActivation(vision)
		vision.refuse("num_channels", "; only 3 are", "3")
		d.image, d.patch = vision.square("image_size"), vision.square("patch_size")
		if kind == "vision" {
			d.embed = vision.whole("projection_dim", 0)
		}
	}
	d.textActivation = d.activation
	if kind != "vision" {
		d.text = huggingFaceTower(text, 512, 8)
		d.textActivation = huggingFaceActivation(text)
		d.vocab, d.context = text.whole("vocab_size", 0), text.whole("max_position_embeddings", 0)
		d.setEnd(text)
	}
	return d
}

// merged returns a tower's settings. Older files have them in KEY_dict as well,
// whose values win; transformers fills that one up with the class's defaults
// first, so that they win too.
func (o object) merged(key string) object {
	if o.has(key + "_dict") {
		return o.object(key + "_dict")
	}
	return o.object(key)
}

func huggingFaceTower(o object, defaultWidth, defaultHeads int) towerDescription {
	t := towerDescription{
		width: o.whole("hidden_size", 0), layers: o.whole("num_hidden_layers", 0),
		mlp: o.whole("intermediate_size", 0), heads: o.whole("num_attention_heads", 0),
	}
	if t.heads == 0 && t.width > 0 && t.width%defaultHeads == 0 {
		t.heads = defaultHeads // a key that is left out has the class's default
	}
	if t.heads == 0 && t.width > 0 && t.width != defaultWidth {
		o.fail("num_attention_heads", "is missing, and the default %d does not divide the width %d", defaultHeads, t.width)
	}
	t.eps = o.number("layer_norm_eps", 0)
	if t.eps < 0 || math.IsInf(t.eps, 0) {
		o.fail("layer_norm_eps", "is %s; it must be positive", o.text("layer_norm_eps"))
	}
	o.refuse("pruned_heads", "")
	o.refuse("is_decoder", "")
	o.refuse("add_cross_attention", "")
	o.refuse("use_relative_position", "")
	return t
}

// huggingFaceActivation returns the activation, by transformers' names of it.
func huggingFaceActivation(o object) string {
	switch name := o.word("hidden_act", QuickGELU); name {
	case QuickGELU:
		return QuickGELU
	case GELU, "gelu_python":
		return GELU
	default:
		o.fail("hidden_act", "is %q; only %s and %s are supported", shown(name), QuickGELU, GELU)
		return ""
	}
}

// setEnd reads where a text is read: eos_token_id 2, which older files have,
// stands for the highest id; any other for its own first occurrence.
func (d *description) setEnd(text object) {
	if !text.has("eos_token_id") {
		d.endUnsaid = true
		return // the default, the last of CLIP's vocabulary, is the highest
	}
	id := text.number("eos_token_id", 2)
	var list []float64
	if json.Unmarshal(text.values["eos_token_id"], &list) == nil {
		list = slices.Compact(list)
		if len(list) != 1 {
			text.fail("eos_token_id", "is %s; only one is supported", text.text("eos_token_id"))
			return
		}
	}
	switch {
	case id != math.Trunc(id) || id < 0 || id > 1<<30:
		text.fail("eos_token_id", "is %s, want a token's number", text.text("eos_token_id"))
	case id != 2:
		d.pool, d.eos = poolEOS, int(id)
	}
}
