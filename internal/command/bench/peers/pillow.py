"""Answers "operation processes" with the seconds that Pillow takes for a photo of the folder in the argument.

Operations: decode (open, convert to RGB), resize (the shorter side to 224, bicubic, and the centre), square (both).
"""
import glob
import multiprocessing
import os
import sys
import time

from PIL import Image

paths = sorted(glob.glob(os.path.join(sys.argv[1], "*.jpg")))
decoded = {}


def decode(path):
    return Image.open(path).convert("RGB")


def crop(image, n=224):
    w, h = image.size
    w, h = (n, int(n * h / w)) if w <= h else (int(n * w / h), n)
    left, top = int(round((w - n) / 2)), int(round((h - n) / 2))
    return image.resize((w, h), Image.Resampling.BICUBIC).crop((left, top, left + n, top + n))


def resize(path):
    if path not in decoded:
        decoded[path] = decode(path)
    return crop(decoded[path])


def square(path):
    return crop(decode(path))


def share(work):
    operation, own = work
    for path in own:
        globals()[operation](path)


def main():
    pools = {}
    print("ready", flush=True)
    for line in sys.stdin:
        operation, n = line.split()
        n = int(n)
        work = [(operation, paths[i::n]) for i in range(n)]
        if n not in pools:
            pools[n] = multiprocessing.Pool(n)
            pools[n].map(share, work, chunksize=1)
            pools[n].map(share, work, chunksize=1)
        start = time.perf_counter()
        if n == 1:
            share(work[0])
        else:
            pools[n].map(share, work, chunksize=1)
        print((time.perf_counter() - start) / len(paths), flush=True)


main()
