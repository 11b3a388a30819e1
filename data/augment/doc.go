// Package augment changes images at random before they are trained on, and
// pairs each template of CDC with a change of its own (VSD, the visual-language
// dual semantic decoupling of arXiv 2410.12816): a template that only ever sees
// its own kind of change learns to read the image through what that change
// leaves alone.
//
// The operations (cropFlip, colourJitter, blurNoise, erasePosterise) work on
// float32 tensors [3, H, W] with values in 0..1, before normalisation.
// ResizedCrop is torchvision's RandomResizedCrop, on 8-bit photographs. A View is what one
// template sees; Set makes the two sets of views.
//
// All randomness comes from the generator passed in, so that a seed repeats an
// augmentation to the bit.
package augment
