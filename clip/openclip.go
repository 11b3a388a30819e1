package clip

import (
	"path/filepath"

	"frontdoor/imaging"
)

// openCLIPConfig is the configuration that OpenCLIP publishes beside weights.
const openCLIPConfig = "open_clip_config.json"

// readOpenCLIP reads open_clip_config.json. Sources: open_clip 3.3, model.py
// (CLIPVisionCfg, CLIPTextCfg) and transform.py (PreprocessCfg). A key that the
// library does not have, or that asks for what the towers here cannot do, is an
// error that names it.
func readOpenCLIP(dir string) (d description, found bool, err error) {
	o, found, err := readObject(filepath.Join(dir, openCLIPConfig))
	if err != nil || !found {
		return d, found, err
	}
	m := o.object("model_cfg")
	switch {
	case !o.has("model_cfg") && o.has("vision_cfg"): // one of the library's own files of models
		m = o
	case !o.has("model_cfg") && !o.has("preprocess_cfg"):
		o.fail("model_cfg", "is missing")
	}
	vision, text := m.object("vision_cfg"), m.object("text_cfg")
	m.only("embed_dim", "vision_cfg", "text_cfg", "quick_gelu", "custom_text", "init_logit_scale", "init_logit_bias",
		"nonscalar_logit_scale", "cast_dtype", "output_dict", "multimodal_cfg")
	m.refuse("multimodal_cfg", " (CoCa)")
	d = description{source: openCLIPConfig, embed: m.whole("embed_dim", 0), activation: GELU, resizes: true}
	if m.truth("quick_gelu", false) {
		d.activation = QuickGELU
	}
	d.textActivation = d.activation
	d.vision = openCLIPVision(vision)
	d.text = openCLIPText(text, &d)
	d.image, d.patch = vision.square("image_size"), vision.square("patch_size")
	d.context, d.vocab = text.whole("context_length", 0), text.whole("vocab_size", 0)
	d.imageUnsaid, d.contextUnsaid = d.image == 0, d.context == 0
	preprocess := o.object("preprocess_cfg")
	openCLIPProcessor(preprocess, 1, 1) // finds errors
	d.processorSource = openCLIPConfig
	d.processor = func(side int) imaging.Processor { return openCLIPProcessor(preprocess, side, side) }
	return d, true, o.error()
}

// customBlock are the settings of attention blocks that OpenAI's have not.
var customBlock = []string{"qk_norm", "scaled_cosine_attn", "scale_heads", "scale_attn_inner", "scale_attn", "scale_fc"}

// openCLIPTower reads the keys that both towers have.
func openCLIPTower(o object) (t towerDescription) {
	for _, key := range customBlock {
		o.refuse(key, "")
	}
	o.refuse("block_type", "", `"default"`, `"custom"`)
	o.refuse("ls_init_value", " (layer scale)")
	o.refuse("output_tokens", "")
	act, norm := o.object("act_kwargs"), o.object("norm_kwargs")
	act.refuse("approximate", " (the tanh form of GELU, as SigLIP has it)", `"none"`)
	act.only("approximate")
	norm.refuse("elementwise_affine", "", "true")
	norm.refuse("bias", "", "true")
	norm.only("eps", "elementwise_affine", "bias", "device", "dtype")
	t.eps = norm.number("eps", 0)
	t.width = o.whole("width", 0)
	return t
}

// setMLP enters the MLP width, int(width·ratio), if both are said.
func (t *towerDescription) setMLP(o object) {
	if o.has("mlp_ratio") && t.width > 0 {
		t.mlp = int(float64(t.width) * o.number("mlp_ratio", 4))
	}
}

func openCLIPVision(o object) towerDescription {
	o.refuse("timm_model_name", " (an image tower of timm)")
	if len(o.values["layers"]) > 0 && o.values["layers"][0] == '[' {
		o.fail("layers", "is %s: a ResNet, which is not supported", o.text("layers"))
		return towerDescription{}
	}
	o.refuse("attentional_pool", "")
	o.refuse("no_ln_pre", " (CLIPA)")
	o.refuse("final_ln_after_pool", " (CLIPA)")
	o.refuse("pool_type", "; only tok is", `"tok"`)
	o.refuse("pos_embed_type", "; only learnable is", `"learnable"`)
	o.only("layers", "width", "head_width", "mlp_ratio", "patch_size", "image_size", "ls_init_value", "patch_dropout",
		"attentional_pool", "attn_pooler_queries", "attn_pooler_heads", "no_ln_pre", "pos_embed_type", "final_ln_after_pool",
		"pool_type", "output_tokens", "act_kwargs", "norm_kwargs", "block_type",
		"qk_norm", "scaled_cosine_attn", "scale_heads", "scale_attn_inner", "scale_attn", "scale_fc",
		"timm_model_name", "timm_model_pretrained", "timm_pool", "timm_proj", "timm_proj_bias", "timm_drop", "timm_drop_path",
		"input_patchnorm", "global_average_pool", "n_queries")
	o.refuse("input_patchnorm", "")
	o.refuse("global_average_pool", "")
	t := openCLIPTower(o)
	t.layers = o.whole("layers", 0)
	t.headWidth = o.whole("head_width", headWidth)
	if t.width == 0 && !o.has("head_width") {
		t.headWidth = 0 // by the table, which says the same for the default width
	}
	t.setMLP(o)
	return t
}

func openCLIPText(o object, d *description) towerDescription {
	o.refuse("hf_model_name", " (a text tower of transformers)")
	o.refuse("embed_cls", "")
	o.refuse("no_causal_mask", " (SigLIP, CLIPA)")
	o.refuse("final_ln_after_pool", "")
	o.refuse("proj_bias", " (SigLIP)")
	o.refuse("proj_type", "; only linear is", `"linear"`)
	o.refuse("tokenizer_mode", "", `"clean"`)
	o.refuse("hf_tokenizer_name", "; only CLIP's own vocabulary is", `"openai/clip-vit-base-patch32"`, `"openai/clip-vit-base-patch16"`,
		`"openai/clip-vit-large-patch14"`, `"openai/clip-vit-large-patch14-336"`)
	tokenizer := o.object("tokenizer_kwargs")
	tokenizer.refuse("clean", "; only lower is", `"lower"`)
	tokenizer.only("clean")
	o.only("context_length", "vocab_size", "hf_tokenizer_name", "tokenizer_mode", "tokenizer_kwargs", "width", "heads", "layers",
		"mlp_ratio", "ls_init_value", "embed_cls", "pad_id", "eos_id", "no_causal_mask", "final_ln_after_pool", "pool_type",
		"proj_bias", "proj_type", "output_tokens", "act_kwargs", "norm_kwargs", "block_type",
		"qk_norm", "scaled_cosine_attn", "scale_heads", "scale_attn_inner", "scale_attn", "scale_fc",
		"hf_model_name", "hf_model_pretrained", "hf_proj_type", "hf_pooler_type", "proj", "pooler_type")
	switch pool := o.word("pool_type", "argmax"); pool {
	case "argmax":
	case "eos":
		d.pool, d.eos = poolEOS, int(o.number("eos_id", 2))
	default:
		o.fail("pool_type", "is %q, which is not supported; only argmax and eos are", shown(pool))
	}
	t := openCLIPTower(o)
	t.layers = o.whole("layers", 0)
	t.heads = o.whole("heads", 0)
	if t.heads == 0 && t.width > 0 {
		t.heads = 8 // the default of CLIPTextCfg
	}
	t.setMLP(o)
	return t
}

// openCLIPProcessor reads preprocess_cfg; h and w replace its size where they
// are not 0, as the model's own size does. null is the default.
func openCLIPProcessor(o object, h, w int) imaging.Processor {
	o.refuse("mode", "", `"RGB"`)
	sh, sw := h, w
	if h == 0 {
		sh, sw = o.sides("size", 224)
	}
	p := imaging.Processor{Rules: imaging.TorchvisionRules, Height: sh, Width: sw, CropHeight: sh, CropWidth: sw}
	p.Mean, p.Std = o.channels("mean", openAIMean), o.channels("std", openAIStd)
	if o.isDefault("mean", "[]") {
		p.Mean = openAIMean
	}
	if o.isDefault("std", "[]") {
		p.Std = openAIStd
	}
	if p.Std[0] == 0 || p.Std[1] == 0 || p.Std[2] == 0 {
		o.fail("std", "is %s; dividing by 0 is not possible", o.text("std"))
	}
	switch name := o.word("interpolation", "bicubic"); name {
	case "", "bicubic", "random":
	case "bilinear":
		p.Filter = imaging.Bilinear
	case "nearest": // open_clip itself refuses it
		p.Filter = imaging.Nearest
	default:
		o.fail("interpolation", "is %q, which open_clip does not have; want bicubic, bilinear or nearest", shown(name))
	}
	switch mode := o.word("resize_mode", "shortest"); mode {
	case "", "shortest":
		p.Resize = imaging.Shortest
		if sh != sw {
			p.Resize, p.Filter = imaging.Fill, imaging.Bicubic
		}
	case "longest":
		p.Resize = imaging.Longest
		for c, v := range o.channels("fill_color", [3]float64{}) {
			p.Fill[c] = uint8(min(max(v, 0), 255)) // as torchvision cuts off and Pillow limits it
		}
	case "squash":
		p.Resize, p.CropHeight, p.CropWidth = imaging.Squash, 0, 0
	default:
		o.fail("resize_mode", "is %q, which open_clip does not have; want shortest, longest or squash", shown(mode))
	}
	return p
}
