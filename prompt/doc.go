// Package prompt holds what can be learned in front of a frozen CLIP: the
// [Learner] interface, zero-shot classification, and the methods that CDC is
// compared with.
//
// A learner owns learned tokens. They enter one or both towers; the towers'
// own weights never change and never get a gradient.
//
//	zero-shot   nothing is learned: "a photo of a {}."
//	MaPLe       learned tokens in the text tower at several depths, and vision
//	            tokens that are a linear function of them (Khattak et al. 2023)
//
// [Coupled] is one template of MaPLe's kind. Package cdc builds on it: its M
// templates are M of these.
package prompt
