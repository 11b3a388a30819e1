"""One residual block, for package nn: all rows, causal, and one row a sequence."""

import torch

import clip
from common import Golden, leaf, tensor

B, T, D, HEADS = 2, 9, 24, 3
AT = "blocks.resblocks.0."


def weights(dtype):
    p = {}
    for name, shape in (("ln_1.weight", (D,)), ("ln_1.bias", (D,)),
                        ("attn.in_proj_weight", (3 * D, D)), ("attn.in_proj_bias", (3 * D,)),
                        ("attn.out_proj.weight", (D, D)), ("attn.out_proj.bias", (D,)),
                        ("ln_2.weight", (D,)), ("ln_2.bias", (D,)),
                        ("mlp.c_fc.weight", (4 * D, D)), ("mlp.c_fc.bias", (4 * D,)),
                        ("mlp.c_proj.weight", (D, 4 * D)), ("mlp.c_proj.bias", (D,))):
        gain = "ln_" in name and name.endswith(".weight")
        p[AT + name] = leaf(AT + name, shape, dtype, clip.FACTOR, 1.0 if gain else 0.0)
    return p


def block(causal, rows):
    """The rows that are read, and every gradient of their product with r."""

    def run(dtype):
        p, x = weights(dtype), leaf("x", (B, T, D), dtype, 2)
        mask = torch.full((T, T), -torch.inf, dtype=dtype).triu(1) if causal else None
        y = clip.block(p, AT, x, HEADS, mask)[:, :rows].reshape(-1, D)
        loss = (y * tensor("r", y.shape, dtype)).sum() / len(y)
        grads = torch.autograd.grad(loss, [x, *p.values()])
        return {"y": y, "dx": grads[0].reshape(-1, D), **{"grad." + n: g for n, g in zip(p, grads[1:])}}

    return run


def main():
    g = Golden("blocks.py", "nn/testdata/torch_blocks.json", most=64)
    g.both("full.", block(False, T))
    g.both("causal.", block(True, T))
    g.both("first.", block(False, 1))
    g.write()


if __name__ == "__main__":
    main()
