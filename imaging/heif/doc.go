// Package heif reads HEIC and AVIF pictures: the container (ISO 23008-12) and
// the conversion to RGB in Go, the streams through imaging/internal/codec.
//
// HEIC follows libheif 1.23 as pillow-heif calls it: chroma samples are
// repeated, samples of more than 8 bits lose their lower bits first, clap, irot
// and imir are applied in their order. AVIF follows libavif 1.4 with libyuv as
// Pillow 13 calls it: chroma goes through a bilinear filter, and colours through
// libyuv's fixed-point numbers of 6 bits where it has the matrix, through
// floating point elsewhere; clap is ignored, and irot and imir are left to the
// orientation, which they give before EXIF and XMP (see package imaging). Alpha is
// dropped; colours that it multiplies are divided by it, as Pillow and libyuv do it.
// Colours that the two libraries do not convert are refused: ICtCp and Y'D'zD'x, in
// AVIF constant luminance, YCgCo (matrix 8) of limited range and reversible YCgCo
// (matrices 16 and 17) as well, but for matrix 16 of 10 bits and full range, which
// libavif converts. What is refused and no damage is [errors.ErrUnsupported].
package heif
