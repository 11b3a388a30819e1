"""Damages JPEG files, and changes what their headers say."""

import struct


def segments(data):
    """The file as a list of (marker, content): content of None for markers alone, and marker None for coded data."""
    out, p = [], 0
    while p + 1 < len(data):
        if data[p] != 0xFF or data[p + 1] in (0, 0xFF):
            q = p + 1
            while q + 1 < len(data) and not (data[q] == 0xFF and data[q + 1] not in (0, 0xFF) and not 0xD0 <= data[q + 1] <= 0xD7):
                q += 1
            if q + 1 >= len(data):
                q = len(data)
            out.append((None, data[p:q]))
            p = q
            continue
        m = data[p + 1]
        if m in (0x01, 0xD8, 0xD9) or 0xD0 <= m <= 0xD7:
            out.append((m, None))
            p += 2
            continue
        n = struct.unpack(">H", data[p + 2:p + 4])[0] if p + 4 <= len(data) else 2
        out.append((m, data[p + 4:p + 2 + n]))
        p += 2 + n
    return out


def join(parts):
    out = b""
    for m, content in parts:
        if m is None:
            out += content
        elif content is None:
            out += bytes([0xFF, m])
        else:
            out += bytes([0xFF, m]) + struct.pack(">H", min(len(content) + 2, 65535)) + content
    return out


def cut(r, data):
    return data[: r.randint(2, len(data))]


def cut_end(r, data):
    """Cuts a few bytes: EOI and perhaps the last bits."""
    return data[: len(data) - r.randint(1, 12)]


def cut_and_end(r, data):
    return cut(r, data) + b"\xff\xd9"


def wrong_bytes(r, data):
    data = bytearray(data)
    for _ in range(r.choice([1, 1, 1, 2, 5, 20])):
        data[r.randrange(len(data))] = r.choice([r.randrange(256), 0xFF, 0])
    return bytes(data)


def wrong_scan_bytes(r, data):
    """Wrong bytes behind the first scan header."""
    start = data.find(b"\xff\xda") + 12
    if start < 12 or start >= len(data):
        return data
    data = bytearray(data)
    for _ in range(r.choice([1, 1, 2, 3, 10])):
        data[r.randrange(start, len(data))] = r.choice([r.randrange(256), r.randrange(256), 0xFF])
    return bytes(data)


def insert(r, data):
    p = r.randrange(2, len(data))
    junk = r.choice([b"\xff", b"\xff\xff", b"\xff\x00", b"\x00", b"\xff\xd0", b"\xff\xd3", b"\xff\xd9", r.randbytes(r.randint(1, 9))])
    return data[:p] + junk + data[p:]


def delete(r, data):
    p = r.randrange(2, len(data))
    return data[:p] + data[p + r.choice([1, 1, 2, 7, 40]):]


def trailing(r, data):
    return data + r.choice([b"\0" * r.randint(1, 99), r.randbytes(r.randint(1, 200)), data, data[2:]])


def pad(r, data):
    """Fill bytes before markers, and junk between segments."""
    out = b""
    for part in segments(data):
        if part[0] is not None and out:
            out += r.choice([b"", b"", b"\xff", b"\xff\xff\xff", b"\0\0", b"\xff\0"])
        out += join([part])
    return out


def color(r, data):
    """Other marks of the colour space: JFIF out, an Adobe segment in, other component identifiers."""
    parts = segments(data)
    if r.random() < 0.7:
        parts = [p for p in parts if p[0] not in (0xE0, 0xEE)]
    if r.random() < 0.7:
        adobe = b"Adobe\0\x64\0\0\0\0" + bytes([r.choice([0, 1, 2, 7])])
        parts.insert(1, (0xEE, adobe + b"\0" * r.choice([0, 0, 3])))
    if r.random() < 0.4:
        ids = r.choice([b"RGBK", b"rgbk", bytes([0, 1, 2, 3]), bytes([1, 34, 35, 4])])
        for i, (m, c) in enumerate(parts):
            if m is not None and 0xC0 <= m <= 0xCF and m not in (0xC4, 0xC8, 0xCC) and c and len(c) >= 6 + 3 * c[5]:
                c = bytearray(c)
                old = {c[6 + 3 * k]: ids[k] for k in range(min(c[5], 4))}
                for k in range(min(c[5], 4)):
                    c[6 + 3 * k] = ids[k]
                parts[i] = (m, bytes(c))
            if m == 0xDA and c and "old" in dir():
                c = bytearray(c)
                for k in range(c[0]):
                    c[1 + 2 * k] = old.get(c[1 + 2 * k], c[1 + 2 * k])
                parts[i] = (m, bytes(c))
    return join(parts)


def frame(r, data):
    """Another size, sampling, precision, table number or kind of frame."""
    parts = segments(data)
    for i, (m, c) in enumerate(parts):
        if m is None or not 0xC0 <= m <= 0xCF or m in (0xC4, 0xC8, 0xCC) or not c or len(c) < 9:
            continue
        c = bytearray(c)
        what = r.random()
        if what < 0.45:
            c[7 + 3 * r.randrange(min(c[5], (len(c) - 6) // 3))] = r.choice([1, 2, 3, 4]) << 4 | r.choice([1, 2, 3, 4])
        elif what < 0.6:
            factors = r.choice([0x11, 0x31, 0x22, 0x41, 0x13])
            for k in range(min(c[5], (len(c) - 6) // 3)):
                c[7 + 3 * k] = factors
        elif what < 0.8:
            struct.pack_into(">HH", c, 1, r.randint(0, 90), r.randint(0, 90))
        elif what < 0.85:
            c[0] = r.choice([8, 12, 16])
        elif what < 0.9:
            c[8 + 3 * r.randrange(min(c[5], (len(c) - 6) // 3))] = r.randint(0, 4)
        else:
            m = r.choice([0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC9, 0xCA])
        parts[i] = (m, bytes(c))
    return join(parts)


def tables(r, data):
    """No Huffman tables, as in Motion JPEG; wide or zero quantisers; other restart intervals."""
    parts = segments(data)
    what = r.random()
    if what < 0.25:
        parts = [p for p in parts if p[0] != 0xC4]
    elif what < 0.6:
        for i, (m, c) in enumerate(parts):
            if m == 0xDB and c:
                wide = b""
                while len(c) >= 65 and c[0] < 16:
                    wide += bytes([c[0] | 0x10]) + b"".join(
                        struct.pack(">H", v * r.choice([1, 1, 1, 3, 300]) & 0xFFFF) for v in c[1:65])
                    c = c[65:]
                parts[i] = (m, wide)
    elif what < 0.7:
        for i, (m, c) in enumerate(parts):
            if m == 0xDB and c:
                c = bytearray(c)
                c[r.randrange(1, len(c))] = 0
                parts[i] = (m, bytes(c))
    elif what < 0.85:
        at = [i for i, p in enumerate(parts) if p[0] == 0xDA]
        if at:
            parts.insert(r.choice(at), (0xDD, struct.pack(">H", r.randint(0, 9))))
    else:
        at = [i for i, p in enumerate(parts) if p[0] == 0xDA]
        if at:
            parts.insert(r.choice(at), (r.choice([0xDC, 0xFE, 0xE5]), struct.pack(">H", r.randint(0, 90))))
    return join(parts)


def restarts(r, data):
    """Restart markers left out, doubled or renumbered."""
    data, p = bytearray(data), 0
    while (p := data.find(b"\xff", p)) >= 0 and p + 1 < len(data):
        if 0xD0 <= data[p + 1] <= 0xD7 and r.random() < 0.3:
            what = r.random()
            if what < 0.4:
                data[p + 1] = 0xD0 + r.randrange(8)
            elif what < 0.7:
                del data[p:p + 2]
            elif what < 0.85:
                data[p:p] = data[p:p + 2]
                p += 2
            else:
                del data[max(p - 5, 0):p]
        p += 2
    return bytes(data)


def drop_scans(r, data):
    """The end of a file of several scans left out, or a scan from between, or two exchanged."""
    parts = segments(data)
    at = [i for i, p in enumerate(parts) if p[0] == 0xDA]
    if len(at) < 2:
        return cut_and_end(r, data)
    what = r.random()
    if what < 0.5:
        return join(parts[: r.choice(at[1:])]) + b"\xff\xd9"
    i = r.randrange(len(at))
    if what < 0.8:
        del parts[at[i]:at[i] + 2]
    elif i + 1 < len(at):
        parts[at[i]], parts[at[i + 1]] = parts[at[i + 1]], parts[at[i]]
    return join(parts)


def tables_first(r, data):
    """Tables alone, up to an EOI, before the image."""
    parts = segments(data)
    own = [p for p in parts if p[0] in (0xDB, 0xC4)]
    return b"\xff\xd8" + join(own) + b"\xff\xd9" + join([p for p in parts if p not in own or r.random() < 0.1])


KINDS = [cut, cut_end, cut_end, cut_and_end, cut_and_end, wrong_bytes, wrong_bytes, wrong_scan_bytes, wrong_scan_bytes,
         wrong_scan_bytes, insert, delete, trailing, pad, color, color, frame, frame, tables, tables, restarts,
         drop_scans, drop_scans, tables_first]


def mutate(r, data):
    for _ in range(r.choice([1, 1, 1, 2])):
        if len(data) > 30:
            data = r.choice(KINDS)(r, data)
    return data
