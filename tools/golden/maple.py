"""MaPLe: one coupled template, for package prompt."""

import torch
import torch.nn.functional as F

import clip
from common import Golden, leaf

TOKENS, DEPTH = 2, 3
RATE, STEPS = 0.0035, 10


def template(prefix, dtype):
    """The tensors of a template: J text prompts, each with its map to vision."""
    dt, dv = clip.CONFIG["text"]["width"], clip.CONFIG["vision"]["width"]
    p = {}
    for j in range(DEPTH):
        text, proj = "ctx", "proj"
        if j > 0:
            text, proj = f"compound_prompts_text.{j - 1}", f"compound_prompt_projections.{j - 1}"
        for name, shape in ((text, (TOKENS, dt)), (proj + ".weight", (dv, dt)), (proj + ".bias", (dv,))):
            p[name] = leaf(prefix + name, shape, dtype, clip.FACTOR)
    return p


def tokens(t):
    """Text tokens and vision tokens of a template, J of each."""
    text = [t["ctx"]] + [t[f"compound_prompts_text.{j}"] for j in range(DEPTH - 1)]
    maps = ["proj"] + [f"compound_prompt_projections.{j}" for j in range(DEPTH - 1)]
    return text, [F.linear(x, t[m + ".weight"], t[m + ".bias"]) for x, m in zip(text, maps)]


def run(dtype):
    model, t = clip.weights(dtype), template("", dtype)
    x, rows, labels = clip.images(dtype), clip.prompts(clip.TEMPLATE, clip.NAMES), torch.tensor(clip.LABELS)

    def forward():
        text, vision = tokens(t)
        return clip.logits(model, clip.image_features(model, x, vision), clip.text_features(model, rows, text))

    logits = forward()
    loss = F.cross_entropy(logits, labels)
    grads = torch.autograd.grad(loss, list(t.values()))
    out = {"logits": logits, "loss": loss, **{"grad." + n: g for n, g in zip(t, grads)}}
    out["losses"] = train(t, lambda: F.cross_entropy(forward(), labels), RATE)
    out.update({"after." + n: p for n, p in t.items()})
    out["after.logits"] = forward()
    return out


def train(params, loss, rate):
    """STEPS steps of SGD; returns the losses, each before its step."""
    sgd = torch.optim.SGD(params.values(), lr=rate, momentum=0.9, weight_decay=5e-4)
    losses = []
    for _ in range(STEPS):
        sgd.zero_grad()
        l = loss()
        l.backward()
        sgd.step()
        losses.append(l.detach())
    return torch.stack(losses)


def main():
    g = Golden("maple.py", "prompt/testdata/torch_maple.json", config=clip.CONFIG, merges=clip.MERGES,
               template=clip.TEMPLATE, names=clip.NAMES, labels=clip.LABELS,
               prompts={clip.TEMPLATE: clip.unpadded(clip.prompts(clip.TEMPLATE, clip.NAMES))},
               tokens=TOKENS, depth=DEPTH, rate=RATE)
    g.both("", run)
    g.write()


if __name__ == "__main__":
    main()
