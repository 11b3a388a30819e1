// Package kept keeps features of images on disk for all runs, methods, seeds and
// commands that read them: pooled features [D] of the frozen image tower
// (clip.Model.PooledFeatures), of images as they are and of random crops, and
// which images can be decoded. A second run decodes no image.
//
// A feature is found by the content of the image, the digest of the tower, and
// all that makes pixels of a file: the revision of the decoders, the model's
// preprocessing, the crop. Random crops follow from the content of the image and
// the number of the draw, so that seeds share them. Pictures of the world are
// drawn when they are needed, have no bytes and are not kept. How the folder stays
// whole is in internal/featurecache.
package kept
