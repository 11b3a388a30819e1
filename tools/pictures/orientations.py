"""Writes one picture in each orientation of EXIF, in each format that names one.

    python tools/pictures/orientations.py imaging/testdata/orientation

The pixels are stored as a camera held that way stores them, so that all files of
a format show the same picture, upright.png, once they are turned. It is made of
flat blocks and coded without loss, JPEG as well as that can. AVIF has the
orientation in irot and imir, the files xmp-N.avif have it in XMP alone, and
alone-N.avif and irot-N-exif-M.avif in an EXIF that Pillow does not write: there the
tag's number is put in by hand.

Needs Pillow 13 and pillow-heif.
"""
import os
import random
import sys

import pillow_heif
from PIL import Image, ImageOps

pillow_heif.register_heif_opener()
# What undoes each orientation.
STORED = {1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
          5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270}
OPTIONS = {"jpg": {"quality": 100, "subsampling": 0}, "png": {}, "webp": {"lossless": True},
           "heic": {"quality": -1, "chroma": 444, "matrix_coefficients": 6}, "avif": {"quality": 100, "subsampling": "4:4:4"}}
XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="%d"/></x:xmpmeta>'


def upright(file):
    im = Image.open(file)
    return ImageOps.exif_transpose(im).convert("RGB"), im


def main(out):
    rng = random.Random(1)
    picture = Image.frombytes("RGB", (4, 3), rng.randbytes(36)).resize((64, 48), Image.Resampling.NEAREST)
    os.makedirs(out, exist_ok=True)
    picture.save(os.path.join(out, "upright.png"))
    for ext, options in OPTIONS.items():
        seen = set()
        for o, turn in STORED.items():
            stored = picture if turn is None else picture.transpose(turn)
            exif = Image.Exif()
            exif[0x0112] = o
            path = os.path.join(out, f"exif-{o}.{ext}")
            stored.save(path, exif=exif.tobytes(), **options)
            shown, _ = upright(path)
            seen.add(shown.tobytes())
            most = max(abs(a - b) for a, b in zip(shown.tobytes(), picture.tobytes()))
            print(path, os.path.getsize(path), shown.size, "differs from the picture by", most)
        print(ext, len(seen), "different pictures")
    for o in (3, 6):
        path = os.path.join(out, f"xmp-{o}.avif")
        picture.save(path, xmp=(XMP % o).encode(), **OPTIONS["avif"])
        shown, im = upright(path)
        print(path, "XMP" if "xmp" in im.info else "no XMP", "is shown as", "stored" if shown.size == picture.size and shown.tobytes() == im.convert("RGB").tobytes() else f"turned, {shown.size}")
    for name, properties, exif, xmp in (("alone-6", 1, 6, None), ("alone-6-xmp-8", 1, 6, 8), ("irot-6-exif-3", 6, 3, None), ("irot-8-xmp-3", 8, None, 3)):
        path = os.path.join(out, name + ".avif")
        tags = Image.Exif()
        tags[0x0112] = properties
        if exif:
            tags[0x0113] = exif
        picture.save(path, exif=tags, **({"xmp": (XMP % xmp).encode()} if xmp else {}), **OPTIONS["avif"])
        with open(path, "r+b") as f:
            data = f.read()
            f.seek(0)
            f.write(data.replace(b"\x13\x01\x03\0", b"\x12\x01\x03\0").replace(b"\x01\x13\0\x03", b"\x01\x12\0\x03"))
        print(path, "has the orientation", Image.open(path).getexif().get(0x0112))


if __name__ == "__main__":
    main(sys.argv[1])
