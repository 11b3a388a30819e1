"""CDC: evidence, Dempster's rule, the losses and full steps, for package cdc.

Fusion is done opinion by opinion with the pairwise rule on beliefs and
uncertainties, not by the closed form that the Go code uses.
"""

import math

import torch
import torch.nn.functional as F

import clip
import maple
from common import Golden, tensor

PHRASES = ["a photo of a", "a picture of a", "an image of a"]
M, K, B = len(PHRASES), len(clip.NAMES), len(clip.LABELS)
DIVERSITY, CONSISTENCY, KL, PROGRESS = 0.3, 4.0, 0.1, 0.2
RATE = 0.0035


def evidence(kind, logits, c):
    if kind == "exp":
        return torch.exp(logits - c)
    if kind == "softplus":
        return F.softplus(logits - c)
    return torch.relu(logits - c)


def opinion(e):
    """Belief [B, K] and uncertainty [B] of evidence [B, K]."""
    s = (e + 1).sum(-1)
    return e / s[:, None], e.shape[-1] / s


def combine(one, two):
    """Dempster's rule for two opinions; also returns their conflict."""
    (b1, u1), (b2, u2) = one, two
    conflict = b1.sum(-1) * b2.sum(-1) - (b1 * b2).sum(-1)
    keep = 1 - conflict
    b = (b1 * b2 + b1 * u2[:, None] + b2 * u1[:, None]) / keep[:, None]
    return (b, u1 * u2 / keep), conflict


def fuse(evidences):
    """The fused opinion's alpha [B, K] and uncertainty, and the conflict [B]."""
    joint, agreed = opinion(evidences[0]), 1.0
    for e in evidences[1:]:
        joint, conflict = combine(joint, opinion(e))
        agreed = agreed * (1 - conflict)
    b, u = joint
    s = b.shape[-1] / u
    return b * s[:, None] + 1, u, 1 - agreed


def trusted_ce(alpha, labels):
    true = alpha.gather(-1, labels[:, None])[:, 0]
    return (torch.digamma(alpha.sum(-1)) - torch.digamma(true)).mean()


def kl_to_uniform(alpha, labels):
    k = alpha.shape[-1]
    y = F.one_hot(labels, k).to(alpha.dtype)
    alpha = (alpha - 1) * (1 - y) + 1
    s = alpha.sum(-1)
    return (torch.lgamma(s) - torch.lgamma(alpha).sum(-1) - math.lgamma(k)
            + ((alpha - 1) * (torch.digamma(alpha) - torch.digamma(s)[:, None])).sum(-1)).mean()


def trusted(kind, logits, c, labels, kl):
    """mean_m L_t-ce(m) + L_t-ce(fused), and the KL term of each template."""
    es = [evidence(kind, l, c) for l in logits]
    loss = sum(trusted_ce(e + 1, labels) for e in es) / len(es) + trusted_ce(fuse(es)[0], labels)
    if kl > 0:
        loss = loss + kl * sum(kl_to_uniform(e + 1, labels) for e in es) / len(es)
    return loss


def diversity(w, w0):
    """Mean over classes and ordered pairs m != n of cos^2 of the residuals."""
    r = [x - w0 for x in w]
    r = [x / x.norm(dim=-1, keepdim=True).clamp(min=1e-4) for x in r]
    pairs = [((r[m] * r[n]).sum(-1) ** 2).mean() for m in range(len(r)) for n in range(len(r)) if m != n]
    return sum(pairs) / len(pairs)


def consistency(w, w0):
    return torch.stack([1 - (x * w0).sum(-1) for x in w]).mean()


def offset(zero, kind="midpoint"):
    """The evidence offset c from zero-shot logits [n, K]."""
    mean, mean_max = zero.mean(), zero.max(-1).values.mean()
    return {"midpoint": (mean + mean_max) / 2, "mean": mean, "mean_max": mean_max}[kind]


def head(dtype):
    """Opinions and losses from given logits and features, without towers."""
    k, c, labels = 5, 2.5, torch.tensor([4, 0, 2, 2])
    logits = [tensor(f"head.logits.{m}", (B, k), dtype, 16).requires_grad_() for m in range(M)]
    w0 = clip.unit(tensor("head.w0", (k, 16), dtype))
    w = [tensor(f"head.w.{m}", (k, 16), dtype).requires_grad_() for m in range(M)]
    out = {f"offset.{kind}": offset(logits[0], kind) for kind in ("midpoint", "mean", "mean_max")}
    for kind in ("exp", "softplus", "relu"):
        es = [evidence(kind, l, c) for l in logits]
        alpha, u, conflict = fuse(es)
        b, u0 = opinion(es[0])
        out.update({
            f"{kind}.alpha": es[0] + 1, f"{kind}.belief": b, f"{kind}.uncertainty": u0,
            f"{kind}.fused_prob": alpha / alpha.sum(-1, keepdim=True),
            f"{kind}.fused_uncertainty": u, f"{kind}.conflict": conflict,
        })
        for kl in (0, KL):
            loss = trusted(kind, logits, c, labels, kl)
            out[f"{kind}.kl{kl}.trusted"] = loss
            for m, g in enumerate(torch.autograd.grad(loss, logits)):
                out[f"{kind}.kl{kl}.dlogits.{m}"] = g
    for name, term in (("diversity", diversity), ("consistency", consistency)):
        loss = term([clip.unit(x) for x in w], w0)
        out[name] = loss
        for m, g in enumerate(torch.autograd.grad(loss, w)):
            out[f"{name}.dw.{m}"] = g
    return out


def step(kind, kl):
    """A batch through the towers: loss, gradients, training, prediction."""

    def run(dtype):
        model = clip.weights(dtype)
        # Names with which the logits of every template fall on both sides of c.
        templates = [maple.template(f"cdc.{m}.", dtype) for m in range(M)]
        flat = {f"template.{m}.{n}": p for m, t in enumerate(templates) for n, p in t.items()}
        views = clip.images(dtype, M * B).reshape(M, B, *clip.images(dtype).shape[1:])
        clean = clip.images(dtype)
        rows = [clip.prompts(phrase, clip.NAMES) for phrase in PHRASES]
        labels = torch.tensor(clip.LABELS)
        f0 = clip.text_features(model, clip.prompts(clip.TEMPLATE, clip.NAMES))
        zero = clip.logits(model, clip.image_features(model, clean), f0)
        c = offset(zero)

        def forward(images):
            logits, w = [], []
            for t, x, row in zip(templates, images, rows):
                text, vision = maple.tokens(t)
                w.append(clip.unit(clip.text_features(model, row, text)))
                logits.append(clip.logits(model, clip.image_features(model, x, vision), w[-1]))
            return logits, w

        def loss():
            logits, w = forward(views)
            weight = kl * min(1, 2 * PROGRESS)  # annealed over the first half
            return (trusted(kind, logits, c, labels, weight)
                    + DIVERSITY * diversity(w, clip.unit(f0)) + CONSISTENCY * consistency(w, clip.unit(f0)))

        first = loss()
        out = {"offset": c, "zero_logits": zero, "loss": first}
        out.update({f"logits.{m}": l for m, l in enumerate(forward(views)[0])})
        out.update({"grad." + n: g for n, g in zip(flat, torch.autograd.grad(first, list(flat.values())))})
        out["losses"] = maple.train(flat, loss, RATE)
        out.update({"after." + n: p for n, p in flat.items()})
        es = [evidence(kind, l, c) for l in forward([clean] * M)[0] + [zero]]
        alpha, u, conflict = fuse(es)
        out.update({"after.prob": alpha / alpha.sum(-1, keepdim=True), "after.uncertainty": u,
                    "after.conflict": conflict})
        return out

    return run


def main():
    g = Golden("cdc.py", "cdc/testdata/torch_cdc.json", config=clip.CONFIG, merges=clip.MERGES,
               template=clip.TEMPLATE, names=clip.NAMES, labels=clip.LABELS,
               prompts={p: clip.unpadded(clip.prompts(p, clip.NAMES)) for p in PHRASES},
               tokens=maple.TOKENS, depth=maple.DEPTH, rate=RATE, kl=KL, progress=PROGRESS)
    g.both("head.", head)
    g.both("exp.", step("exp", 0))
    g.both("softplus_kl.", step("softplus", KL))
    g.write()


if __name__ == "__main__":
    main()
