// Package train trains a learner on a few images of each class.
//
// A [Loader] turns items into what learners read: clean images [n, 3, S, S],
// random views of them [V·B, 3, S, S], or unit features [n, E] of the frozen
// image tower, which it keeps. A [Training] is the loop: a batch, the loss, the
// gradients, a step of SGD (momentum 0.9, weight decay 5e-4), the schedule by
// step or by epoch (CoOp's, Zhou et al. 2022). Batches are prepared beside the
// computation; published experiments get the very batches, crops and flips of
// PyTorch's data loader.
//
// A training saves its state as it goes and ends with the same bits however
// often it was interrupted.
package train
