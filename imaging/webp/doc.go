// Package webp reads the first frame of a WebP file as Pillow 13 with libwebp
// 1.6 does: Image.open(file).convert("RGB") byte for byte, or an error where
// Pillow has one.
//
// The bit streams are decoded by golang.org/x/image/vp8 and vp8l, which follow
// libwebp's arithmetic exactly. The rest is written here by libwebp's rules: the
// container (its sizes must agree, what follows the RIFF chunk is ignored, alpha
// without the flag is skipped), the animation's canvas, the triangle filter that
// widens chroma, and the conversion to RGB. libwebp as WebAssembly would do the
// same at the price of a compiler run in every process that meets a WebP file.
package webp
