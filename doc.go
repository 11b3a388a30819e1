// Package frontdoor classifies images with CLIP, adapted to your own classes
// from a few images of each, and says when it does not know.
//
//	c, err := frontdoor.Open(ctx, "runs/photos") // what cmd/train left
//	if err != nil { ... }
//	defer c.Close()
//	answers, err := c.ClassifyFiles(ctx, "cup.jpg", "lamp.jpg")
//
// [Open] opens the folder of a run; [Load] needs nothing but the names of the
// classes. A [Classifier] may be used by any number of goroutines: images that
// wait at the same time go through the model together, and an image gets the
// same answer, to the bit, whatever its company.
//
// Where the run has a promise, which cmd/calibrate makes, each answer has a
// [Verdict]: known, with at most the promised share of mistakes, unsure, or
// unfamiliar.
package frontdoor
