// Package imaging decodes photographs and prepares them for CLIP's image
// tower: 8-bit RGB images, Pillow's bicubic resize, crops, and the step to a
// float32 tensor.
//
// CLIP's published weights were trained behind Pillow and torchvision, so the
// arithmetic here follows theirs to the byte: an antialiased bicubic filter
// (a = -0.5) in fixed point with 22 fractional bits, rounded to 8 bits between
// the horizontal and the vertical pass, and a centre crop whose offset is
// rounded half to even. Golden checksums taken from Pillow keep it so.
//
// Shapes: an Image holds [H, W, 3] bytes, interleaved, row by row. The tensor
// made by Image.CHW holds [3, H, W] float32 values.
//
// Nothing in a file can make this package panic or allocate without bound:
// Decode looks at the header first and refuses sizes that no honest file of
// that length could hold; the limits, MaxPixels and two more, stand in
// limits.go.
//
// What is equal to what: PNG (package png), GIF (gif) and WebP (webp) give the
// bytes of Image.open(file).convert("RGB") of Pillow 13 with libwebp 1.6, and are
// refused where Pillow refuses them. That holds of damaged files, too: of 6,000 WebP
// files with damage in their alpha part alone and of 6,000 with damage anywhere
// none is read differently. Two limits are stricter than Pillow's: the size that
// a short file may announce, and rows of a PNG that are missing, which are filled
// up to 16 Mi pixels. A palette's indices beyond its end are black, as in Pillow
// 13; older versions count them as grey. tools/pictures makes thousands of odd
// files to compare.
//
// JPEG (package jpeg) gives Pillow 13's bytes, with libjpeg-turbo 3, too: all of
// Caltech101, and files of every kind that tools/jpeg makes, sound and damaged.
// What Pillow refuses is refused. The exceptions, which no camera or encoder
// writes, stand in that package's comment.
//
// HEIC and AVIF (package heif) differ by at most one level from pillow-heif 1.8
// (libheif 1.23) and Pillow 13 (libavif 1.4): in every chroma format, with 8, 10
// and 12 bits, full and limited range, odd sizes and grids, first and last pixels
// included, with all matrices (what the two refuse is refused, see that package's
// comment) and with colours multiplied by alpha. Their streams are decoded by
// libde265 and dav1d as WebAssembly, which the first such picture of a process
// starts; damaged files are refused, where libheif may show a part. A HEIC picture
// is turned by its own properties, as pillow-heif does it, an AVIF picture is not.
//
// Orientation and LoadUpright follow ImageOps.exif_transpose of Pillow 13: EXIF,
// else XMP; in AVIF irot and imir, whose absence means upright where EXIF names an
// orientation, and XMP where neither they nor EXIF say anything. AVIF in reversible
// YCgCo (matrices 16 and 17) is refused; Pillow reads that of matrix 16 with 10 bits
// and full range.
package imaging
