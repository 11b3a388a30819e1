"""ViT-B/16 in its real sizes, for package prompt: features and a MaPLe step.

The model has 124 million weights and none is stored: both sides compute them
from the names. Only the token table is short, because three prompts need few
of its rows.
"""

import torch
import torch.nn.functional as F

import clip
import maple
from common import Golden, tensor

CONFIG = {
    "embed": 512,
    "vision": {"image": 224, "patch": 16, "width": 768, "layers": 12, "heads": 12},
    "text": {"context": 77, "vocab": clip.END + 1, "width": 512, "layers": 12, "heads": 8},
}
# Makes the standard deviation of weights 1/sqrt(768), so that twelve blocks
# neither fade nor saturate their attention.
FACTOR = 0.125
TOKENS, DEPTH = 2, 9
LABELS = [2, 0]


def run(dtype):
    model, t = clip.weights(dtype), maple.template("", dtype)
    x, labels = tensor("images", (len(LABELS), 3, 224, 224), dtype, 4), torch.tensor(LABELS)
    rows = clip.prompts(clip.TEMPLATE, clip.NAMES)
    with torch.no_grad():
        out = {"image_features": clip.image_features(model, x), "text_features": clip.text_features(model, rows)}
        out["zero_logits"] = clip.logits(model, out["image_features"], out["text_features"])
    text, vision = maple.tokens(t)
    v, w = clip.image_features(model, x, vision), clip.text_features(model, rows, text)
    logits = clip.logits(model, v, w)
    loss = F.cross_entropy(logits, labels)
    grads = torch.autograd.grad(loss, list(t.values()))
    return {**out, "maple.image_features": clip.unit(v), "maple.text_features": clip.unit(w), "maple.logits": logits,
            "maple.loss": loss, **{"maple.grad." + n: g for n, g in zip(t, grads)}}


def main():
    small = clip.CONFIG, clip.FACTOR, maple.TOKENS, maple.DEPTH
    clip.CONFIG, clip.FACTOR, maple.TOKENS, maple.DEPTH = CONFIG, FACTOR, TOKENS, DEPTH
    try:
        g = Golden("vitb16.py", "prompt/testdata/torch_vitb16.json", most=128, config=CONFIG, merges=clip.MERGES,
                   template=clip.TEMPLATE, names=clip.NAMES, labels=LABELS, factor=FACTOR,
                   prompts={clip.TEMPLATE: clip.unpadded(clip.prompts(clip.TEMPLATE, clip.NAMES))},
                   tokens=TOKENS, depth=DEPTH)
        g.both("", run)
        g.write()
    finally:
        clip.CONFIG, clip.FACTOR, maple.TOKENS, maple.DEPTH = small


if __name__ == "__main__":
    main()
