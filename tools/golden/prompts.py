"""The other prompt learners: CoOp, CoCoOp and independent prompts (VPT too).

Prompts are put together as embeddings, each [T, D], where the Go code lays
out ids that stand for learned tokens.
"""

import torch
import torch.nn.functional as F

import clip
import maple
from common import Golden, leaf

N = 4  # learned tokens of CoOp and CoCoOp: the words of the template
HIDDEN = clip.CONFIG["embed"] // 16
DT, DV = clip.CONFIG["text"]["width"], clip.CONFIG["vision"]["width"]
RATE = 0.002


def arranged(model, ctx, position):
    """Embeddings [K, T, D] and ends [K]; ctx is [n, D], or [K, n, D]."""
    rows = torch.tensor(clip.prompts(clip.TEMPLATE, clip.NAMES))
    x, out = model["token_embedding.weight"][rows], []
    for k, name in enumerate(clip.NAMES):
        own = ctx[k] if ctx.dim() == 3 else ctx
        n, words = len(own), len(clip.encode(name))
        sot, name, rest = x[k, :1], x[k, 1 + n:1 + n + words], x[k, 1 + n + words:]
        before = {"end": n, "middle": n // 2, "front": 0}[position]
        out.append(torch.cat([sot, own[:before], name, own[before:], rest]))
    return torch.stack(out), rows.argmax(-1)


def coop(position, per_class):
    def make(model, x, dtype):
        shape = (len(clip.NAMES), N, DT) if per_class else (N, DT)
        p = {"ctx": leaf("ctx", shape, dtype, clip.FACTOR)}
        v = clip.image_features(model, x)
        return p, lambda: clip.logits(model, v, clip.encode_text(model, *arranged(model, p["ctx"], position)))

    return make


def cocoop(model, x, dtype):
    p = {"ctx": leaf("ctx", (N, DT), dtype, clip.FACTOR)}
    for name, shape in (("linear1.weight", (HIDDEN, clip.CONFIG["embed"])), ("linear1.bias", (HIDDEN,)),
                        ("linear2.weight", (DT, HIDDEN)), ("linear2.bias", (DT,))):
        p["meta_net." + name] = leaf("meta_net." + name, shape, dtype)
    v = clip.image_features(model, x)

    def forward():
        hidden = F.relu(F.linear(clip.unit(v), p["meta_net.linear1.weight"], p["meta_net.linear1.bias"]))
        shift = F.linear(hidden, p["meta_net.linear2.weight"], p["meta_net.linear2.bias"])  # [B, D]
        rows = []
        for image, pi in zip(v, shift):  # every image has text features of its own
            w = clip.encode_text(model, *arranged(model, p["ctx"] + pi, "end"))
            rows.append(clip.logits(model, image[None], w))
        return torch.cat(rows)

    return p, forward


def independent(text_tokens, text_depth, vision_tokens, vision_depth):
    def make(model, x, dtype):
        def own(first, deep, depth, shape):
            names = [first] + [deep % l for l in range(1, depth)]
            return {n: leaf(n, shape, dtype, clip.FACTOR) for n in names[:depth]}

        text = own("prompt_learner.ctx", "text_encoder.transformer.resblocks.%d.VPT_shallow", text_depth,
                   (text_tokens, DT))
        vision = own("image_encoder.VPT", "image_encoder.transformer.resblocks.%d.VPT_shallow", vision_depth,
                     (vision_tokens, DV))
        rows = clip.prompts(clip.TEMPLATE, clip.NAMES)
        return {**text, **vision}, lambda: clip.logits(
            model, clip.image_features(model, x, list(vision.values())),
            clip.text_features(model, rows, list(text.values())))

    return make


METHODS = {
    "coop.end": coop("end", False), "coop.middle": coop("middle", False), "coop.front": coop("front", False),
    "coop.csc": coop("end", True), "cocoop": cocoop,
    "ivlp": independent(2, 3, 2, 2), "language": independent(4, 3, 0, 0),
    "vpt.shallow": independent(0, 0, 3, 1), "vpt.deep": independent(0, 0, 3, 3),
}


def training(make):
    """Logits, loss and gradients; ten steps; what was learned and its logits."""

    def run(dtype):
        p, forward = make(clip.weights(dtype), clip.images(dtype), dtype)
        labels = torch.tensor(clip.LABELS)
        logits = forward()
        loss = F.cross_entropy(logits, labels)
        out = {"logits": logits, "loss": loss}
        out.update({"grad." + n: g for n, g in zip(p, torch.autograd.grad(loss, list(p.values())))})
        out["losses"] = maple.train(p, lambda: F.cross_entropy(forward(), labels), RATE)
        out.update({"after." + n: t for n, t in p.items()})
        out["after.logits"] = forward()
        return out

    return run


def main():
    g = Golden("prompts.py", "prompt/testdata/torch_prompts.json", most=64, config=clip.CONFIG, merges=clip.MERGES,
               template=clip.TEMPLATE, names=clip.NAMES, labels=clip.LABELS, rate=RATE,
               prompts={clip.TEMPLATE: clip.unpadded(clip.prompts(clip.TEMPLATE, clip.NAMES))})
    for name, make in METHODS.items():
        g.both(name + ".", training(make))
    g.write()


if __name__ == "__main__":
    main()
