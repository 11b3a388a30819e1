"""Answers "batch threads" with the seconds that CLIP's ViT-B/16 image tower, with random weights, takes for a batch.

With an argument it computes on a GPU, "fp32", "tf32", "fp16" or "compile" (fp32 by torch.compile), several batches at a time.
"""
import ctypes
import sys
import time

import torch
from torch import nn

S, P, D, LAYERS, HEADS, E = 224, 16, 768, 12, 12, 512


def set_threads(n):
    """Says it to OpenBLAS too: as Debian builds it, it has threads of its own and does not listen to PyTorch."""
    torch.set_num_threads(n)
    try:
        ctypes.CDLL("libopenblas.so.0").openblas_set_num_threads(n)
    except OSError:
        pass  # another BLAS


class QuickGELU(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(D), nn.LayerNorm(D)
        self.attn = nn.MultiheadAttention(D, HEADS, batch_first=True)
        self.mlp = nn.Sequential(nn.Linear(D, 4 * D), QuickGELU(), nn.Linear(4 * D, D))

    def forward(self, x):
        h = self.ln1(x)
        x = x + self.attn(h, h, h, need_weights=False)[0]
        return x + self.mlp(self.ln2(x))


class Tower(nn.Module):
    def __init__(self):
        super().__init__()
        tokens = (S // P) ** 2 + 1
        self.conv = nn.Conv2d(3, D, P, P, bias=False)
        self.cls = nn.Parameter(torch.randn(D) * D**-0.5)
        self.pos = nn.Parameter(torch.randn(tokens, D) * D**-0.5)
        self.pre, self.post = nn.LayerNorm(D), nn.LayerNorm(D)
        self.blocks = nn.Sequential(*[Block() for _ in range(LAYERS)])
        self.proj = nn.Parameter(torch.randn(D, E) * D**-0.5)

    def forward(self, images):
        x = self.conv(images).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(len(x), 1, D), x], 1) + self.pos
        return self.post(self.blocks(self.pre(x))[:, 0]) @ self.proj


MODE = sys.argv[1] if len(sys.argv) > 1 else "cpu"
DEVICE = "cpu" if MODE == "cpu" else "cuda"
TYPE = torch.float16 if MODE == "fp16" else torch.float32
TIMES = 1 if MODE == "cpu" else 10
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = MODE == "tf32"


def finish():
    """Waits for the GPU, which works on after a call."""
    if DEVICE == "cuda":
        torch.cuda.synchronize()


torch.manual_seed(1)
tower = Tower().eval().to(DEVICE, TYPE)
if MODE == "compile":
    tower = torch.compile(tower)
warm = set()
print("ready", flush=True)
with torch.no_grad():
    for line in sys.stdin:
        batch, threads = map(int, line.split())
        set_threads(threads)
        images = torch.randn(batch, 3, S, S, device=DEVICE, dtype=TYPE)
        if line not in warm:
            tower(images)
            warm.add(line)
        finish()
        start = time.perf_counter()
        for _ in range(TIMES):
            tower(images)
        finish()
        print((time.perf_counter() - start) / TIMES, flush=True)
