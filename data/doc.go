// Package data holds what a classifier is trained and tested on: datasets of
// labelled images, their splits, few-shot samples and base and new halves.
//
// A Dataset lists items; an Item is a label and a Source, which opens the
// image when it is wanted: a file (File, or Upright where it is turned as its EXIF
// orientation asks) or a picture of the synthetic world (WorldItem). Open makes a dataset of a name: a task of the world (World), a
// published dataset (package coop reads its lists), or a folder of class folders
// (Folder). FewShot and Subset follow the protocol of CoOp and Dassl, down to
// CPython's random numbers, so that equal seeds pick equal images.
//
// CacheTests keeps decoded test images on disk, and Fingerprint tells whether
// the lists are still the same. A Report counts what could not be used.
package data
