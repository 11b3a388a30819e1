"""PNG files, written chunk by chunk so that anything can be wrong with them."""
import struct
import zlib

LAYOUTS = [(1, 0), (2, 0), (4, 0), (8, 0), (16, 0), (8, 2), (16, 2), (1, 3), (2, 3), (4, 3), (8, 3), (8, 4), (16, 4), (8, 6), (16, 6)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(name, data, crc=None, length=None):
    crc = zlib.crc32(name + data) if crc is None else crc
    return struct.pack(">I", len(data) if length is None else length) + name + data + struct.pack(">I", crc)


def rows(rng, w, h, depth, colour, style):
    """Filtered rows with random filters; style: 0 noise, 1 flat, 2 slow change."""
    out = []
    n = (w * depth * CHANNELS[colour] + 7) // 8
    for y in range(h):
        if style == 0:
            data = rng.randbytes(n)
        elif style == 1:
            data = bytes([rng.choice([0, 0, 0, 255])]) * n
        else:
            data = bytes((x + y) // 3 & 255 for x in range(n))
        kind = rng.choice([0, 1, 2, 3, 4]) if style != 1 else rng.choice([0, 2])
        out.append(bytes([kind]) + data)
    return out


def pixels(rng, w, h, depth, colour, interlace, style):
    if not interlace:
        return rows(rng, w, h, depth, colour, style)
    out = []
    for x0, y0, dx, dy in ADAM7:
        pw, ph = max(0, (w - x0 + dx - 1) // dx), max(0, (h - y0 + dy - 1) // dy)
        if pw and ph:
            out += rows(rng, pw, ph, depth, colour, style)
    return out


def compress(rng, raw):
    level = rng.choice([0, 1, 6, 9])
    z = zlib.compressobj(level, zlib.DEFLATED, rng.choice([9, 12, 15]), rng.choice([1, 8, 9]), rng.choice([0, 0, 1, 2, 3, 4]))
    out = b""
    while raw:
        n = rng.randint(1, len(raw)) if rng.random() < 0.5 else len(raw)
        out += z.compress(raw[:n])
        if rng.random() < 0.3:
            out += z.flush(rng.choice([zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH]))
        raw = raw[n:]
    return out + z.flush()


def palette(rng, depth):
    r = rng.random()
    if r < 0.5:
        n = 3 << depth
    elif r < 0.9:
        n = rng.randint(0, 3 << depth)
    else:
        n = rng.choice([768, 769, 770, 771, 780])
    return rng.randbytes(n)


def exif(rng):
    return tiff(rng.randint(1, 8), rng.choice("<>"), rng.choice([3, 3, 4]))


def tiff(orientation, order, kind):
    """An Exif block (without "Exif\\0\\0") whose orientation is SHORT (3) or LONG (4)."""
    value = struct.pack(order + ("HH" if kind == 3 else "I"), *([orientation, 0] if kind == 3 else [orientation]))
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(order + "IHHHI", 8, 1, 0x0112, kind, 1) + value + struct.pack(order + "I", 0)


def xmp(rng):
    """A text that may name an orientation, as an attribute or as an element."""
    return rng.choice([b'<x tiff:Orientation="%d"/>', b"<tiff:Orientation>%d</tiff:Orientation>", b"<x>%d</x>"]) % rng.randint(0, 9)


def raw_profile(block):
    text = (b"Exif\0\0" + block).hex()
    lines = "\n".join(text[i:i + 72] for i in range(0, len(text), 72))
    return f"\nexif\n{len(text) // 2:8d}\n{lines}\n".encode()


def extra(rng, w, h):
    """A chunk beside the necessary ones, mostly sound."""
    name = rng.choice([b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf", b"tIME",
                       b"prVt", b"acTL", b"fcTL", b"bKGD", b"IHDR", b"raw", b"xmp", b"long", b"a b!", b"tRNS", b"PLTE", b"fdAT"])
    short = rng.random() < 0.2
    need = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"pHYs": 9, b"acTL": 8, b"tIME": 7, b"bKGD": 2}.get(name, 6)
    data = rng.randbytes(rng.randint(0, need - 1) if short else need + rng.choice([0, 0, 3]))
    if name == b"tEXt":
        data = b"key\0" + data
    elif name == b"zTXt":
        data = b"key\0" + rng.choice([b"\0", b"\0", b"\1"]) + zlib.compress(bytes(rng.choice([10, 1 << 20, (1 << 20) + 1, 1100000])))
        data = data[:len(data) - rng.choice([0, 0, 0, 5])]
    elif name == b"iTXt":
        data = b"key\0" + rng.choice([b"\0\0", b"\1\0", b"\1\1"]) + b"en\0k\0" + (zlib.compress(bytes(rng.choice([10, (1 << 20) + 1]))) if rng.random() < 0.5 else data)
    elif name == b"iCCP":
        data = b"icc\0" + rng.choice([b"\0", b"\0", b"\1"]) + zlib.compress(rng.randbytes(10))
        data = data if rng.random() < 0.8 else data[:rng.randint(0, len(data))]
    elif name == b"eXIf":
        data = exif(rng)
    elif name == b"raw":
        name, data = b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(raw_profile(exif(rng)))
    elif name == b"xmp":
        name, data = b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp(rng)
    elif name == b"long":
        name = b"zTXt"
        data = b"k\0\0" + zlib.compress(bytes(1 << 20))[:rng.choice([100000, 50])]
    elif name == b"acTL" and not short:
        data = struct.pack(">II", rng.choice([0, 1, 2]), 0)
    elif name == b"fcTL" and not short:
        data = frame_control(rng, w, h)
    elif name == b"IHDR":
        d, c = rng.choice(LAYOUTS)
        data = struct.pack(">IIBBBBB", w, h, d, c, 0, rng.choice([0, 0, 1]), rng.choice([0, 0, 1]))[:rng.choice([13, 13, 12])]
        if rng.random() < 0.7:
            name, data = b"vpAg", b""
    return chunk(name, data)


def frame_control(rng, w, h, full=False):
    x, y = rng.randint(0, w - 1), rng.randint(0, h - 1)
    fw, fh = rng.randint(0 if rng.random() < 0.05 else 1, w - x + (rng.random() < 0.05)), rng.randint(1, h - y)
    if full or rng.random() < 0.5:
        x, y, fw, fh = 0, 0, w, h
    frame_control.box = fw, fh
    return struct.pack(">IIIIIHHBB", rng.choice([0, 0, 0, 1]), fw, fh, x, y, 1, 10, rng.choice([0, 1, 2]), rng.choice([0, 1]))


def sample(rng):
    """One file with up to three oddities; the name says which."""
    depth, colour = rng.choice(LAYOUTS)
    w, h = rng.choice([(rng.randint(1, 20), rng.randint(1, 20)), (rng.randint(1, 90), rng.randint(1, 40)), (rng.randint(100, 900), rng.randint(1, 9))])
    interlace = rng.random() < 0.3
    names = []
    odd = rng.choice([0, 1, 1, 1, 2, 3])
    kinds = rng.sample(["crc", "extra-before", "extra-after", "no-iend", "iend", "adler", "no-adler", "rows-missing", "row-partial", "rows-more",
                        "bytes-more", "trns", "trns-first", "no-plte", "plte-twice", "cut", "byte", "filter", "split", "fctl", "fdat",
                        "header", "empty-idat", "length", "after-cut", "no-zlib-end", "idat-first", "junk", "other-between"], odd)
    box_w, box_h = w, h
    before, after = b"", b""
    for k in kinds:
        names.append(k)
    if "fctl" in kinds or "fdat" in kinds:
        before += chunk(b"acTL", struct.pack(">II", rng.choice([1, 2]), 0)) if rng.random() < 0.8 else b""
        before += chunk(b"fcTL", frame_control(rng, w, h))
        box_w, box_h = frame_control.box
    data = pixels(rng, max(box_w, 1), max(box_h, 1), depth, colour, interlace, rng.randint(0, 2))
    if "rows-missing" in kinds:
        data = data[:rng.randint(0, len(data))]
    if "rows-more" in kinds:
        data += [data[-1]] * rng.randint(1, 5)
    if "filter" in kinds and data:
        i = rng.randrange(len(data))
        data[i] = bytes([rng.randint(5, 255)]) + data[i][1:]
    raw = b"".join(data)
    if "row-partial" in kinds:
        raw = raw[:rng.randint(0, len(raw))]
    if "bytes-more" in kinds:
        raw += rng.randbytes(rng.randint(1, 9))
    z = compress(rng, raw)
    if "adler" in kinds:
        z = z[:-4] + rng.randbytes(4)
    if "no-adler" in kinds:
        z = z[:len(z) - rng.randint(1, 4)]
    if "no-zlib-end" in kinds:
        z = z[:len(z) - rng.randint(4, 9)]
    if "byte" in kinds:
        i = rng.randrange(len(z))
        z = z[:i] + rng.randbytes(1) + z[i + 1:]
    if "junk" in kinds:
        z += rng.randbytes(rng.randint(1, 30))
    plte = chunk(b"PLTE", palette(rng, depth)) if colour == 3 or rng.random() < 0.1 else b""
    if "no-plte" in kinds:
        plte = b""
    if "plte-twice" in kinds:
        plte += chunk(b"PLTE", palette(rng, min(depth, 8)))
    trns = chunk(b"tRNS", rng.choice([rng.randbytes(rng.choice([0, 1, 2, 5, 6, 7])), b"\xff\xff\0\xff", b"\0"]))
    if "trns" in kinds:
        plte = plte + trns
    if "trns-first" in kinds:
        plte = trns + plte
    for k in kinds:
        if k == "extra-before":
            before += extra(rng, w, h)
        if k == "extra-after":
            after += extra(rng, w, h)
    parts = [z]
    if "split" in kinds or rng.random() < 0.2:
        cuts = sorted(rng.randint(0, len(z)) for _ in range(rng.randint(1, 4)))
        parts = [z[a:b] for a, b in zip([0] + cuts, cuts + [len(z)])]
    if "empty-idat" in kinds:
        parts.insert(rng.randint(0, len(parts)), b"")
    idats = []
    seq = 1
    for p in parts:
        crc = rng.getrandbits(32) if "crc" in kinds and rng.random() < 0.5 else None
        if "fdat" in kinds:
            idats.append(chunk(b"fdAT", struct.pack(">I", seq + (rng.random() < 0.05)) + p, crc))
            seq += 1
        else:
            idats.append(chunk(b"IDAT", p, crc, rng.choice([len(p) + 7, max(len(p) - 3, 0), 1 << 31]) if "length" in kinds and rng.random() < 0.5 else None))
    if "other-between" in kinds:
        idats.insert(rng.randint(0, len(idats)), extra(rng, w, h))
    head = [w, h, depth, colour, 0, 0, int(interlace)]
    if "header" in kinds:
        i = rng.choice([0, 2, 2, 3, 3, 4, 5, 6])
        head[i] = rng.choice([0, 0, 1, 2, 3, 5, 7, 9, 16, 32])
    ihdr = chunk(b"IHDR", struct.pack(">IIBBBBB", *head), rng.getrandbits(32) if "crc" in kinds and rng.random() < 0.1 else None)
    if "crc" in kinds and rng.random() < 0.3:
        before += chunk(rng.choice([b"gAMA", b"tEXt"]), b"\0\0\0\0", rng.getrandbits(32))
    if "crc" in kinds and rng.random() < 0.3:
        after += chunk(rng.choice([b"gAMA", b"tEXt"]), b"\0\0\0\0", rng.getrandbits(32))
    middle = [before, plte]
    rng.shuffle(middle)
    if "idat-first" in kinds:
        middle.insert(0, idats[0])
    iend = chunk(b"IEND", b"", rng.getrandbits(32) if "iend" in kinds else None)
    if "no-iend" in kinds:
        iend = iend[:rng.choice([0, 0, 3, 6, 8, 10])]
    body = b"\x89PNG\r\n\x1a\n" + ihdr + b"".join(middle) + b"".join(idats)
    if "after-cut" in kinds:
        after += extra(rng, w, h)
        after, iend = after[:rng.randint(0, len(after))], b""
    out = body + after + iend
    if "cut" in kinds:
        out = out[:rng.randint(0, len(out))]
    return f"{depth}-{colour}-{'-'.join(names) or 'sound'}", out
