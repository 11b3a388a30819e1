// Package coop reads the datasets of CoOp's benchmark (Zhou et al., "Learning
// to Prompt for Vision-Language Models", IJCV 2022) in the folder layouts of
// its DATASETS.md: the eleven datasets and the four variants of ImageNet.
//
// Dataset.Open returns the classes, the hand-crafted caption and the lists of
// images of a dataset below a data root. CoOp's split file decides, or, for
// want of it, a split that is made from the publishers' own annotations by
// CoOp's rule, with CPython's random numbers. CheckFiles compares a data root
// with what was published.
//
// The package knows files and lists; package data makes a data.Dataset of them.
package coop
