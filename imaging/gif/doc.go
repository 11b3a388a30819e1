// Package gif reads the first frame of a GIF file as Pillow 13 does, odd and
// damaged files included: Image.open(file).convert("RGB") byte for byte, or an
// error where Pillow has one.
//
// What the standard library does otherwise:
//
//   - what the frame does not cover has the colour of the transparent index, or
//     of index 0 where none is announced;
//   - a frame that exceeds the logical screen enlarges it, a screen of 0 x 0
//     too;
//   - codes behind the last pixel, and what follows in the file, are ignored;
//     bytes between blocks are skipped;
//   - transparency is dropped: a transparent pixel has its palette colour;
//   - a palette that is grey in order (or missing) means grey values; indices
//     beyond a palette are black.
//
// lzw.go follows Pillow's decoder code by code, with its ways of going on
// behind an end code and of taking a block's length for its own.
package gif
