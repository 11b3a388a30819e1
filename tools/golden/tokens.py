"""Ids of OpenCLIP's SimpleTokenizer with OpenAI's names of the special tokens, and ftfy 6.3.1.

    pip install open_clip_torch ftfy==6.3.1
    python tokens.py

It computes the ids of all texts of textenc/bpe/testdata/awkward.json anew, and
of the texts below, over CLIP's published vocabulary."""
import json, pathlib

import open_clip.tokenizer
import regex

PATH = pathlib.Path(__file__).resolve().parent.parent.parent / "textenc" / "bpe" / "testdata" / "awkward.json"
MORE = ["It&rsquo;s", "cafÃ©", "Ã¼ber", "\x1b[31mred\x1b[0m", "&EACUTE;clair", "a &amp;amp; b", "â€œquotedâ€\x9d", "e" + "\u0301" * 40,
        "Ð¼Ð¸Ñ€", "ãƒ„", "dog\x85 cat", "\ufeffthe cat", "thÃ©", "&lt;b&gt; <b>&amp;</b>", "ﬁne oﬃce", "ＣＡＴ", "a\u200bb", "x\x00y\x1fz"]


def openai():
    tokenizer = open_clip.tokenizer.SimpleTokenizer()
    special = ["<|startoftext|>", "<|endoftext|>"]
    for i, name in enumerate(special):
        tokenizer.encoder[name] = 49406 + i
    tokenizer.cache = {name: name for name in special}
    words = "|".join(map(regex.escape, special + ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]))
    tokenizer.pat = regex.compile(words + r"|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+", regex.IGNORECASE)
    return tokenizer


def main():
    tokenizer = openai()
    data = json.loads(PATH.read_text())
    texts = list(dict.fromkeys([t for t, _ in data["encode"]] + MORE))
    lines = ",\n".join("    " + json.dumps([t, tokenizer.encode(t)]) for t in texts)
    about = "Ids by OpenAI's SimpleTokenizer with ftfy 6.3.1 over CLIP's vocabulary, by tools/golden/tokens.py."
    PATH.write_text('{\n  "about": %s,\n  "encode": [\n%s\n  ]\n}\n' % (json.dumps(about), lines))


if __name__ == "__main__":
    main()
