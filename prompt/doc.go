// Package prompt holds what can be learned in front of a frozen CLIP: the
// [Learner] interface, zero-shot classification, and the methods that CDC is
// compared with.
//
// A learner owns learned tokens. They enter one or both towers; the towers'
// own weights never change and never get a gradient. By what is learned, and
// where:
//
//	zero-shot   nothing: "a photo of a {}.", or several captions averaged
//	CoOp        text tokens around the class name      Zhou et al. 2022 (IJCV)
//	CoCoOp      CoOp, plus a vector for each image     Zhou et al. 2022 (CVPR)
//	VPT         vision tokens                          Jia et al. 2022
//	language    text tokens at several depths          Khattak et al. 2023
//	IVLP        both of these, independent             Khattak et al. 2023
//	MaPLe       text tokens at several depths, and vision tokens that are a
//	            linear function of them                Khattak et al. 2023
//	maple+zs    MaPLe and zero-shot, logits averaged
//	ensemble    M of MaPLe's templates, logits averaged
//
// Most are a [Method], logits out of images, which [Tune] trains by cross
// entropy; docs/adding-a-method.md shows how to write another one. Prompts are
// lists of token ids in which a negative id is a learned token, so the same
// layout of package textenc serves all: prompts that begin with the same
// tokens share them, whether these are one context for all classes or one for
// each image.
//
// [Coupled] is one template of MaPLe's kind. Package cdc builds on it: its M
// templates are M of these.
package prompt
