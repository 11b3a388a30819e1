"""GIF files, written block by block so that anything can be wrong with them."""
import struct


def lzw(rng, indices, bits, odd):
    """Packs indices in codes; odd says what is wrong with them."""
    clear, end = 1 << bits, (1 << bits) + 1
    codes = []
    size = bits + 1
    table, nxt, cur = {}, clear + 2, ()
    if "no-clear" not in odd:
        codes.append((clear, size))
    deferred = rng.random() < 0.2  # never clears a full table

    def put(c):
        codes.append((c, size))

    for v in indices:
        t = cur + (v,)
        if len(t) == 1 or t in table:
            cur = t
            continue
        put(cur[0] if len(cur) == 1 else table[cur])
        if nxt < 4096:
            table[t] = nxt
            if nxt == 1 << size and size < 12:
                size += 1
            nxt += 1
        elif not deferred:
            put(clear)
            table, nxt, size = {}, clear + 2, bits + 1
        if rng.random() < 0.01 and "clears" in odd:
            put(clear)
            table, nxt, size = {}, clear + 2, bits + 1
        cur = (v,)
    if cur:
        put(cur[0] if len(cur) == 1 else table[cur])
    if "no-end" not in odd:
        put(end)
    if "end-early" in odd:
        codes.insert(rng.randint(0, len(codes)), (end, codes[-1][1]))
    if "code" in odd and codes:
        i = rng.randrange(len(codes))
        codes[i] = (rng.randrange(1 << codes[i][1]), codes[i][1])
    acc = n = 0
    out = bytearray()
    for c, s in codes:
        acc |= c << n
        n += s
        while n >= 8:
            out.append(acc & 255)
            acc >>= 8
            n -= 8
    if n:
        out.append(acc)
    return bytes(out)


def blocks(rng, data, end=True):
    out = b""
    while data:
        n = rng.choice([255, 255, rng.randint(1, 255)])
        out += bytes([len(data[:n])]) + data[:n]
        data = data[n:]
    return out + (b"\0" if end else b"")


def palette(rng, bits):
    r = rng.random()
    if r < 0.2:
        return bytes(i for i in range(2 << bits) for _ in range(3))
    if r < 0.3:
        p = bytearray(i for i in range(2 << bits) for _ in range(3))
        p[rng.randrange(len(p))] ^= 1
        return bytes(p)
    return rng.randbytes(3 * (2 << bits))


def extension(rng):
    k = rng.choice(["gce", "gce", "gce", "comment", "netscape", "app", "text", "odd", "empty", "short-gce", "comment-empty"])
    if k == "gce":
        return b"!\xf9\x04" + bytes([rng.choice([0, 1, 1]) | rng.randrange(8) << 2, 1, 0, rng.randrange(256) if rng.random() < 0.3 else rng.randrange(4), 0])
    if k == "short-gce":
        n = rng.randint(0, 6)
        return b"!\xf9" + bytes([n]) + bytes(rng.randrange(4) for _ in range(n)) + b"\0"
    if k == "comment":
        return b"!\xfe" + blocks(rng, rng.randbytes(rng.randint(0, 300)))
    if k == "comment-empty":
        return b"!\xfe\0"
    if k == "netscape":
        return b"!\xff\x0bNETSCAPE2.0" + rng.choice([b"\x03\x01\0\0\0", b"\0", b"\x03\x01\0\0\x02ab\0"])
    if k == "app":
        return b"!\xff" + blocks(rng, rng.randbytes(rng.randint(0, 40)))
    if k == "text":
        return b"!\x01" + blocks(rng, rng.randbytes(12))
    if k == "empty":
        return b"!" + bytes([rng.choice([0xf9, 0xff, 1])]) + b"\0"
    return b"!" + rng.randbytes(1) + blocks(rng, rng.randbytes(rng.randint(0, 20)))


def image(rng, w, h, odd, first, screen):
    sw, sh = screen
    x, y = (rng.randint(0, 6), rng.randint(0, 6)) if "offset" in odd else (0, 0)
    if "partial" in odd and first:
        w, h = rng.randint(1, w), rng.randint(1, h)
        x, y = rng.randint(0, max(sw - w, 0)), rng.randint(0, max(sh - h, 0))
    if "overflow" in odd:
        x += rng.randint(0, sw)
        y += rng.randint(0, sh)
    bits = rng.choice([1, 2, 2, 3, 4, 7, 8, 8])
    interlaced = rng.random() < 0.3
    flags = 0x40 if interlaced else 0
    local = b""
    if rng.random() < 0.4:
        n = rng.randrange(8)
        flags |= 0x80 | n
        local = palette(rng, n)
    count = w * h
    if "long" in odd:
        count += rng.randint(1, 2 * w)
    if "short" in odd:
        count = rng.randint(0, count)
    style = rng.random()
    top = 1 << bits
    if style < 0.4:
        data = [rng.randrange(top) for _ in range(count)]
    elif style < 0.7:
        data = [rng.randrange(top)] * count
    else:
        data = [(i // 7) % top for i in range(count)]
    minimum = bits
    if "bits" in odd:
        minimum = rng.choice([0, 1, 9, 10, 11, 12, 13, 200, max(bits - 1, 0)])
    if 1 <= minimum <= 11:
        data = [v % (1 << minimum) for v in data]
        packed = lzw(rng, data, minimum, odd)
    else:
        packed = rng.randbytes(rng.randint(0, 60))
    if "noise" in odd:
        packed = rng.randbytes(rng.randint(1, 200))
    if "byte" in odd and packed:
        i = rng.randrange(len(packed))
        packed = packed[:i] + rng.randbytes(1) + packed[i + 1:]
    if "empty-frame" in odd and first:
        w, h = rng.choice([(0, 0), (0, h), (w, 0)])
    body = blocks(rng, packed, "no-terminator" not in odd)
    return b"," + struct.pack("<HHHHB", x, y, w, h, flags) + local + bytes([minimum & 255]) + body


ODD = ["offset", "partial", "partial", "overflow", "screen", "long", "short", "bits", "noise", "byte", "code", "end-early", "no-end", "no-clear",
       "clears", "junk", "cut", "empty-frame", "no-terminator", "no-trailer", "extensions", "extensions", "version", "second", "trailing", "flip", "big"]


def sample(rng):
    odd = rng.sample(ODD, rng.choice([0, 1, 1, 2, 2, 3, 4]))
    w, h = rng.choice([(rng.randint(1, 12), rng.randint(1, 12)), (rng.randint(1, 90), rng.randint(1, 60))])
    if "big" in odd:
        w, h = rng.randint(200, 400), rng.randint(200, 400)
    screen = (w, h)
    if "screen" in odd:
        screen = rng.choice([(0, 0), (0, h), (w, 0), (rng.randint(1, 20), rng.randint(1, 20)), (w + 5, h + 3)])
    if "partial" in odd:
        screen = (w + rng.randint(0, 4), h + rng.randint(0, 4))
    flags, table = rng.choice([0, 0x70]), b""
    if rng.random() < 0.75:
        n = rng.randrange(8)
        flags |= 0x80 | n
        table = palette(rng, n)
    version = b"GIF89a" if "version" not in odd else rng.choice([b"GIF87a", b"GIF88a", b"GIF89b", b"GIF8"])
    out = version + struct.pack("<HHBBB", *screen, flags, rng.randrange(256), 0) + table
    for _ in range(rng.choice([0, 1, 2, 4]) if "extensions" in odd else rng.choice([0, 0, 1])):
        out += extension(rng)
        if "junk" in odd:
            out += bytes(b for b in rng.randbytes(rng.randint(0, 5)) if b not in b",;!")
    if "junk" in odd and rng.random() < 0.5:
        out += rng.randbytes(rng.randint(1, 4))
    out += image(rng, w, h, odd, True, screen)
    if "second" in odd:
        out += extension(rng) + image(rng, w, h, [], False, screen)
    if "trailing" in odd:
        out += rng.randbytes(rng.choice([3, 300, 70000]))
    elif "no-trailer" not in odd:
        out += b";"
    if "flip" in odd:
        i = rng.randrange(len(out))
        out = out[:i] + rng.randbytes(1) + out[i + 1:]
    if "cut" in odd:
        out = out[:rng.randint(0, len(out))]
    return "-".join(odd) or "sound", out
