// What a decoder hands to the Go side: one picture as planes. The Go side reads
// it from the module's memory as 32-bit little-endian words, in this order.
#pragma once
#include <stdint.h>

struct picture {
  int32_t status;        // 0, or the library's error; then nothing else counts
  int32_t width, height; // of the luma plane
  int32_t depth;         // bits a sample; above 8 a sample takes two bytes
  int32_t chroma;        // 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4
  int32_t full_range;    // 1 if samples use all of their bits
  int32_t primaries, transfer, matrix; // code points of ITU-T H.273
  int32_t plane[3];      // addresses
  int32_t stride[3];     // bytes from row to row
};
