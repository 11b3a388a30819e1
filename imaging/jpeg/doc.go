// Package jpeg decodes JPEG files to the pixels that Pillow 13 reads from them
// with Image.open(f).convert("RGB"): its first image, [H, W, 3] bytes. It
// follows libjpeg-turbo 3, Pillow's decoder, in arithmetic and in recovery from
// damage, because CLIP was trained behind it and a model sees every difference.
//
// Equal to the byte:
//
//   - baseline, extended and progressive frames with Huffman or arithmetic
//     coding (SOF0, SOF1, SOF2, SOF9, SOF10), and lossless ones with Huffman
//     coding (SOF3), of 8 bits and one, three or four components;
//   - interleaved scans and others, restart intervals, and every sampling ratio
//     that libjpeg takes: whole numbers up to 4. Chroma at half the resolution
//     is brought to full size by the triangle filter, other ratios repeat;
//   - grey, YCbCr, RGB, CMYK and YCCK as the JFIF and Adobe marks, and else the
//     names of the components, say. CMYK is taken to be stored inverted, as
//     Pillow does, with and without Adobe's mark;
//   - progressive files whose last scans are missing or end early: their
//     coefficients are estimated as libjpeg-turbo does (block smoothing);
//   - damage: wrong codes, runs past the end of a block, missing or wrong restart
//     markers, scans that end early at a marker, junk before markers and behind
//     the image, missing Huffman tables (Motion JPEG), wrong lengths.
//
// What Pillow refuses is refused: a file that ends before its last row
// (ErrTruncated), and what libjpeg calls an error (FormatError), which depends on
// the 64 KiB that Pillow hands over at a time: an arithmetic-coded scan must end
// within the first 64 KiB, and what is wrong behind the last row is an error only
// if it lies in the piece that the last row ends in. Samples of 12 bits, other numbers of
// components, hierarchical frames, and colour conversion of lossless frames are
// refused by both.
//
// Not equal: where damage or absurd quantisers make values overflow 16 bits in
// the inverse DCT, the results are those of libjpeg-turbo's kernels for amd64
// with AVX2, which are not the same as on other processors. Files whose scans
// would visit each block more than 200 times (and 67,108,864 blocks in all) are
// refused here, as is what needs more memory than the caller grants; Pillow
// reads them. EXIF blocks are not looked at: Pillow refuses some malformed ones.
//
// The kernels for amd64 (AVX2) stand beside the Go functions that specify them,
// whose names end in Generic. Section numbers in comments refer to ITU-T T.81.
package jpeg
