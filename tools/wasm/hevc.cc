// The door to libde265: NAL units in, the planes of the first picture out.
#include "planes.h"
#include <libde265/de265.h>
#include <stdlib.h>

static picture out;
static de265_decoder_context *ctx;

extern "C" {

// buffer returns room for n bytes of input.
__attribute__((export_name("buffer"))) void *buffer(int n) { return malloc(n); }

// decode reads n bytes of NAL units, each behind its length (4 bytes, big end
// first). A picture with damaged blocks has a status, too. Pictures of more than
// limit pixels are refused.
__attribute__((export_name("decode"))) picture *decode(const uint8_t *in, int n, int, uint32_t limit) {
  out.status = -1;
  ctx = de265_new_decoder();
  if (!ctx) return &out;
  de265_error err = DE265_OK;
  while (n >= 4) {
    uint32_t size = (uint32_t)in[0] << 24 | in[1] << 16 | in[2] << 8 | in[3];
    in += 4, n -= 4;
    if (size > (uint32_t)n) break;
    err = de265_push_NAL(ctx, in, size, 0, nullptr);
    if (err != DE265_OK) break;
    in += size, n -= size;
  }
  if (err == DE265_OK) err = de265_flush_data(ctx);
  const de265_image *img = nullptr;
  for (int more = 1; err == DE265_OK && more && !img;) {
    more = 0;
    err = de265_decode(ctx, &more);
    img = de265_get_next_picture(ctx);
  }
  if (err != DE265_OK || !img) {
    out.status = err != DE265_OK ? err : -1;
    return &out;
  }
  out.status = de265_get_warning(ctx);
  out.width = de265_get_image_width(img, 0);
  out.height = de265_get_image_height(img, 0);
  if (out.height <= 0 || out.width <= 0 || (uint32_t)out.height > limit / out.width) out.status = -1;
  out.depth = de265_get_bits_per_pixel(img, 0);
  out.chroma = de265_get_chroma_format(img);
  out.full_range = de265_get_image_full_range_flag(img);
  out.primaries = de265_get_image_colour_primaries(img);
  out.transfer = de265_get_image_transfer_characteristics(img);
  out.matrix = de265_get_image_matrix_coefficients(img);
  for (int c = 0; c < (out.chroma ? 3 : 1); c++) {
    int stride = 0;
    out.plane[c] = (int32_t)(intptr_t)de265_get_image_plane(img, c, &stride);
    out.stride[c] = stride;
  }
  return &out;
}
}
