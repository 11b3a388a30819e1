"""Single operations: values and gradients, for packages autograd
and cdc.

Each operation's result y is turned into a loss by weights r of its own,
loss = sum(y * r) / rows, and every input gets a gradient.
"""

import math

import torch
import torch.nn.functional as F

from common import Golden, leaf, tensor

ROWS, IN, OUT = 7, 33, 19  # odd sizes, so that vector kernels have a rest to deal with


def outcome(name, y, inputs, scalar=False):
    """The result and the gradients of loss = sum(y * r) / rows, or of y itself."""
    if scalar:
        loss = y
    else:
        loss = (y * tensor(name + ".r", y.shape, y.dtype)).sum() / y.shape[0]
    grads = torch.autograd.grad(loss, list(inputs.values()))
    return {"y": y, **{"d" + key: g for key, g in zip(inputs, grads)}}


def linear(dtype):
    x, w, b = leaf("linear.x", (ROWS, IN), dtype), leaf("linear.w", (OUT, IN), dtype), leaf("linear.b", (OUT,), dtype)
    return outcome("linear", F.linear(x, w, b), dict(x=x, w=w, b=b))


def quick_gelu(dtype):
    x, w = leaf("gelu.x", (ROWS, IN), dtype, 4), leaf("gelu.w", (OUT, IN), dtype, 2)
    b = leaf("gelu.b", (OUT,), dtype)
    z = F.linear(x, w, b)
    return outcome("gelu", z * torch.sigmoid(1.702 * z), dict(x=x, w=w, b=b))


def matmul(dtype):
    a, b = leaf("matmul.a", (ROWS, IN), dtype), leaf("matmul.b", (IN, OUT), dtype)
    return outcome("matmul", a @ b, dict(a=a, b=b))


def matmul_t(dtype):
    a, b = leaf("matmult.a", (ROWS, IN), dtype), leaf("matmult.b", (OUT, IN), dtype)
    return outcome("matmult", a @ b.T, dict(a=a, b=b))


def layer_norm(dtype):
    # A mean of three, so that subtracting it matters.
    x = leaf("norm.x", (ROWS, IN), dtype, 2, 3)
    g, b = leaf("norm.g", (IN,), dtype, 1, 1), leaf("norm.b", (IN,), dtype)
    return outcome("norm", F.layer_norm(x, (IN,), g, b, 1e-5), dict(x=x, g=g, b=b))


def l2_normalize(dtype):
    x = leaf("l2.x", (ROWS, IN), dtype)
    return outcome("l2", x / x.norm(dim=-1, keepdim=True), dict(x=x))


def l2_normalize_eps(dtype):
    # Rows of length about 0.6: some above and some below the epsilon.
    x = leaf("l2eps.x", (ROWS, 5), dtype)
    return outcome("l2eps", F.normalize(x, dim=-1, eps=0.6), dict(x=x))


def attention(name, causal):
    seqs, tokens, width, heads = 2, 9, 24, 3

    def run(dtype):
        q = leaf(name + ".q", (seqs * tokens, width), dtype, 4)
        kv = leaf(name + ".kv", (seqs * tokens, 2 * width), dtype, 4)

        def split(x):  # [B*T, D] to [B, H, T, d]
            return x.reshape(seqs, tokens, heads, width // heads).transpose(1, 2)

        scores = split(q) @ split(kv[:, :width]).transpose(-1, -2) / math.sqrt(width // heads)
        if causal:
            scores = scores + torch.full((tokens, tokens), -math.inf, dtype=dtype).triu(1)
        y = torch.softmax(scores, -1) @ split(kv[:, width:])
        y = y.transpose(1, 2).reshape(seqs * tokens, width)
        return outcome(name, y, dict(q=q, kv=kv))

    return run


def cross_entropy(dtype):
    x = leaf("ce.x", (5, IN), dtype, 20)
    return outcome("ce", F.cross_entropy(x, torch.tensor([0, 3, 32, 7, 3])), dict(x=x), scalar=True)


def scale_exp(dtype):
    x, s = leaf("scaleexp.x", (ROWS, IN), dtype), leaf("scaleexp.s", (1,), dtype, 0, 4.6052)
    return outcome("scaleexp", x * s.exp(), dict(x=x, s=s))


def softplus(dtype):
    x = leaf("softplus.x", (ROWS, IN), dtype, 40)
    return outcome("softplus", F.softplus(x - 1.5, threshold=50), dict(x=x))


def log1p(dtype):
    x = leaf("log1p.x", (ROWS, IN), dtype, 6, 3)  # [0, 6)
    return outcome("log1p", torch.log1p(x), dict(x=x))


def relu(dtype):
    x = leaf("relu.x", (ROWS, IN), dtype, 4)
    return outcome("relu", torch.relu(x - 0.25), dict(x=x))


def digamma_parts(log_alpha, labels):
    alpha = log_alpha.exp()
    return alpha, alpha.sum(-1), alpha.gather(-1, labels[:, None])[:, 0]


def dirichlet_ce(name, factor):
    labels = torch.tensor([0, 3, 18, 7, 3])

    def run(dtype):
        a = leaf(name + ".a", (5, OUT), dtype, factor, factor / 2)  # log alpha in [0, factor)
        _, total, true = digamma_parts(a, labels)
        return outcome(name, (torch.digamma(total) - torch.digamma(true)).mean(), dict(a=a), scalar=True)

    return run


def dirichlet_kl(dtype):
    a = leaf("kl.a", (5, OUT), dtype, 4, 2)
    y = F.one_hot(torch.tensor([0, 3, 18, 7, 3]), OUT).to(dtype)
    alpha = (a.exp() - 1) * (1 - y) + 1  # the true class keeps no evidence
    total = alpha.sum(-1)
    kl = (torch.lgamma(total) - torch.lgamma(alpha).sum(-1) - math.lgamma(OUT)
          + ((alpha - 1) * (torch.digamma(alpha) - torch.digamma(total)[:, None])).sum(-1))
    return outcome("kl", kl.mean(), dict(a=a), scalar=True)


def fused_log_alpha(dtype):
    """log(1 + K (e^A - 1)) for A from 0 to 24, over the switch to its limit."""
    a = leaf("fused.a", (ROWS, IN), dtype, 24, 12)
    return outcome("fused", torch.log1p(OUT * torch.expm1(a)), dict(a=a))


def reductions(dtype):
    a, b = leaf("rowdot.a", (ROWS, IN), dtype), leaf("rowdot.b", (ROWS, IN), dtype)
    x = leaf("meansquare.x", (ROWS, IN), dtype)
    s, t = leaf("sub.a", (ROWS, IN), dtype), leaf("sub.b", (ROWS, IN), dtype)
    return {
        **{"rowdot." + k: v for k, v in outcome("rowdot", (a * b).sum(-1), dict(a=a, b=b)).items()},
        **{"meansquare." + k: v for k, v in outcome("meansquare", x.square().mean(), dict(x=x), scalar=True).items()},
        **{"sub." + k: v for k, v in outcome("sub", s - t, dict(a=s, b=t)).items()},
    }


def main():
    g = Golden("ops.py", "autograd/testdata/torch_ops.json")
    for name, run in {
        "linear": linear, "gelu": quick_gelu, "matmul": matmul, "matmult": matmul_t, "norm": layer_norm,
        "l2": l2_normalize, "l2eps": l2_normalize_eps,
        "full": attention("full", False), "causal": attention("causal", True),
        "ce": cross_entropy, "scaleexp": scale_exp, "relu": relu,
    }.items():
        g.both(name + ".", run)
    g.both("", reductions)
    g.write()
    g = Golden("ops.py", "cdc/testdata/torch_evidence.json")
    for name, run in {
        "softplus": softplus, "log1p": log1p,
        "dirichlet": dirichlet_ce("dirichlet", 6), "dirichletlarge": dirichlet_ce("dirichletlarge", 30),
        "kl": dirichlet_kl, "fused": fused_log_alpha,
    }.items():
        g.both(name + ".", run)
    g.write()


if __name__ == "__main__":
    main()
