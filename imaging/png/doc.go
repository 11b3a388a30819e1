// Package png reads PNG files as Pillow 13 does, damaged ones included:
// Image.open(file).convert("RGB") byte for byte, or an error where Pillow has
// one.
//
// What the standard library refuses and Pillow reads:
//
//   - checksums after the first IDAT are not looked at, before it they must
//     be right;
//   - the stream's own checksum (Adler-32) may be missing, but must be right
//     where the end of the stream directly follows the last row;
//   - whatever follows the last row is ignored, rows that a stream lacks which
//     ends between two rows are zero, IEND may be missing;
//   - tRNS may stand before PLTE, a palette may be missing or short (indices
//     beyond it are black);
//   - 16-bit grey is cut at 255 (not divided), other 16-bit channels keep
//     their upper byte.
//
// What Pillow refuses is refused: text longer than 1 MiB when unpacked, a row
// that ends early, wrong sequence numbers of an animation, short chunks.
//
// inflate.go follows zlib's inflate call by call, because Pillow asks it for
// one row at a time and stops where zlib has taken the last byte of its input.
package png
