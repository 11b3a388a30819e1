// Package data holds what a classifier is trained and tested on: datasets of
// labelled images, their splits, few-shot samples and base and new halves.
//
// A Dataset lists items; an Item is a label and a Source, which opens the
// image when it is wanted: a file (File) or a drawing of the synthetic world
// (WorldItem). Folder makes a dataset of a folder of class folders, World one
// of drawings, and Official one of the eleven datasets of CoOp or the four
// variants of ImageNet in their official layouts, with CoOp's split file or, for
// want of it, a split drawn by CoOp's rule. FewShot, Subset and the drawn split
// follow the protocol of CoOp and Dassl, down to CPython's random numbers, so
// that equal seeds pick equal images.
//
// CheckOfficial compares a data root with what was published, CacheTests keeps
// decoded test images on disk, and Fingerprint tells whether the lists are still
// the same. A Report counts what could not be used.
package data
