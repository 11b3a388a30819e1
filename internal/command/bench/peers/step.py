"""Takes MaPLe or CDC training steps as the published MaPLe code computes them: 77 tokens a prompt, every prompt on its own.

Arguments: a safetensors file with CLIP's weights, one with all other numbers, the number of threads, "joint" or "apart", and where and how it computes:
"cpu" (or nothing), or on a GPU "fp32", "tf32", "amp" (fp16 with a scaled loss) or "compile" (fp32 by torch.compile). Apart, each template of CDC
goes back on its own without the fused loss, which needs a quarter of the memory and no more time; the loss of the first step is then computed in full
before the clock starts, without gradients, and the others are NaN.
For each line on standard input it takes as many steps as the line says, 1 if it says something else, and answers "seconds loss peak-MiB" of one.
"""
import contextlib
import ctypes
import json
import math
import resource
import struct
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F


def set_threads(n):
    """Says it to OpenBLAS too: as Debian builds it, it has threads of its own and does not listen to PyTorch."""
    torch.set_num_threads(n)
    try:
        ctypes.CDLL("libopenblas.so.0").openblas_set_num_threads(n)
    except OSError:
        pass  # another BLAS


set_threads(int(sys.argv[3]))
MODE = sys.argv[5] if len(sys.argv) > 5 else "cpu"
DEVICE = "cpu" if MODE == "cpu" else "cuda"
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = MODE == "tf32"
WIDTH, HEADS = {"": 512, "visual.": 768}, {"": 8, "visual.": 12}
LAYERS, CONTEXT, TOKENS = 12, 77, 2


def read(path):
    with open(path, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        start = f.tell()
    raw = np.memmap(path, np.float32, "r", offset=start)
    meta = header.pop("__metadata__", None)
    out = {}
    for name, h in header.items():
        lo, hi = (o // 4 for o in h["data_offsets"])
        out[name] = torch.from_numpy(np.array(raw[lo:hi])).reshape(h["shape"]).to(DEVICE)
    return meta, out


W = read(sys.argv[1])[1]
META, numbers = read(sys.argv[2])
W.update(numbers)
M = int(META["templates"])
DIVERSITY, CONSISTENCY = float(META["diversity"]), float(META["consistency"])
LEARNED = {k[len("learned."):]: W.pop(k).clone().requires_grad_(True) for k in list(W) if k.startswith("learned.template.")}
OFFSET = W.pop("learned.evidence_offset", None)
DEPTH = 1 + sum(k.startswith("template.0.compound_prompts_text.") for k in LEARNED)
LABELS = W["labels"].long()
MASK = torch.full((CONTEXT, CONTEXT), -math.inf, device=DEVICE).triu(1)
SCALE = W["logit_scale"].exp()


def norm(x, name):
    return F.layer_norm(x, x.shape[-1:], W[name + ".weight"], W[name + ".bias"], 1e-5)


def attention(x, name, heads, mask):
    b, t, d = x.shape
    qkv = F.linear(x, W[name + "in_proj_weight"], W[name + "in_proj_bias"])
    q, k, v = (y.reshape(b, t, heads, d // heads).transpose(1, 2) for y in qkv.chunk(3, -1))
    s = (q * (d // heads) ** -0.5) @ k.transpose(-1, -2)
    if mask is not None:
        s = s + mask
    y = (s.softmax(-1) @ v).transpose(1, 2).reshape(b, t, d)
    return F.linear(y, W[name + "out_proj.weight"], W[name + "out_proj.bias"])


def tower(x, prefix, mask, replace):
    for i in range(LAYERS):
        x = replace(x, i)
        at = f"{prefix}transformer.resblocks.{i}."
        x = x + attention(norm(x, at + "ln_1"), at + "attn.", HEADS[prefix], mask)
        h = F.linear(norm(x, at + "ln_2"), W[at + "mlp.c_fc.weight"], W[at + "mlp.c_fc.bias"])
        h = h * torch.sigmoid(1.702 * h)
        x = x + F.linear(h, W[at + "mlp.c_proj.weight"], W[at + "mlp.c_proj.bias"])
    return x


def unit(x):
    return x / x.norm(dim=-1, keepdim=True)


def text(m, deep=True):
    ids = W[f"tokens.{m}"].long().reshape(-1, CONTEXT)
    x = W["token_embedding.weight"][ids]
    if deep:
        ctx = LEARNED[f"template.{m}.ctx"].expand(len(ids), -1, -1)
        x = torch.cat([x[:, :1], ctx, x[:, 1 + TOKENS :]], 1)
    x = x + W["positional_embedding"]

    def replace(x, i):
        if not deep or i == 0 or i >= DEPTH:
            return x
        p = LEARNED[f"template.{m}.compound_prompts_text.{i - 1}"].expand(len(ids), -1, -1)
        return torch.cat([x[:, :1], p, x[:, 1 + TOKENS :]], 1)

    x = norm(tower(x, "", MASK, replace), "ln_final")
    return unit(x[torch.arange(len(ids), device=DEVICE), ids.argmax(-1)] @ W["text_projection"])


def image(m):
    def couple(tokens, name):
        return F.linear(tokens, LEARNED[name + ".weight"], LEARNED[name + ".bias"])

    x = F.conv2d(W["images"], W["visual.conv1.weight"], stride=16).flatten(2).transpose(1, 2)
    x = torch.cat([W["visual.class_embedding"].expand(len(x), 1, -1), x], 1) + W["visual.positional_embedding"]
    first = couple(LEARNED[f"template.{m}.ctx"], f"template.{m}.proj")
    x = norm(torch.cat([x, first.expand(len(x), -1, -1)], 1), "visual.ln_pre")

    def replace(x, i):
        if i == 0 or i >= DEPTH:
            return x
        p = couple(LEARNED[f"template.{m}.compound_prompts_text.{i - 1}"], f"template.{m}.compound_prompt_projections.{i - 1}")
        return torch.cat([x[:, :-TOKENS], p.expand(len(x), -1, -1)], 1)

    x = tower(x, "visual.", None, replace)
    return unit(norm(x[:, 0], "visual.ln_post") @ W["visual.proj"])


def trusted(log_alpha):
    s = torch.logsumexp(log_alpha, -1)
    return (torch.digamma(s.exp()) - torch.digamma(log_alpha[torch.arange(len(LABELS), device=DEVICE), LABELS].exp())).mean()


def loss():
    """Cross entropy for MaPLe; for CDC the losses of package cdc."""
    ws = [text(m) for m in range(M)]
    logits = [SCALE * image(m) @ ws[m].T for m in range(M)]
    if OFFSET is None:
        return F.cross_entropy(logits[0], LABELS)
    c, k = float(OFFSET), logits[0].shape[-1]
    each = sum(trusted(F.softplus(l - c)) for l in logits) / M
    fused = torch.log1p(k * torch.expm1(sum(F.softplus(l - c - math.log(k)) for l in logits)))
    residuals = [F.normalize(w - W0, dim=-1, eps=1e-4) for w in ws]
    pairs = [((residuals[m] * residuals[n]).sum(-1) ** 2).mean() for m in range(M) for n in range(m)]
    diversity = sum(pairs) / max(1, len(pairs))
    consistency = sum(1 - (w * W0).sum(-1).mean() for w in ws) / M
    return each + trusted(fused) + DIVERSITY * diversity + CONSISTENCY * consistency


def step_apart():
    c = float(OFFSET)
    for m in range(M):
        w = text(m)
        part = trusted(F.softplus(SCALE * image(m) @ w.T - c)) / M + CONSISTENCY * (1 - (w * W0).sum(-1).mean()) / M
        part.backward()
    return math.nan


def step_joint():
    with torch.autocast("cuda", torch.float16) if MODE == "amp" else contextlib.nullcontext():
        value = evaluate()
    scaler.scale(value).backward()
    return value.item()


def finish():
    """Waits for the GPU, which works on after a call."""
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def peak():
    if DEVICE == "cuda":
        return torch.cuda.max_memory_allocated() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


with torch.no_grad():
    W0 = text(M, deep=False)  # the hand-crafted template is constant
optimiser = torch.optim.SGD(LEARNED.values(), lr=0.0035, momentum=0.9, weight_decay=5e-4)
evaluate = torch.compile(loss) if MODE == "compile" else loss
scaler = torch.cuda.amp.GradScaler(enabled=MODE == "amp")
if sys.argv[4] == "joint":
    for _ in range(1 if DEVICE == "cpu" else 4):
        step_joint()  # a warm-up, which moves nothing; apart, the first loss is one
print("ready", flush=True)
for step, line in enumerate(sys.stdin):
    times = int(line) if line.strip().isdigit() else 1
    with torch.no_grad():
        full = loss().item() if sys.argv[4] == "apart" and step == 0 else math.nan
    finish()
    begin = time.perf_counter()
    for i in range(times):
        optimiser.zero_grad()
        latest = step_apart() if sys.argv[4] == "apart" else step_joint()
        value = latest if i == 0 else value
        scaler.step(optimiser)
        scaler.update()
    finish()
    seconds = (time.perf_counter() - begin) / times
    value = full if sys.argv[4] == "apart" else value
    print(seconds, value, peak(), flush=True)
