"""HEIC and AVIF files of every chroma format, depth, range and matrix, written by
heif-enc and avifenc (Debian's libheif-examples and libavif-bin) and by Pillow."""
import io
import os
import struct
import subprocess
import tempfile

import numpy
from PIL import Image

import pillow_heif

pillow_heif.register_heif_opener()


def picture(rng, w, h):
    """Smooth colours, noise, or blocks, as an RGB picture."""
    style = rng.random()
    if style < 0.4:
        return Image.frombytes("RGB", (4, 3), rng.randbytes(36)).resize((w, h), Image.BICUBIC)
    if style < 0.6:
        return Image.frombytes("RGB", (w, h), rng.randbytes(3 * w * h))
    small = Image.frombytes("RGB", (9, 7), rng.randbytes(189))
    return small.resize((w, h), Image.NEAREST)


def y4m(rng, w, h, chroma, depth):
    """A frame of random samples for avifenc."""
    n = 1 if depth == 8 else 2
    cw, ch = {"420": ((w + 1) // 2, (h + 1) // 2), "422": ((w + 1) // 2, h), "444": (w, h), "mono": (0, 0)}[chroma]
    space = {"420": "420jpeg", "422": "422", "444": "444", "mono": "mono"}[chroma]
    if depth > 8:
        space = {"420": f"420p{depth}", "422": f"422p{depth}", "444": f"444p{depth}", "mono": f"mono{depth}"}[chroma]
    planes = []
    for pw, ph in [(w, h), (cw, ch), (cw, ch)]:
        if pw == 0:
            continue
        base = numpy.frombuffer(rng.randbytes(pw * ph), numpy.uint8).reshape(ph, pw)
        if rng.random() < 0.5:
            small = Image.frombytes("L", (4, 3), rng.randbytes(12)).resize((pw, ph), Image.BICUBIC)
            base = numpy.asarray(small)
        v = base.astype(numpy.uint16) << (depth - 8)
        if depth > 8:
            v = v | rng.randrange(1 << (depth - 8))
        planes.append(v.astype("<u2" if n == 2 else numpy.uint8).tobytes())
    color = "FULL" if rng.random() < 0.5 else "LIMITED"
    return f"YUV4MPEG2 W{w} H{h} F1:1 Ip A1:1 C{space} XCOLORRANGE={color}\nFRAME\n".encode() + b"".join(planes)


def run(args):
    subprocess.run(args, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def avifenc(rng, w, h):
    chroma, depth = rng.choice(["420", "422", "444", "mono"]), rng.choice([8, 8, 10, 12])
    matrix = rng.choice([1, 2, 5, 6, 9, 4, 7])
    with tempfile.TemporaryDirectory() as d:
        src, out = os.path.join(d, "a.y4m"), os.path.join(d, "a.avif")
        with open(src, "wb") as f:
            f.write(y4m(rng, w, h, chroma, depth))
        args = ["avifenc", "-s", "9", "--min", "0", "--max", str(rng.choice([0, 20, 50])), "--cicp", f"{rng.choice([1, 2, 9])}/2/{matrix}"]
        if rng.random() < 0.3:
            args += ["--irot", str(rng.randrange(4))]
        if rng.random() < 0.3:
            args += ["--imir", str(rng.randrange(2))]
        run(args + [src, out])
        return f"avifenc-{chroma}-{depth}-m{matrix}", open(out, "rb").read()


def pillow_avif(rng, w, h):
    im = picture(rng, w, h)
    if rng.random() < 0.3:
        im.putalpha(Image.frombytes("L", (w, h), rng.randbytes(w * h)))
    chroma, kind = rng.choice(["4:2:0", "4:2:2", "4:4:4", "4:0:0"]), rng.choice(["full", "limited"])
    b = io.BytesIO()
    im.save(b, "AVIF", subsampling=chroma, range=kind, quality=rng.choice([30, 75, 100]), speed=10,
            alpha_premultiplied=im.mode == "RGBA" and rng.random() < 0.5)
    return f"pillow-{chroma.replace(':', '')}-{kind}-{im.mode}", b.getvalue()


def heic(rng, w, h):
    chroma, depth = rng.choice([420, 422, 444]), rng.choice([8, 8, 10])
    im = picture(rng, w, h)
    mode = rng.choice(["RGB", "RGB", "L", "RGBA"])
    if mode != "RGB":
        im = im.convert(mode)
    b = io.BytesIO()
    options = {"chroma": chroma, "quality": rng.choice([30, 80, 100])}
    full, matrix, primaries = rng.choice([0, 1]), rng.choice([1, 5, 6, 9, 2]), rng.choice([1, 2, 9])
    if rng.random() < 0.6:
        options.update(matrix_coefficients=matrix, color_primaries=primaries, full_range_flag=full)
    if depth == 10 and mode == "RGB":
        data = (numpy.asarray(im).astype(numpy.uint16) * 257).tobytes()
        heif = pillow_heif.from_bytes("RGB;16", im.size, data)
        heif.save(b, **options)
    else:
        depth = 8
        im.save(b, "HEIF", **options)
    return f"heic-{chroma}-{depth}-{mode}-f{full}-m{matrix}-{'nclx' if 'full_range_flag' in options else 'default'}", b.getvalue()


def turn(rng, data):
    """Patches irot or imir into the place of a free property is not possible;
    colr is patched instead: another matrix or range for the same samples."""
    at = data.find(b"nclx")
    if at < 0:
        return data
    matrix = rng.choice([*range(20)])
    body = struct.pack(">HHHB", rng.choice([1, 2, 5, 6, 9]), 2, matrix, rng.choice([0, 128]))
    return data[:at + 4] + body + data[at + 11:]


def sample(rng):
    w, h = rng.choice([(rng.randint(1, 40), rng.randint(1, 40)), (rng.randint(16, 150), rng.randint(16, 100))])
    name, data = rng.choice([avifenc, pillow_avif, heic, heic])(rng, w, h)
    if rng.random() < 0.3:
        patched = turn(rng, data)
        if patched != data:
            name, data = name + "-patched", patched
    return name, data
