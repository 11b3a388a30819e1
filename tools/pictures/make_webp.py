"""WebP files from Pillow's encoder, then taken apart and put together otherwise."""
import io
import struct

from PIL import Image

from make_png import tiff, xmp


def picture(rng, w, h, mode):
    style = rng.random()
    n = len(mode)
    if style < 0.4:
        im = Image.frombytes(mode, (w, h), rng.randbytes(w * h * n))
    elif style < 0.8:
        small = Image.frombytes(mode, (5, 4), rng.randbytes(20 * n))
        im = small.resize((w, h), Image.BICUBIC)
    else:
        im = Image.new(mode, (w, h), tuple(rng.randbytes(n)))
    return im


def encode(rng, im, **more):
    b = io.BytesIO()
    im.save(b, "WEBP", quality=rng.choice([0, 10, 50, 75, 90, 100]), method=rng.choice([0, 2, 4]),
            lossless=rng.random() < 0.35, exact=rng.random() < 0.5, alpha_quality=rng.choice([0, 50, 100]), **more)
    return b.getvalue()


def chunks(data):
    out, i = [], 12
    while i + 8 <= len(data):
        n = struct.unpack("<I", data[i + 4:i + 8])[0]
        out.append([data[i:i + 4], data[i + 8:i + 8 + n]])
        i += 8 + n + n % 2
    return out


def join(parts, pad=True):
    body = b"".join(n + struct.pack("<I", len(d)) + d + (b"\0" if pad and len(d) % 2 else b"") for n, d in parts)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def vp8x(flags, w, h):
    return [b"VP8X", bytes([flags, 0, 0, 0]) + struct.pack("<I", w - 1)[:3] + struct.pack("<I", h - 1)[:3]]


ODD = ["anim", "anim", "riff-long", "riff-short", "flags", "canvas", "cut", "flip", "flip", "flip-head", "trailing", "exif", "exif", "xmp", "unknown",
       "no-alph", "alph-noise", "order", "nopad", "twice", "size-odd", "chunk-size", "profile", "offset", "scale"]


def animate(rng, w, h):
    frames = [picture(rng, w, h, rng.choice(["RGB", "RGBA"])) for _ in range(rng.randint(2, 3))]
    data = encode(rng, frames[0], save_all=True, append_images=frames[1:], background=tuple(rng.randbytes(4)), duration=50,
                  minimize_size=rng.random() < 0.5, allow_mixed=rng.random() < 0.5)
    return chunks(data)


def damaged(rng, data):
    """A chunk ALPH with a few bytes that are other ones, or with an early or a late end."""
    data = bytearray(data)
    for _ in range(rng.choice([0, 1, 1, 2, 5])):
        if data:
            i = rng.randrange(min(len(data), rng.choice([1, 8, 20, 1 << 20])))
            data[i] = rng.choice([rng.randrange(256), data[i] ^ 1 << rng.randrange(8), 0, 255])
    how = rng.random()
    if how < 0.3:
        del data[rng.randint(0, len(data)):]
    elif how < 0.6:
        del data[max(len(data) - rng.randint(1, 3), 0):]
    elif how < 0.7:
        data += rng.randbytes(rng.randint(1, 9))
    return bytes(data)


def alpha(rng):
    """A lossy picture whose alpha part alone is damaged."""
    w, h = rng.choice([(rng.randint(1, 8), rng.randint(1, 8)), (rng.randint(1, 70), rng.randint(1, 70))])
    im = picture(rng, w, h, "RGB")
    levels = rng.choice([1, 2, 3, 5, 17, 256])
    plane = bytes(rng.randrange(levels) * 255 // levels for _ in range(w * h))
    if rng.random() < 0.5:
        plane = bytes((i // w * rng.randint(1, 9) + i % w) % levels * 255 // levels for i in range(w * h))
    im.putalpha(Image.frombytes("L", (w, h), plane))
    b = io.BytesIO()
    im.save(b, "WEBP", quality=rng.choice([0, 50, 100]), method=rng.choice([0, 4, 6]), alpha_quality=rng.choice([0, 50, 100, 100]), exact=True)
    parts = chunks(b.getvalue())
    for p in parts:
        if p[0] == b"ALPH":
            p[1] = rng.choice([0, 4, 1, 5, 9, 13]).to_bytes(1, "little") + plane if rng.random() < 0.1 else p[1]
            p[1] = damaged(rng, p[1])
    return "alpha", join(parts)


def sample(rng):
    if rng.random() < 0.3:
        return alpha(rng)
    odd = rng.sample(ODD, rng.choice([0, 1, 1, 1, 2, 3]))
    w, h = rng.choice([(rng.randint(1, 20), rng.randint(1, 20)), (rng.randint(1, 70), rng.randint(1, 70)), (rng.randint(60, 200), rng.randint(1, 40))])
    mode = rng.choice(["RGB", "RGB", "RGBA"])
    if "anim" in odd:
        parts = animate(rng, w, h)
    else:
        parts = chunks(encode(rng, picture(rng, w, h, mode)))
    names = [p[0] for p in parts]
    for k in odd:
        if k == "exif":
            block = tiff(rng.randint(1, 8), rng.choice("<>"), rng.choice([3, 4]))
            if rng.random() < 0.5:
                block = b"Exif\0\0" + block
            if names[0] != b"VP8X":
                parts.insert(0, vp8x(8 if rng.random() < 0.8 else 0, w, h))
            else:
                parts[0][1] = bytes([parts[0][1][0] | 8]) + parts[0][1][1:]
            parts.append([b"EXIF", block])
        elif k == "xmp":
            if names[0] != b"VP8X":
                parts.insert(0, vp8x(4 if rng.random() < 0.8 else 0, w, h))
            else:
                parts[0][1] = bytes([parts[0][1][0] | 4]) + parts[0][1][1:]
            parts.append([b"XMP ", xmp(rng)])
        elif k == "unknown":
            parts.insert(rng.randint(0, len(parts)), [rng.choice([b"abcd", b"XMP ", b"ICCP", b"ALPH", b"ANIM"]), rng.randbytes(rng.randint(0, 9))])
        elif k == "flags" and parts and parts[0][0] == b"VP8X":
            parts[0][1] = bytes([rng.randrange(256) if rng.random() < 0.3 else rng.choice([0, 16, 2, 18])]) + parts[0][1][1:]
        elif k == "flags":
            parts.insert(0, vp8x(rng.choice([0, 16, 2, 8, 32, 64, 1]), w, h))
        elif k == "canvas":
            parts.insert(0, vp8x(0, w + rng.choice([0, 0, 1]), h))
        elif k == "no-alph":
            parts = [p for p in parts if p[0] != b"ALPH"]
        elif k == "alph-noise":
            for p in parts:
                if p[0] == b"ALPH" and p[1]:
                    i = rng.randrange(len(p[1]))
                    p[1] = p[1][:i] + rng.randbytes(1) + p[1][i + 1:]
        elif k == "order":
            rng.shuffle(parts)
        elif k == "twice":
            parts.append(list(rng.choice(parts)))
        elif k == "profile":
            for p in parts:
                if p[0] == b"VP8 ":
                    p[1] = bytes([p[1][0] & 0xe1 | rng.randrange(16) << 1]) + p[1][1:]
        elif k == "scale":
            for p in parts:
                if p[0] == b"VP8 ":
                    p[1] = p[1][:7] + bytes([p[1][7] | rng.randrange(4) << 6]) + p[1][8:]
        elif k == "offset":
            for p in parts:
                if p[0] == b"ANMF":
                    p[1] = bytes([rng.choice([0, 0, 1]), 0, 0, rng.choice([0, 1]), 0, 0]) + p[1][6:]
            if parts and parts[0][0] == b"VP8X":
                parts[0][1] = parts[0][1][:4] + struct.pack("<I", w + 3)[:3] + struct.pack("<I", h + 2)[:3]
    data = join(parts, "nopad" not in odd)
    if "riff-long" in odd:
        data = data[:4] + struct.pack("<I", len(data) - 8 + rng.choice([1, 2, 100])) + data[8:]
    if "riff-short" in odd:
        data = data[:4] + struct.pack("<I", max(len(data) - 8 - rng.choice([1, 2, 10, 100]), 0)) + data[8:]
    if "chunk-size" in odd:
        i = 16
        n = struct.unpack("<I", data[i:i + 4])[0]
        data = data[:i] + struct.pack("<I", max(0, n + rng.choice([-9, -2, -1, 1, 2, 100]))) + data[i + 4:]
    if "trailing" in odd:
        data += rng.randbytes(rng.randint(1, 30))
    if "flip" in odd:
        i = rng.randrange(len(data))
        data = data[:i] + rng.randbytes(1) + data[i + 1:]
    if "flip-head" in odd:
        i = rng.randrange(min(len(data), 60))
        data = data[:i] + rng.randbytes(1) + data[i + 1:]
    if "cut" in odd:
        data = data[:rng.randint(0, len(data))]
        if rng.random() < 0.5 and len(data) > 8:
            data = data[:4] + struct.pack("<I", len(data) - 8) + data[8:]
    return "-".join(odd) or "sound", data
