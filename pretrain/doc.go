// Package pretrain trains a small CLIP from scratch on the synthetic world, by
// the contrastive objective of Radford et al. 2021: every image of a batch
// picks its caption among all captions, and the other way round.
//
// An auxiliary linear head reads the four named factors off the image feature
// while training; without it, shape stays at chance for long. It is thrown
// away afterwards.
//
// Every batch is drawn afresh and depends on the seed and the step alone, so
// an interrupted run that resumes ends with the same bits.
package pretrain
