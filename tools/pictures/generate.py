"""Writes odd and damaged picture files with what Pillow makes of them.

    python tools/pictures/generate.py --kind png --seed 1 --count 1000 --out DIR

Each file is NAME; want.jsonl has a line for each: {"name", "w", "h", "crc",
"orientation"} with the CRC-32 of Image.open(file).convert("RGB")'s bytes and
Pillow's EXIF orientation, "alpha" with that of alpha where the picture is RGBA, or {"name", "error"} with Pillow's error. For heif
the pixels lie beside it as NAME.ppm. The same seed gives the same files. The Go side is compared by

    FRONTDOOR_PICTURES=DIR go test ./imaging -run TestGenerated

Needs Pillow 13 and NumPy, and pillow-heif for HEIC.
"""
import argparse
import importlib
import io
import json
import os
import random
import warnings
import zlib

from PIL import Image

warnings.simplefilter("ignore")


def expect(data, keep):
    """What Pillow makes of a file; its pixels go to the file keep, if there is one."""
    try:
        with Image.open(io.BytesIO(data)) as im:
            rgb = im.convert("RGB")
            alpha = {"alpha": zlib.crc32(im.getchannel("A").tobytes())} if im.mode == "RGBA" else {}
            try:
                orientation = im.getexif().get(0x0112, 1)
            except Exception:
                orientation = 1
    except Exception as e:
        return {"error": f"{type(e).__name__}: {e}"}
    if keep:
        rgb.save(keep, "PPM")
    return {"w": rgb.width, "h": rgb.height, "crc": zlib.crc32(rgb.tobytes()), "orientation": orientation, **alpha}


def main():
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--kind", choices=["png", "gif", "webp", "heif"], required=True)
    flags.add_argument("--seed", type=int, default=1)
    flags.add_argument("--count", type=int, default=1000)
    flags.add_argument("--out", required=True)
    args = flags.parse_args()
    make = importlib.import_module("make_" + args.kind)
    rng = random.Random(f"{args.kind} {args.seed}")
    os.makedirs(args.out, exist_ok=True)
    with open(os.path.join(args.out, "want.jsonl"), "w") as want:
        for i in range(args.count):
            name, data = make.sample(rng)
            name = f"{args.seed}-{i:05d}-{name}.{args.kind}"
            with open(os.path.join(args.out, name), "wb") as f:
                f.write(data)
            want.write(json.dumps({"name": name, **expect(data, args.kind == "heif" and os.path.join(args.out, name + ".ppm"))}) + "\n")


if __name__ == "__main__":
    main()
