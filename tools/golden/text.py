"""Tables and golden strings of the Python library ftfy, whose repairs CLIP's
tokenizer begins with.

    pip install ftfy==6.3.1
    python text.py [TABLES.go] [ftfy.json]

The first file gets the code pages and classes of characters that the repairs
go by, the second what ftfy makes of generated texts: mojibake of ten code
pages, once and twice, lost and replaced bytes, control characters, terminal
escapes, entities, ligatures, widths and combining marks."""
import html, json, pathlib, random, sys

import ftfy
from ftfy import badness, chardata

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent.parent / "internal" / "ftfy"
PAGES = chardata.CHARMAP_ENCODINGS[1:]  # after Latin-1, which is the identity


def members(klass):
    """The characters of a class of a regular expression, without brackets."""
    out, i = set(), 0
    while i < len(klass):
        if i + 2 < len(klass) and klass[i + 1] == "-":
            out.update(range(ord(klass[i]), ord(klass[i + 2]) + 1))
            i += 3
        else:
            out.add(ord(klass[i]))
            i += 1
    return sorted(out)


def ranges(points):
    out = []
    for p in points:
        if out and out[-1][1] == p - 1:
            out[-1][1] = p
        else:
            out.append([p, p])
    return out


def table(name, points):
    body = [f"{{{a:#x}, {b:#x}}}" for a, b in ranges(points)]
    lines = [", ".join(body[i:i + 6]) for i in range(0, len(body), 6)]
    return f"\t{name}: {{\n" + "".join(f"\t\t{line},\n" for line in lines) + "\t},\n"


def tables(path):
    out = ["// Made by tools/golden/text.py of ftfy 6.3.1; not to be edited.\n\npackage ftfy\n\n"]
    out.append("// upperHalves are what the bytes from 0x80 on stand for in each code page.\n")
    out.append("var upperHalves = map[string]string{\n")
    for p in PAGES:
        text = bytes(range(128, 256)).decode(p)
        quoted = "".join(c if c.isprintable() and c not in '"\\' else f"\\u{ord(c):04x}" for c in text)
        out.append(f'\t"{p}": "{quoted}",\n')
    out.append("}\n\n")
    out.append("// classRanges are the characters of each class of badness.go.\n")
    out.append("var classRanges = map[class][][2]rune{\n")
    names = dict(common="common", c1="control", bad="bad", law="law", currency="currency", start_punctuation="opening",
                 end_punctuation="closing", numeric="numeric", kaomoji="kaomoji", upper_accented="upperAccented",
                 lower_accented="lowerAccented", upper_common="upperCommon", lower_common="lowerCommon", box="box")
    for key, name in names.items():
        out.append(table(name, members(badness.MOJIBAKE_CATEGORIES[key])))
    out.append("}\n\n")
    out.append("// clueRanges are the characters that look like a byte of UTF-8: the first of\n"
               "// 2, 3 or 4, one that follows, and one that follows and is no space or dash.\n")
    out.append("var clueRanges = map[clue][][2]rune{\n")
    names = dict(utf8_first_of_2="firstOf2", utf8_first_of_3="firstOf3", utf8_first_of_4="firstOf4",
                 utf8_continuation="follows", utf8_continuation_strict="followsStrictly")
    for key, name in names.items():
        out.append(table(name, members(chardata.UTF8_CLUES[key])))
    out.append("}\n")
    path.write_text("".join(out))


WORDS = ("café thé naïve über Straße ñandú “quoted” ‘single’ it’s… – — façade señor Ærø łódź ďábel žluťoučký kůň "
         "Ελληνικά Привет мир Съешь ёлка שלום مرحبا 日本語 한국어 ไทย हिन्दी ✔ ★ 💩 👍🏽 🇫🇷 €100 £5 ¥7 ½ ² ³ ± × ÷ ° § ¶ © ® ™ "
         "a photo of the cat dog in a red car, no. 5! Ångström Dvořák İstanbul ŒUVRE œuf à la á é í ó ú ã õ ç ß").split()
CASES = ["Ã©", "schÃ¶n", "voilÃ le travail", "â€œ like this â€�", "â€™", "Ã\xa0 la carte", "Ã la carte", "L&AMP;AMP;ATILDE;&AMP;AMP;SUP3;PEZ",
         "&ATILDE;&SUP3;", "P&EACUTE;REZ", "&notit; &semi; &#59; &#x3c; &lt; &hellip; &NTILDE; &nTILDE; BUNDESSTRA&SZLIG;E &amp;amp;amp;lt;",
         "<b>&amp;</b>", "a &amp; b\n<i> &amp; c\n&amp; d", "\x1b[36;44mI'm blue\x1b[0m", "\x1b[1;3", "\x85 \x91quoted\x92 \x96", "\x81\x8d\x8f",
         "a\u0301" * 3, "a" + "\u0301" * 31 + "b", "e" + "\u0316\u0301" * 40, "\u1100\u1161\u11a8", "ＬＯＵＤ　ＮＯＩＳＥＳ ｶﾞ", "ﬂuﬃeﬆ ŉ ǆ",
         "\ufeffbom", "a\u200bb", "soft\u00adhyphen", "\u2028\u2029 x\r\ny\rz", "\x00\x07\x0b\x1f\x7f", "Â° 5Â£ Â»x", "RenÃ©e Ã\xa0 Ã", "Ð¿Ñ€Ð¸Ð²ÐµÑ‚",
         "\u0421\u201a\u0420\xb0", "ÃƒÂ©", "Ã¢â‚¬Å“", "√©", "‚Äî", "‚Äôs", "вЂњ", "β€™", "ā€™", "Å\xa0iauliai", "l’humanitÃ©", "Ä°stanbul", "Ù…Ø±Ø­Ø¨Ø§",
         "ãƒ„", "¯\\_(ã\x83\x84)_/¯", "(ง'̀-'́)ง", "HUHLL Õ…Õ", "├á la", "Γò¬", "It&rsquo;s", "&#39;", "&#x2019;", "&AElig;", "&#128;"]


def texts(seed, n):
    r = random.Random(seed)
    out = list(CASES)
    for _ in range(n):
        text = " ".join(r.choice(WORDS) for _ in range(r.randint(1, 5)))
        for _ in range(r.choice([0, 1, 1, 1, 1, 2, 2, 3])):
            page = r.choice(chardata.CHARMAP_ENCODINGS + ["utf-8"])
            try:
                text = text.encode("utf-8").decode(page, r.choice(["strict", "replace"]))
            except UnicodeError:
                pass
        kind = r.random()
        if kind < 0.12:
            text = text.replace("\xa0", " ")
        elif kind < 0.2:
            i = r.randrange(len(text) + 1)
            text = text[:i] + r.choice(["�", "?", "\x1a", "\x85", "\x1b[31m", "&amp;", "&eacute;", "<", "\n", "\u0301", "Ã", "Â ", "Ø§"]) + text[i:]
        elif kind < 0.26:
            text = html.escape(text)
        elif kind < 0.32:
            text = "".join(chr(r.choice([r.randrange(32, 127), r.randrange(128, 384), r.randrange(0x2010, 0x2130), r.randrange(0x370, 0x460)]))
                           for _ in range(r.randint(1, 12)))
        elif kind < 0.36 and len(text) > 2:
            i = r.randrange(len(text))
            text = text[:i] + text[i + 1:]
        elif kind < 0.4:
            text = text + " " + " ".join(r.choice(WORDS) for _ in range(3))
        out.append(text)
    return [t for t in out if not any(0xD800 <= ord(c) < 0xE000 for c in t)]


def main():
    tables(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else OUT / "tables.go")
    path = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else OUT / "testdata" / "ftfy.json"
    seed, n = (int(sys.argv[3]), int(sys.argv[4])) if len(sys.argv) > 4 else (1, 1500)
    pairs = [[t, ftfy.fix_text(t)] for t in dict.fromkeys(texts(seed, n))]
    path.write_text(json.dumps(pairs, ensure_ascii=True, separators=(",", ":")).replace("],[", "],\n[") + "\n")
    print(len(pairs), "texts,", sum(a != b for a, b in pairs), "of them repaired")


if __name__ == "__main__":
    main()
