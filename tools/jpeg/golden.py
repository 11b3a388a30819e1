#!/usr/bin/env python3
"""Rebuilds the golden values of imaging/jpeg: golden.py [CALTECH101]

writes testdata/generated.zip, small files that generate.py makes with what Pillow reads
from them, and, if the folder 101_ObjectCategories is given, testdata/caltech101.txt, the
pixels of each category of Caltech101.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile

from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "..", "imaging", "jpeg", "testdata")


def generated(path):
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        subprocess.check_call([sys.executable, os.path.join(HERE, "generate.py"), "-seed", "golden",
                               "-n", "400", "-sound", "0.4", "-out", folder])
        kept = []
        for line in open(os.path.join(folder, "expected.txt")):
            name = line.split("\t")[0]
            if os.path.getsize(os.path.join(folder, name)) <= 2500:
                kept.append(line)
                with open(os.path.join(folder, name), "rb") as f:
                    out.writestr(zipfile.ZipInfo(name), f.read(), zipfile.ZIP_DEFLATED)
        out.writestr(zipfile.ZipInfo("expected.txt"), "".join(kept), zipfile.ZIP_DEFLATED)


def caltech(root, path):
    with open(path, "w") as out:
        for category in sorted(os.listdir(root)):
            sum, n = hashlib.md5(), 0
            for name in sorted(os.listdir(os.path.join(root, category))):
                image = Image.open(os.path.join(root, category, name)).convert("RGB")
                sum.update(b"%dx%d" % image.size + image.tobytes())
                n += 1
            out.write("%s\t%d\t%s\n" % (category, n, sum.hexdigest()))


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    generated(os.path.join(OUT, "generated.zip"))
    if len(sys.argv) > 1:
        caltech(sys.argv[1], os.path.join(OUT, "caltech101.txt"))
