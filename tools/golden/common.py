"""What the golden scripts share: numbers made from names, and the files.

Inputs are not stored. Every tensor has a name, and its elements follow from
the name by `counter`, which internal/golden/counter.go computes as well, bit
for bit. Outputs are stored, as PyTorch computes them in float64.
"""

import json
import os

import numpy as np
import torch

torch.set_num_threads(1)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def fnv1a(name):
    """The 64-bit FNV-1a hash of a name."""
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = (h ^ byte) * 0x100000001B3 % 2**64
    return h


def counter(name, n):
    """n numbers in [-1/2, 1/2): element i is SplitMix64 at FNV-1a(name) + i.

    The top 24 bits are used, so that every number is exact in float32.
    """
    with np.errstate(over="ignore"):
        z = np.uint64(fnv1a(name)) + np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) / 2**24 - 0.5


def tensor(name, shape, dtype, factor=1.0, shift=0.0):
    """shift + factor * counter, rounded to float32 and only then to dtype."""
    values = shift + factor * counter(name, int(np.prod(shape)))
    return torch.from_numpy(values.astype(np.float32)).reshape(shape).to(dtype)


def leaf(name, shape, dtype, factor=1.0, shift=0.0):
    """A tensor that gradients are asked for."""
    return tensor(name, shape, dtype, factor, shift).requires_grad_()


class Golden:
    """One file of golden values.

    A tensor of more than `most` elements is stored as every stride-th element,
    so that about that many are left, and as the norm of all of them.
    """

    def __init__(self, script, path, most=256, **more):
        self.path = os.path.join(ROOT, path)
        self.head = {"made_by": "tools/golden/" + script, "torch": torch.__version__,
                     "seed": "FNV-1a of each tensor's name", **more}
        self.values, self.most = {}, most

    def both(self, prefix, run):
        """Calls run(dtype) for float64 and float32; each returns {name: tensor}."""
        exact, rounded = run(torch.float64), run(torch.float32)
        for name, value in exact.items():
            self.add(prefix + name, value, rounded[name])

    def add(self, name, exact, rounded):
        exact = exact.detach().double()
        # Odd, so that it visits every column of a matrix of even width.
        stride = max(1, exact.numel() // self.most) | 1
        self.values[name] = {
            "shape": list(exact.shape),
            "stride": stride,
            "norm": digits(exact.norm().item()),
            # How far PyTorch's own float32 is off: something to compare with.
            "f32_error": digits((rounded.detach().double() - exact).abs().max().item(), 2),
            "data": [digits(v) for v in exact.reshape(-1)[::stride].tolist()],
            # And where: float32 minus float64 of each element of data, so that
            # one can compare with both.
            "f32": [digits(v, 3) for v in (rounded.detach().double() - exact).reshape(-1)[::stride].tolist()],
        }

    def write(self):
        """Writes the file with one value a line, in the order they came."""
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        compact = dict(separators=(",", ":"))
        head = "".join(f'"{k}": {json.dumps(v, **compact)},\n' for k, v in self.head.items())
        body = ",\n".join(f'"{k}": {json.dumps(v, **compact)}' for k, v in self.values.items())
        with open(self.path, "w") as f:
            f.write("{\n" + head + '"values": {\n' + body + "\n}}\n")
        print(f"{os.path.relpath(self.path, ROOT)}: {len(self.values)} values, {os.path.getsize(self.path)} bytes")


def digits(x, n=10):
    """x with n significant digits, which is more than float32 holds."""
    return float(f"{x:.{n}g}")
