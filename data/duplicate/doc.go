// Package duplicate finds images that show the same: files of equal content, and
// near duplicates, such as a photograph that was saved again smaller or as another
// format. A [Signature] is made of a few numbers: 256 differences of brightness
// between neighbours (the "dHash" of image search) and the colours of a grid, so
// that flat pictures of different colours are not the same. Pictures that are
// mirrored, turned or cropped are not found.
package duplicate
