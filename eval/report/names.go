package report

import "strings"

// spellings are the methods' names in figures and in tables for people, as they
// are published. The flag -method, CSV files and terminals keep the short ones.
var spellings = map[string]string{
	"zeroshot":    "zero-shot CLIP",
	"zeroshot7":   "zero-shot CLIP, 7 captions",
	"zeroshot80":  "zero-shot CLIP, 80 captions",
	"coop":        "CoOp",
	"coop-csc":    "CoOp, class-specific",
	"cocoop":      "CoCoOp",
	"vpt-shallow": "VPT, shallow",
	"vpt":         "VPT",
	"language":    "language prompts",
	"ivlp":        "IVLP",
	"maple":       "MaPLe",
	"maple+zs":    "MaPLe + CLIP",
	"ensemble":    "ensemble",
	"ensemble+zs": "ensemble + CLIP",
	"cdc":         "CDC",
}

// spelled spells the method that a text begins with, as in "cdc, M=2" or
// "maple (published)". A text that begins with something else stays as it is.
func spelled(text string) string {
	end := strings.IndexAny(text, " ,")
	if end < 0 {
		end = len(text)
	}
	method, rest := text[:end], text[end:]
	if s, ok := spellings[method]; ok {
		return s + rest
	}
	if variant, ok := strings.CutPrefix(method, "cdc-"); ok {
		return spellings["cdc"] + "-" + variant + rest
	}
	return text
}

// spelledAll spells a list.
func spelledAll(list []string) []string {
	out := make([]string, len(list))
	for i, text := range list {
		out[i] = spelled(text)
	}
	return out
}

// method returns a cell that begins with the name of a method.
func method(text string) Cell {
	c := name(text)
	c.spelled = spelled(text)
	return c
}
