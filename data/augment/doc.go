// Package augment changes images at random before they are trained on, and
// pairs each template of CDC with a change of its own (VSD, the visual-language
// dual semantic decoupling of arXiv 2410.12816): a template that is trained on one
// kind of change only learns features that this change leaves alone.
//
// The operations (cropFlip, colourJitter, blurNoise, erasePosterise) work on
// float32 tensors [3, H, W] with values in 0..1, before normalisation.
// ResizedCrop is torchvision's RandomResizedCrop, on 8-bit photographs. A View is the
// augmentation of one template; Set makes the two sets of views.
//
// All randomness comes from the generator passed in, so that a seed repeats an
// augmentation to the bit.
package augment
