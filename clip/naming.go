package clip

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"frontdoor/weights"
)

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
// Any of them may carry a prefix of the program that trained it ("model."), and
// the words of wrappers anywhere ("_orig_mod."). A file of the image tower alone
// has the names of OpenAI without "visual.".

// A scheme is one of the sets of names.
type scheme int

const (
	openAI scheme = iota
	huggingFace
	openAIVisual // the image tower alone
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
	openAI:       "visual.conv1.weight",
	huggingFace:  "vision_model.embeddings.patch_embedding.weight",
	openAIVisual: "conv1.weight",
}

// wrapperWords are parts of names that PyTorch's wrappers put in: compiled
// modules, data parallel ones, recomputed ones.
var wrapperWords = map[string]bool{
	"module": true, "_orig_mod": true, "_checkpoint_wrapped_module": true,
	"_fsdp_wrapped_module": true, "_fpw_module": true, "_forward_module": true,
}

// unwrapped returns the names of a file without the words of wrappers, and what
// they are in the file.
func unwrapped(names []string) (map[string]string, error) {
	out := make(map[string]string, len(names))
	for _, name := range names {
		parts := strings.Split(name, ".")
		last := parts[len(parts)-1]
		parts = slices.DeleteFunc(parts[:len(parts)-1], func(p string) bool { return wrapperWords[p] })
		short := strings.Join(append(parts, last), ".")
		if other, ok := out[short]; ok {
			return nil, fmt.Errorf("tensors %q and %q are the same one", other, name)
		}
		out[short] = name
	}
	return out, nil
}

// recognise returns the scheme of the names of a file, and the prefixes of the
// models in it, first the one to read: no average or teacher of another, and
// the shortest. There are none if no scheme fits.
func recognise(names map[string]string) (scheme, []string) {
	for _, s := range []scheme{openAI, huggingFace, openAIVisual} {
		var prefixes []string
		for name := range names {
			prefix, ok := strings.CutSuffix(name, marker[s])
			if !ok || prefix != "" && !strings.HasSuffix(prefix, ".") {
				continue
			}
			if _, ok := names[prefix+"class_embedding"]; s != openAIVisual || ok {
				prefixes = append(prefixes, prefix)
			}
		}
		if len(prefixes) == 0 {
			continue
		}
		slices.SortFunc(prefixes, func(a, b string) int {
			if x, y := weights.IsAverage(a), weights.IsAverage(b); x != y {
				if x {
					return 1
				}
				return -1
			}
			return cmp.Or(len(a)-len(b), strings.Compare(a, b))
		})
		return s, prefixes
	}
	return 0, nil
}

// longestPrefix returns the longest of the prefixes that the name has, or
// nothing.
func longestPrefix(name string, prefixes []string) string {
	longest := ""
	for _, p := range prefixes {
		if strings.HasPrefix(name, p) && len(p) > len(longest) {
			longest = p
		}
	}
	return longest
}

// locate returns the tensor in OpenAI's names that a file's tensor is, or the
// part of it: q, k and v are parts 0, 1 and 2 of in_proj. It reports false for
// names that no CLIP of a scheme has; they are ignored.
func (s scheme) locate(name string) (canonical string, part int, transpose, ok bool) {
	switch s {
	case openAIVisual:
		return "visual." + name, 0, false, true
	case openAI:
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
	"logit_bias":                                        "logit_bias",
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
