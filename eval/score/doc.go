// Package score tests a trained learner on images: what it predicts (an
// [Outcome]), how far its probabilities and its uncertainty can be believed
// ([Outcome.Trust]), and how well its signals of doubt find the images that it
// should not answer ([Detect]: AUROC and FPR95). The features of the images are kept between questions about different
// classes. Everything is measured over the B images of a test set.
package score
