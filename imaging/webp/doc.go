// Package webp reads the first frame of a WebP file as Pillow 13 with libwebp
// 1.6 does: Image.open(file).convert("RGB") byte for byte, or an error where
// Pillow has one.
//
// Lossy frames are decoded by golang.org/x/image/vp8, which follows libwebp's
// arithmetic exactly. The rest is written here by libwebp's rules: lossless streams,
// of which libwebp reads some that end early or have odd codes and refuses others
// (x/image/vp8l refused or read 94 of 6,000 files with damaged alpha otherwise), the
// container (its sizes must agree, what follows the RIFF chunk is ignored, alpha
// without the flag is skipped), the animation's canvas, the triangle filter that
// widens chroma, and the conversion to RGB. libwebp as WebAssembly would do the
// same at the price of a compiler run in every process that meets a WebP file.
package webp
