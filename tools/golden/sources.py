"""Pictures that are not RGB, and what Pillow makes of them when it resizes
first, as open_clip does, or lays them on white first, as transformers does.

    python3 tools/golden/sources.py     writes imaging/testdata/sources.json

It needs Pillow 13 and NumPy. The pictures are wide, so that the order of
Pillow 13's passes is that of older versions.
"""

import base64
import io
import json
import math
import os

import numpy as np
from PIL import Image

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")
SIDE = 5


def saved(image, kind, **how):
    b = io.BytesIO()
    image.save(b, kind, **how)
    return b.getvalue()


def cropped(image, offset):
    w, h = image.size
    w, h = (SIDE, int(SIDE * h / w)) if w <= h else (int(SIDE * w / h), SIDE)
    image = image.resize((w, h), Image.BICUBIC)
    x, y = offset((w - SIDE) / 2), offset((h - SIDE) / 2)
    return image.crop((x, y, x + SIDE, y + SIDE))


def on_white(image):
    if image.mode != "RGBA":
        return image.convert("RGB")
    white = Image.new("RGBA", image.size, (255, 255, 255))
    return Image.alpha_composite(white, image).convert("RGB")


def pictures():
    r = np.random.default_rng(5)
    h, w = 9, 23
    y, x = np.mgrid[:h, :w]
    rgb = np.stack([x * 11, y * 28, (x + y) * 8], -1) + r.integers(-9, 10, (h, w, 3))
    rgb = rgb.clip(0, 255).astype(np.uint8)
    alpha = (x * 7 + y * 10 + r.integers(0, 4, (h, w))).clip(0, 255).astype(np.uint8)
    rgba = Image.fromarray(np.dstack([rgb, alpha]), "RGBA")
    yield "grey of 16 bits", saved(Image.fromarray((x * 20 + y * 17 + r.integers(0, 300, (h, w))).astype(np.uint16)), "PNG")
    yield "grey of 16 bits, bright", saved(Image.fromarray(r.integers(0, 65536, (h, w)).astype(np.uint16)), "PNG")
    yield "inks", saved(Image.fromarray(np.dstack([rgb, alpha]), "CMYK"), "JPEG", quality=95)
    yield "lossless WebP", saved(rgba, "WEBP", lossless=True, exact=True)
    yield "lossy WebP", saved(rgba, "WEBP", quality=90, exact=True)
    yield "lossy WebP, rough alpha", saved(rgba, "WEBP", quality=90, alpha_quality=30, method=6)
    yield "lossy WebP, smooth alpha", saved(Image.fromarray(np.dstack([rgb, (x * 9 + y * 3).astype(np.uint8)]), "RGBA"), "WEBP", quality=90, method=6)
    yield "opaque WebP", saved(rgba.convert("RGB"), "WEBP", lossless=True)


if __name__ == "__main__":
    out = []
    for name, data in pictures():
        image = Image.open(io.BytesIO(data))
        text = lambda b: base64.b64encode(b).decode()
        out.append({
            "name": name, "mode": image.mode, "file": text(data),
            "open_clip": text(cropped(image, round).convert("RGB").tobytes()),
            "transformers": text(cropped(on_white(image), math.floor).tobytes()),
        })
    with open(os.path.join(ROOT, "imaging", "testdata", "sources.json"), "w") as f:
        json.dump(out, f, indent=1)
        f.write("\n")
