"""Optimisers and the schedule of learning rates, for package nn.

Gradients are given numbers, so that only the optimiser is at work.
"""

import torch

from common import Golden, leaf, tensor

SIZE, STEPS, RATE = 8, 10, 0.1
SCHEDULES = {"maple": (0.0035, 5), "coop": (0.002, 50), "short": (0.0026, 2)}


def trajectory(optimiser, rates):
    """The parameter [STEPS, SIZE] after each step."""

    def run(dtype):
        p = leaf("p", (SIZE,), dtype, 2)
        o, out = optimiser([p]), []
        for step in range(STEPS):
            for group in o.param_groups:
                group["lr"] = rates[step]
            p.grad = tensor(f"gradient.{step}", (SIZE,), dtype)
            o.step()
            out.append(p.detach().clone())
        return {"p": torch.stack(out)}

    return run


def rates(base, epochs):
    """One rate an epoch: a constant 1e-5, then PyTorch's cosine over `epochs`."""
    o = torch.optim.SGD([torch.zeros(1)], lr=base)
    cosine, out = torch.optim.lr_scheduler.CosineAnnealingLR(o, epochs), [1e-5]
    for _ in range(epochs - 1):
        out.append(cosine.get_last_lr()[0])
        o.step()
        cosine.step()
    return out


def main():
    g = Golden("optim.py", "nn/testdata/torch_optim.json", rate=RATE)
    constant = [RATE] * STEPS
    scheduled = [r for r in rates(RATE, 5) for _ in range(STEPS // 5)]
    sgd = lambda momentum, decay: lambda p: torch.optim.SGD(p, lr=1, momentum=momentum, weight_decay=decay)
    adamw = lambda p: torch.optim.AdamW(p, lr=1, betas=(0.9, 0.98), eps=1e-6, weight_decay=0.2)
    for name, o, r in (("plain", sgd(0, 0), constant), ("momentum", sgd(0.9, 0), constant),
                       ("decay", sgd(0.9, 0.05), constant), ("scheduled", sgd(0.9, 5e-4), scheduled),
                       ("adamw", adamw, constant)):
        g.both(name + ".", trajectory(o, r))
    for name, (base, epochs) in SCHEDULES.items():
        g.both("rates.", lambda dtype: {name: torch.tensor(rates(base, epochs), dtype=torch.float64)})
    g.write()


if __name__ == "__main__":
    main()
