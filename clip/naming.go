package clip

import "strings"

// The same model is published under three sets of names. The project's own are
// OpenAI's:
//
//	visual.transformer.resblocks.0.attn.in_proj_weight
//
// OpenCLIP uses the same, with the text tower under "text." in newer models.
// Hugging Face has names of its own, keeps the three parts of in_proj apart,
// and stores both projections the other way round:
//
//	vision_model.encoder.layers.0.self_attn.q_proj.weight
//
// Any of them may carry a prefix of the program that trained it ("module.").

// A scheme is one of the sets of names.
type scheme int

const (
	openAI scheme = iota
	huggingFace
)

// place says where in a file a tensor in OpenAI's names is.
type place struct {
	names     [3]string // the parts that follow each other; one, or q, k and v
	parts     int
	transpose bool
}

// marker is a tensor of each scheme by which it is recognised, and whose
// prefix is that of all tensors.
var marker = map[scheme]string{
	openAI:      "visual.conv1.weight",
	huggingFace: "vision_model.embeddings.patch_embedding.weight",
}

// recognise returns the scheme and the prefix of the names of a file.
func recognise(names []string) (s scheme, prefix string, ok bool) {
	for _, s := range []scheme{openAI, huggingFace} {
		for _, name := range names {
			if prefix, ok := strings.CutSuffix(name, marker[s]); ok && (prefix == "" || strings.HasSuffix(prefix, ".")) {
				return s, prefix, true
			}
		}
	}
	return 0, "", false
}

// locate returns the tensor in OpenAI's names that a file's tensor is, or the
// part of it: q, k and v are parts 0, 1 and 2 of in_proj. It reports false for
// names that no CLIP of a scheme has; they are ignored.
func (s scheme) locate(name string) (canonical string, part int, transpose, ok bool) {
	if s == openAI {
		return strings.TrimPrefix(name, "text."), 0, false, true
	}
	if to, ok := fromHuggingFace[name]; ok {
		return to, 0, strings.HasSuffix(name, "_projection.weight"), true
	}
	for from, to := range map[string]string{
		"vision_model.encoder.layers.": "visual.transformer.resblocks.",
		"text_model.encoder.layers.":   "transformer.resblocks.",
	} {
		rest, ok := strings.CutPrefix(name, from)
		if !ok {
			continue
		}
		layer, rest, _ := strings.Cut(rest, ".")
		to += layer + "."
		if inner, ok := blockFromHuggingFace[rest]; ok {
			return to + inner, 0, false, true
		}
		for part, letter := range []string{"q", "k", "v"} {
			switch rest {
			case "self_attn." + letter + "_proj.weight":
				return to + "attn.in_proj_weight", part, false, true
			case "self_attn." + letter + "_proj.bias":
				return to + "attn.in_proj_bias", part, false, true
			}
		}
	}
	return "", 0, false, false
}

// fromHuggingFace are the tensors outside the blocks. The misspelling is
// theirs.
var fromHuggingFace = map[string]string{
	"logit_scale":                                       "logit_scale",
	"visual_projection.weight":                          "visual.proj",
	"text_projection.weight":                            "text_projection",
	"vision_model.embeddings.class_embedding":           "visual.class_embedding",
	"vision_model.embeddings.patch_embedding.weight":    "visual.conv1.weight",
	"vision_model.embeddings.position_embedding.weight": "visual.positional_embedding",
	"vision_model.pre_layrnorm.weight":                  "visual.ln_pre.weight",
	"vision_model.pre_layrnorm.bias":                    "visual.ln_pre.bias",
	"vision_model.post_layernorm.weight":                "visual.ln_post.weight",
	"vision_model.post_layernorm.bias":                  "visual.ln_post.bias",
	"text_model.embeddings.token_embedding.weight":      "token_embedding.weight",
	"text_model.embeddings.position_embedding.weight":   "positional_embedding",
	"text_model.final_layer_norm.weight":                "ln_final.weight",
	"text_model.final_layer_norm.bias":                  "ln_final.bias",
}

// blockFromHuggingFace are the tensors of a block, except q, k and v.
var blockFromHuggingFace = map[string]string{
	"layer_norm1.weight":        "ln_1.weight",
	"layer_norm1.bias":          "ln_1.bias",
	"layer_norm2.weight":        "ln_2.weight",
	"layer_norm2.bias":          "ln_2.bias",
	"self_attn.out_proj.weight": "attn.out_proj.weight",
	"self_attn.out_proj.bias":   "attn.out_proj.bias",
	"mlp.fc1.weight":            "mlp.c_fc.weight",
	"mlp.fc1.bias":              "mlp.c_fc.bias",
	"mlp.fc2.weight":            "mlp.c_proj.weight",
	"mlp.fc2.bias":              "mlp.c_proj.bias",
}
