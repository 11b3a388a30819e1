"""JPEG files that no encoder writes: headers of every kind before random coded data."""

import struct


def segment(marker, content):
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def stuffed(data):
    return data.replace(b"\xff", b"\xff\x00")


def huffman(r, symbols):
    """A table with codes for the symbols, or most of them: DHT's counts and values. No code is all ones."""
    counts, left, room = [0] * 16, len(symbols), 1
    for length in range(16):
        room *= 2
        most = min(left, room - 1)
        counts[length] = most if length >= 14 else r.randint(0, max(0, most - (length < 5)))
        room -= counts[length]
        left -= counts[length]
    order = list(symbols)
    r.shuffle(order)
    return bytes(counts) + bytes(order[: sum(counts)])


def frame_factors(r, n):
    """Sampling factors; seldom more than ten blocks in an MCU, or a ratio that is no whole number."""
    if r.random() < 0.3:
        return [0x11] * n
    while True:
        f = [r.choice([1, 1, 2, 2, 3, 4]) << 4 | r.choice([1, 1, 2, 2, 3, 4]) for _ in range(n)]
        whole = all(max(x >> 4 for x in f) % (x >> 4) == 0 and max(x & 15 for x in f) % (x & 15) == 0 for x in f)
        if whole and sum((x >> 4) * (x & 15) for x in f) <= 10 or r.random() < 0.02:
            return f


def scan_data(r, blocks):
    """Random bits, or bits that are mostly short codes."""
    n = r.choice([0, 3, blocks // 4, blocks * 2, blocks * 8]) + r.randint(0, 9)
    n = min(n, 60000)
    data = bytes(r.choice([0x00, 0x55, r.randrange(256)]) for _ in range(n)) if r.random() < 0.5 else r.randbytes(n)
    data = stuffed(data)
    if r.random() < 0.3:  # restart markers, some of them wrong
        parts, number = [], 0
        while data:
            k = r.randint(1, max(1, len(data) // 3))
            parts.append(data[:k])
            data = data[k:]
            if data:
                parts.append(bytes([0xFF, 0xD0 + (number if r.random() < 0.9 else r.randrange(8))]))
                number = (number + 1) & 7
        data = b"".join(parts)
    return data


def progressive_scans(r, n):
    """Parameters (components, Ss, Se, Ah, Al) of scans, mostly legal."""
    al = r.choice([0, 1, 2])
    out = [(list(range(n)), 0, 0, 0, al)] if r.random() < 0.8 else [([c], 0, 0, 0, al) for c in range(n)]
    for _ in range(r.randint(0, 8)):
        kind = r.random()
        if kind < 0.2 and al:
            out.append((list(range(n)), 0, 0, al, al - 1))
            al -= 1
            continue
        first = r.randint(1, 63)
        low = r.choice([0, 0, 1, 2])
        high = low + 1 if r.random() < 0.4 else 0
        out.append(([r.randrange(n)], first, r.randint(first, 63), high, low))
    return out


def make(r):
    sof = r.choice([0xC0, 0xC1, 0xC2, 0xC2, 0xC3, 0xC3, 0xC9, 0xCA])
    n = r.choice([1, 3, 3, 4])
    w, h = r.randint(1, 70), r.randint(1, 70)
    factors = frame_factors(r, n)
    out = b"\xff\xd8"
    if r.random() < (0.3 if sof != 0xC3 else 0.05):
        out += segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    if r.random() < 0.4:
        out += segment(0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([r.randrange(3) if sof != 0xC3 else 0]))
    for t in range(2):
        values = [r.choice([1, 1, r.randint(1, 255)]) for _ in range(64)]
        if r.random() < 0.2:
            out += segment(0xDB, bytes([t | 0x10]) + b"".join(struct.pack(">H", v * r.choice([1, 1, 200])) for v in values))
        else:
            out += segment(0xDB, bytes([t]) + bytes(values))
    names = r.choice([[1, 2, 3, 4], [1, 2, 3, 4], [0, 1, 2, 3], list(b"RGBK")])
    out += segment(sof, struct.pack(">BHHB", 8, h, w, n) + b"".join(
        bytes([names[c], factors[c], r.randrange(2)]) for c in range(n)))
    if sof not in (0xC9, 0xCA) and (sof in (0xC2, 0xC3) or r.random() < 0.7):
        for t in range(2):
            largest = 9 if r.random() < 0.8 else 15
            out += segment(0xC4, bytes([t]) + huffman(r, range(largest + 1)))
            pool = sorted({run << 4 | s for run in range(16) for s in range(0, 6)} | {0xF0})
            out += segment(0xC4, bytes([0x10 | t]) + huffman(r, r.sample(pool, r.randint(2, len(pool)))))
    elif sof in (0xC9, 0xCA) and r.random() < 0.3:
        low = r.randint(0, 4)
        out += segment(0xCC, bytes([r.randrange(2), r.randint(low, 9) << 4 | low, 16 + r.randrange(2), r.randint(1, 63)]))
    if r.random() < 0.4:
        interval = r.randint(1, 12)
        if sof == 0xC3:
            interval = w * r.randint(1, 5) if r.random() < 0.8 else interval
        out += segment(0xDD, struct.pack(">H", interval))
    if sof in (0xC2, 0xCA):
        scans = progressive_scans(r, n)
    else:
        order = list(range(n))
        groups = [order] if r.random() < 0.6 else [[c] for c in order] if r.random() < 0.7 else [order[:1], order[1:]]
        low = (r.randint(1, 7), 0, 0, r.choice([0, 0, 0, 1, 3])) if sof == 0xC3 else (0, 63, 0, 0)
        scans = [(g, *low) for g in groups if g]
    blocks = (w * h if sof == 0xC3 else (w // 8 + 1) * (h // 8 + 1)) * n
    for comps, ss, se, ah, al in scans:
        tables = bytes(v for c in comps for v in (names[c], r.choice([0x00, 0x11, 0x01, 0x10])))
        out += segment(0xDA, bytes([len(comps)]) + tables + bytes([ss, se, ah << 4 | al]))
        out += scan_data(r, blocks)
    return out + (b"\xff\xd9" if r.random() < 0.95 else b"")
