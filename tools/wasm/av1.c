// The door to dav1d: the OBUs of one sample in, the planes of its picture out.
#include "planes.h"
#include <dav1d/dav1d.h>
#include <stdlib.h>
#include <string.h>

static struct picture out;
static Dav1dContext *ctx;
static Dav1dPicture pic;

// buffer returns room for n bytes of input.
__attribute__((export_name("buffer"))) void *buffer(int n) { return malloc(n); }

static void keep(const uint8_t *data, void *cookie) {}

// decode reads n bytes of OBUs at an operating point. Pictures of more than
// limit pixels are refused.
__attribute__((export_name("decode"))) struct picture *decode(const uint8_t *in, int n, int point, uint32_t limit) {
  Dav1dSettings set;
  dav1d_default_settings(&set);
  set.n_threads = 1;
  set.max_frame_delay = 1;
  set.operating_point = point;
  set.all_layers = 0;
  set.frame_size_limit = limit;
  if ((out.status = dav1d_open(&ctx, &set)) < 0) return &out;
  Dav1dData data;
  memset(&data, 0, sizeof data);
  if ((out.status = dav1d_data_wrap(&data, in, n, keep, NULL)) < 0) return &out;
  for (;;) {
    if (data.data) {
      int e = dav1d_send_data(ctx, &data);
      if (e < 0 && e != DAV1D_ERR(EAGAIN)) {
        out.status = e;
        return &out;
      }
    }
    int e = dav1d_get_picture(ctx, &pic);
    if (e == 0) break;
    if (e != DAV1D_ERR(EAGAIN) || !data.data) {
      out.status = e;
      return &out;
    }
  }
  out.status = 0;
  out.width = pic.p.w;
  out.height = pic.p.h;
  out.depth = pic.p.bpc;
  out.chroma = pic.p.layout;
  out.full_range = pic.seq_hdr->color_range;
  out.primaries = pic.seq_hdr->pri;
  out.transfer = pic.seq_hdr->trc;
  out.matrix = pic.seq_hdr->mtrx;
  for (int c = 0; c < 3; c++) {
    out.plane[c] = (int32_t)(intptr_t)pic.data[c];
    out.stride[c] = (int32_t)pic.stride[c > 0];
  }
  return &out;
}
