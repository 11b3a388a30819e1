"""What the image tower sees of an image, for package imaging: Pillow's bicubic,
the centre, and PyTorch's normalisation. Needs Pillow.
"""

import numpy as np
import torch

from common import Golden, counter

MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
SIZES = [(40, 30, 16), (17, 51, 16), (23, 24, 32), (16, 16, 16)]  # width, height, side


def pixels(name, w, h):
    """An image of bytes [H, W, 3]: blocks of 4 x 4 pixels, and noise."""
    blocks = counter(name, ((h + 3) // 4) * ((w + 3) // 4) * 3).reshape((h + 3) // 4, (w + 3) // 4, 3)
    blocks = blocks.repeat(4, 0).repeat(4, 1)[:h, :w]
    noise = counter(name + ".noise", w * h * 3).reshape(h, w, 3)
    return np.floor(128 + 190 * blocks + 64 * noise).clip(0, 255).astype(np.uint8)


def square(image, side):
    from PIL import Image

    image = Image.fromarray(image)
    w, h = image.size
    short = min(w, h)
    image = image.resize((side * w // short, side * h // short), Image.BICUBIC)
    w, h = image.size
    left, top = round((w - side) / 2), round((h - side) / 2)
    return np.array(image.crop((left, top, left + side, top + side)))


def main():
    import PIL

    g = Golden("preprocess.py", "imaging/testdata/torch_preprocess.json", pillow=PIL.__version__)
    for w, h, side in SIZES:
        name = f"{w}x{h}to{side}"
        seen = torch.from_numpy(square(pixels(name, w, h), side)).permute(2, 0, 1)

        def normalised(dtype):
            mean, std = (torch.tensor(v, dtype=dtype)[:, None, None] for v in (MEAN, STD))
            return {"": (seen.to(dtype) / 255 - mean) / std}

        g.both(name, normalised)
    g.write()


if __name__ == "__main__":
    main()
