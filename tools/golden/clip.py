"""Both towers of CLIP, small, in plain PyTorch: for package clip.

Written from the description of the model (pre-norm blocks, QuickGELU, packed
in_proj, class token, features read at the end of text), with no module
classes: a model is a dictionary of tensors in the names of OpenAI's
checkpoints.
"""

import math

import torch
import torch.nn.functional as F

from common import Golden, tensor

CONFIG = {
    "embed": 32,
    "vision": {"image": 16, "patch": 8, "width": 64, "layers": 3, "heads": 4},
    "text": {"context": 12, "vocab": 0, "width": 32, "layers": 3, "heads": 2},
}

# The vocabulary: enough merges that the words of the templates are one token.
MERGES = [
    "o f</w>",
    "p h", "ph o", "t o</w>", "pho to</w>",
    "p i", "c t", "pi ct", "u r", "pict ur", "pictur e</w>",
    "a n</w>", "i m", "a g", "im ag", "imag e</w>",
    "d o", "do g</w>", "c a", "ca t</w>", "r e", "re d</w>",
]
START = 512 + len(MERGES)
END = START + 1
CONFIG["text"]["vocab"] = END + 1

TEMPLATE = "a photo of a"
NAMES = ["dog", "red cat", "fox"]
LABELS = [2, 0, 1, 1]  # of the four images in every script

FACTOR = 0.4  # of all weights


def encode(text):
    """Token ids of lower-case ASCII words; full stops are words of their own."""
    ids = {}
    for end in (0, 1):
        for c in range(33, 127):
            ids[chr(c) + "</w>" * end] = c - 33 + 256 * end
    out = []
    for word in text.replace(".", " .").split():
        symbols = list(word[:-1]) + [word[-1] + "</w>"]
        # A merge uses only symbols that earlier ones made, so one pass in
        # order of rank does all of them.
        for rank, merge in enumerate(MERGES):
            left, right = merge.split()
            ids[left + right] = 512 + rank
            i = 0
            while i + 1 < len(symbols):
                if symbols[i:i + 2] == [left, right]:
                    symbols[i:i + 2] = [left + right]
                i += 1
        out += [ids[s] for s in symbols]
    return out


def prompts(template, names):
    """Rows of token ids, each SOT, text, EOT, padded with 0 to the context."""
    rows = [[START] + encode(f"{template} {name}.") + [END] for name in names]
    return [row + [0] * (CONFIG["text"]["context"] - len(row)) for row in rows]


def unpadded(rows):
    return [row[:row.index(END) + 1] for row in rows]


def shapes(c):
    """Names and shapes of a checkpoint."""
    v, t, e = c["vision"], c["text"], c["embed"]
    dv, dt = v["width"], t["width"]
    s = {
        "visual.class_embedding": (dv,),
        "visual.positional_embedding": (1 + (v["image"] // v["patch"]) ** 2, dv),
        "visual.proj": (dv, e),
        "visual.conv1.weight": (dv, 3, v["patch"], v["patch"]),
        "positional_embedding": (t["context"], dt),
        "text_projection": (dt, e),
        "token_embedding.weight": (t["vocab"], dt),
        "logit_scale": (1,),
    }
    norms = [("visual.ln_pre", dv), ("visual.ln_post", dv), ("ln_final", dt)]
    for tower, d, layers in (("visual.transformer", dv, v["layers"]), ("transformer", dt, t["layers"])):
        for l in range(layers):
            at = f"{tower}.resblocks.{l}."
            s.update({
                at + "attn.in_proj_weight": (3 * d, d), at + "attn.in_proj_bias": (3 * d,),
                at + "attn.out_proj.weight": (d, d), at + "attn.out_proj.bias": (d,),
                at + "mlp.c_fc.weight": (4 * d, d), at + "mlp.c_fc.bias": (4 * d,),
                at + "mlp.c_proj.weight": (d, 4 * d), at + "mlp.c_proj.bias": (d,),
            })
            norms += [(at + "ln_1", d), (at + "ln_2", d)]
    for name, d in norms:
        s.update({name + ".weight": (d,), name + ".bias": (d,)})
    return s


def weights(dtype):
    """The model: LayerNorm gains about 1, logit scale ln 100, the rest about 0."""
    p = {}
    for name, shape in shapes(CONFIG).items():
        gain = "ln_" in name and name.endswith(".weight")
        p[name] = tensor(name, shape, dtype, FACTOR, 1.0 if gain else 0.0)
    p["logit_scale"] = torch.full((1,), math.log(100), dtype=torch.float32).to(dtype)
    return p


def images(dtype, n=len(LABELS)):
    side = CONFIG["vision"]["image"]
    return tensor("images", (n, 3, side, side), dtype, 4)


def norm(p, name, x):
    return F.layer_norm(x, x.shape[-1:], p[name + ".weight"], p[name + ".bias"], 1e-5)


def block(p, at, x, heads, mask):
    """x + attention(LN1 x), then x + MLP(LN2 x); x is [B, T, D]."""
    b, t, d = x.shape
    qkv = F.linear(norm(p, at + "ln_1", x), p[at + "attn.in_proj_weight"], p[at + "attn.in_proj_bias"])
    q, k, v = (part.reshape(b, t, heads, d // heads).transpose(1, 2) for part in qkv.split(d, -1))
    scores = q @ k.transpose(-1, -2) / math.sqrt(d // heads)  # [B, H, T, T]
    if mask is not None:
        scores = scores + mask
    y = (torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(b, t, d)
    x = x + F.linear(y, p[at + "attn.out_proj.weight"], p[at + "attn.out_proj.bias"])
    z = F.linear(norm(p, at + "ln_2", x), p[at + "mlp.c_fc.weight"], p[at + "mlp.c_fc.bias"])
    z = z * torch.sigmoid(1.702 * z)  # QuickGELU
    return x + F.linear(z, p[at + "mlp.c_proj.weight"], p[at + "mlp.c_proj.bias"])


def image_features(p, x, learned=None):
    """Features [B, E], not normalised, of images [B, 3, S, S].

    learned holds vision tokens [n, D], one tensor for each of the first J
    blocks: they stand behind the patches, and each replaces the one before.
    """
    c = CONFIG["vision"]
    x = F.conv2d(x, p["visual.conv1.weight"], stride=c["patch"]).flatten(2).transpose(1, 2)  # [B, G*G, D]
    x = torch.cat([p["visual.class_embedding"].expand(len(x), 1, -1), x], 1) + p["visual.positional_embedding"]
    if learned:
        x = torch.cat([x, learned[0].expand(len(x), -1, -1)], 1)
    x = norm(p, "visual.ln_pre", x)
    for l in range(c["layers"]):
        if learned and 1 <= l < len(learned):
            n = len(learned[l])
            x = torch.cat([x[:, :-n], learned[l].expand(len(x), -1, -1)], 1)
        x = block(p, f"visual.transformer.resblocks.{l}.", x, c["heads"], None)
    return norm(p, "visual.ln_post", x[:, 0]) @ p["visual.proj"]


def text_features(p, ids, learned=None):
    """Features [N, E], not normalised, of padded rows of ids [N, T].

    learned holds text tokens [n, D], one tensor for each of the first J
    blocks: they replace positions 1 to n.
    """
    ids = torch.tensor(ids)
    x = p["token_embedding.weight"][ids]  # [N, T, D]
    if learned:
        x = replaced(x, learned[0])
    return encode_text(p, x, ids.argmax(-1), (learned or [])[1:])


def replaced(x, tokens):
    """x [N, T, D] with tokens [n, D] at the positions 1 to n."""
    n = len(tokens)
    return torch.cat([x[:, :1], tokens.expand(len(x), -1, -1), x[:, 1 + n:]], 1)


def encode_text(p, x, ends, deep=()):
    """Features [N, E] of embedded prompts x [N, T, D], read at their ends [N].

    deep[l - 1] replaces positions 1 to n at the input of block l.
    """
    c = CONFIG["text"]
    x = x + p["positional_embedding"]
    mask = torch.full((c["context"], c["context"]), -math.inf, dtype=x.dtype).triu(1)
    for l in range(c["layers"]):
        if 1 <= l <= len(deep):
            x = replaced(x, deep[l - 1])
        x = block(p, f"transformer.resblocks.{l}.", x, c["heads"], mask)
    x = norm(p, "ln_final", x)
    return x[torch.arange(len(x)), ends] @ p["text_projection"]


def unit(x):
    return x / x.norm(dim=-1, keepdim=True)


def logits(p, v, w):
    return p["logit_scale"].exp() * unit(v) @ unit(w).T


def run(dtype):
    """Features and logits; then the symmetric contrastive loss's gradients.

    The loss pairs the first three images with the three captions.
    """
    p = weights(dtype)
    for t in p.values():
        t.requires_grad_()
    v, w = image_features(p, images(dtype)), text_features(p, prompts(TEMPLATE, NAMES))
    s = logits(p, v, w)  # [B, N]
    pairs = torch.arange(3)
    loss = (F.cross_entropy(s[:3], pairs) + F.cross_entropy(s[:3].T, pairs)) / 2
    grads = torch.autograd.grad(loss, list(p.values()))
    return {"image_features": v, "text_features": w, "logits": s, "loss": loss,
            **{"grad." + name: g for name, g in zip(p, grads)}}


def main():
    g = Golden("clip.py", "clip/testdata/torch_clip.json", most=48, config=CONFIG, merges=MERGES,
               template=TEMPLATE, names=NAMES, labels=LABELS, prompts={TEMPLATE: unpadded(prompts(TEMPLATE, NAMES))})
    g.both("", run)
    g.write()


if __name__ == "__main__":
    main()
