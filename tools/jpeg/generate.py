#!/usr/bin/env python3
"""Makes JPEG files of every kind from a seed, and says what Pillow reads from them.

    generate.py -seed 1 -n 2000 -out DIR

writes DIR/00000.jpg ... and DIR/expected.txt, a line a file: its name, the size
and the MD5 of Image.open(f).convert("RGB"), or "error" and Pillow's words. Then

    go run ./tools/jpeg/compare DIR

decodes them with imaging/jpeg and counts what differs.

Needs Pillow 13, and cjpeg and jpegtran of libjpeg-turbo (Debian: libjpeg-turbo-progs).
With imagecodecs installed there are lossless files, too.
"""

import argparse
import hashlib
import io
import os
import random
import subprocess
import tempfile
import warnings

from PIL import Image

import synthetic
from mutate import mutate

try:
    import imagecodecs
    import numpy
except ImportError:
    imagecodecs = None

warnings.simplefilter("ignore")


def picture(r, mode):
    """A picture of random size and content: noise, smooth colours, flat areas."""
    w, h = r.randint(1, 70), r.randint(1, 70)
    if r.random() < 0.04:  # long enough for the decoder's fast path, and for several chunks
        w, h = r.randint(100, 420), r.randint(100, 300)
    bands = len(Image.new(mode, (1, 1)).getbands())
    kind = r.random()
    if kind < 0.25:
        return Image.frombytes(mode, (w, h), r.randbytes(w * h * bands))
    side = r.choice([2, 3, 5, 9, 20])
    small = Image.frombytes(mode, (side, side), r.randbytes(side * side * bands))
    image = small.resize((w, h), r.choice([Image.Resampling.BICUBIC, Image.Resampling.NEAREST]))
    if kind < 0.5:
        noise = Image.frombytes(mode, (w, h), r.randbytes(w * h * bands))
        image = Image.blend(image, noise, r.uniform(0.02, 0.3))
    return image


def tool(*args, data):
    """Runs cjpeg or jpegtran; None if it refuses the arguments."""
    done = subprocess.run(args, input=data, capture_output=True)
    return done.stdout if done.returncode == 0 and done.stdout else None


def by_pillow(r):
    mode = r.choice(["RGB", "RGB", "RGB", "L", "CMYK", "YCbCr"])
    options = dict(quality=r.choice([r.randint(1, 100), r.randint(60, 95), 100]), progressive=r.random() < 0.4,
                   optimize=r.random() < 0.3)
    if mode != "L":
        options["subsampling"] = r.randint(0, 2)
    if r.random() < 0.25:
        options[r.choice(["restart_marker_blocks", "restart_marker_rows"])] = r.randint(1, 5)
    if mode == "RGB" and r.random() < 0.15:
        options["keep_rgb"] = True
        options["subsampling"] = 0
    if r.random() < 0.1:
        options["qtables"] = [[r.randint(1, 255) for _ in range(64)] for _ in range(2)]
        del options["quality"]
    out = io.BytesIO()
    try:
        picture(r, mode).save(out, "JPEG", **options)
    except OSError:  # an option that goes with no such picture
        return None
    return out.getvalue()


def sampling(r):
    """Sampling factors of three components: ratios that libjpeg takes, and some that it does not."""
    if r.random() < 0.3:
        return r.choice(["2x2", "2x1", "1x2", "1x1", "4x1", "4x2", "1x4", "2x4", "3x1", "1x3", "3x2", "4x4"])
    return ",".join("%dx%d" % (r.choice([1, 1, 2, 2, 3, 4]), r.choice([1, 1, 2, 2, 3, 4])) for _ in range(3))


def progression(r, components):
    """A random progressive script: DC first, then bands and bits of them, perhaps not all."""
    lines = []
    al = r.choice([0, 0, 1, 2])
    if r.random() < 0.6:
        lines.append("%s: 0-0, 0, %d;" % (" ".join(map(str, range(components))), al))
    else:
        lines += ["%d: 0-0, 0, %d;" % (c, al) for c in range(components)]
    later = [("%s: 0-0, %d, %d;" % (" ".join(map(str, range(components))), a, a - 1), a) for a in range(al, 0, -1)]
    bands = []
    for c in range(components):
        cuts = sorted(r.sample(range(1, 63), r.randint(0, 2)))
        for first, last in zip([1] + [x + 1 for x in cuts], cuts + [63]):
            al = r.choice([0, 0, 1, 2, 3])
            bands.append(["%d: %d-%d, 0, %d;" % (c, first, last, al)]
                         + ["%d: %d-%d, %d, %d;" % (c, first, last, a, a - 1) for a in range(al, 0, -1)])
    queues = bands + [[line for line, _ in later]]
    while any(queues):
        queue = r.choice([q for q in queues if q])
        lines.append(queue.pop(0))
    if r.random() < 0.4:
        lines = lines[: r.randint(1, len(lines))]
    return "\n".join(lines) + "\n"


def scans(r, components):
    """A script of scans: sequential ones that are not interleaved, or a progression."""
    if r.random() < 0.75:
        return progression(r, components)
    if components == 3:
        return r.choice(["0;\n1;\n2;\n", "0 1;\n2;\n", "0;\n1 2;\n", "0 1 2;\n"])
    return "".join("%d;\n" % c for c in range(components))


def coding(r, components, folder):
    """Arguments that cjpeg and jpegtran share."""
    args = []
    if r.random() < 0.3:
        args.append("-arithmetic")
    if r.random() < 0.5:
        path = os.path.join(folder, "scans.txt")
        with open(path, "w") as f:
            f.write(scans(r, components))
        args += ["-scans", path]
    elif r.random() < 0.3:
        args.append("-progressive")
    if r.random() < 0.35:
        args += ["-restart", r.choice(["1", "2", "1B", "2B", "3B", "7B"])]
    if r.random() < 0.3 and "-arithmetic" not in args:
        args.append("-optimize")
    return args


def by_cjpeg(r, folder):
    gray = r.random() < 0.15
    image = picture(r, "L" if gray else "RGB")
    data = io.BytesIO()
    image.save(data, "PPM")
    args = ["cjpeg", "-quality", str(r.choice([r.randint(1, 100), 75, 95])), "-sample", "1x1" if gray else sampling(r)]
    if not gray and r.random() < 0.1:
        args.append("-rgb")
    return tool(*args, *coding(r, 1 if gray else 3, folder), data=data.getvalue())


def by_jpegtran(r, folder):
    data = by_pillow(r)
    if data is None:
        return None
    components = {"L": 1, "RGB": 3, "CMYK": 4}[Image.open(io.BytesIO(data)).mode]
    return tool("jpegtran", *coding(r, components, folder), data=data)


def lossless(r):
    mode = r.choice(["L", "RGB"])
    data = imagecodecs.jpeg8_encode(numpy.asarray(picture(r, mode)), lossless=True, predictor=r.randint(1, 7))
    return bytes(data)


def make(r, folder):
    """A file that is sound, or at least as somebody meant it."""
    while True:
        kind = r.random()
        if r.random() < 0.15:
            return synthetic.make(r)
        if imagecodecs is not None and kind < 0.03:
            data = lossless(r)
        elif kind < 0.35:
            data = by_pillow(r)
        elif kind < 0.8:
            data = by_cjpeg(r, folder)
        else:
            data = by_jpegtran(r, folder)
        if data:
            return data


def expected(path):
    """What Pillow reads, as a line of expected.txt."""
    try:
        image = Image.open(path)
        if image.format not in ("JPEG", "MPO"):
            return "error\tnot opened as JPEG"
        image = image.convert("RGB")
    except Exception as e:
        return "error\t%s: %s" % (type(e).__name__, str(e).replace("\n", " ").replace(path, "file"))
    return "%dx%d\t%s" % (*image.size, hashlib.md5(image.tobytes()).hexdigest())


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("-seed", required=True)
    p.add_argument("-n", type=int, default=2000)
    p.add_argument("-out", required=True)
    p.add_argument("-sound", type=float, default=0.55, help="part of the files that nothing is done to")
    args = p.parse_args()
    os.makedirs(args.out, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, open(os.path.join(args.out, "expected.txt"), "w") as index:
        for i in range(args.n):
            r = random.Random("%s/%d" % (args.seed, i))
            data = make(r, folder)
            if r.random() >= args.sound:
                data = mutate(r, data)
            path = os.path.join(args.out, "%05d.jpg" % i)
            with open(path, "wb") as f:
                f.write(data)
            index.write("%05d.jpg\t%s\n" % (i, expected(path)))


if __name__ == "__main__":
    main()
