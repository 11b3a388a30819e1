"""Fits heads on cached features with PyTorch, as the authors' released programs do, with their published settings.

Arguments: threads, classes, images a class, views, validation images a class. For each line on standard input, a method's name, it fits that head on
random features and answers the seconds.
"""
import ctypes
import math
import sys
import time

import torch
import torch.nn.functional as F

THREADS, K, SHOTS, VIEWS, VAL = (int(a) for a in sys.argv[1:6])
torch.set_num_threads(THREADS)
try:
    ctypes.CDLL("libopenblas.so.0").openblas_set_num_threads(THREADS)
except OSError:
    pass  # another BLAS
E, WIDE = 512, 768
torch.manual_seed(1)
CLASSES = torch.randn(K, WIDE)
TEXT = CLASSES[:, :E] + 3 * torch.randn(K, E)
LABELS = torch.arange(K).repeat(SHOTS)
RAW = [CLASSES[LABELS] + 2 * torch.randn(K * SHOTS, WIDE) for _ in range(VIEWS)]
VAL_LABELS = torch.arange(K).repeat(VAL)
VAL_X = F.normalize((CLASSES[VAL_LABELS] + 2 * torch.randn(K * VAL, WIDE))[:, :E], dim=-1)
VIEW = [F.normalize(x[:, :E], dim=-1) for x in RAW]
T = F.normalize(TEXT, dim=-1)
ONEHOT = F.one_hot(LABELS, K).float()


def epoch_cosine(base, epoch, epochs):
    return 1e-5 if epoch == 0 else base * 0.5 * (1 + math.cos(math.pi * (epoch - 1) / epochs))


def right(logits):
    return (logits.argmax(1) == VAL_LABELS).float().mean().item()


def step(opt, loss, lr):
    for g in opt.param_groups:
        g["lr"] = lr
    opt.zero_grad()
    loss.backward()
    opt.step()


def gda():
    x, y = torch.cat(VIEW), LABELS.repeat(VIEWS)
    mus = torch.stack([x[y == k].mean(0) for k in range(K)])
    c = x - mus[y]
    cov = torch.cov(c.T)
    precision = E * torch.linalg.pinv((len(c) - 1) * cov + cov.trace() * torch.eye(E))
    w = precision @ mus.T
    b = -math.log(K) - (mus @ precision * mus).sum(1) / 2
    return max(right(100 * VAL_X @ T.T + a * (VAL_X @ w + b)) for a in (1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100))


def keys():
    return F.normalize(torch.stack([x[:, :E] for x in RAW]).mean(0), dim=-1)


def search(cache):
    affinity, zero = VAL_X @ cache.T, 100 * VAL_X @ T.T
    best = 0
    for i in range(200):
        beta = i * (7 - 0.1) / 200 + 0.1
        logits = (beta * affinity - beta).exp() @ ONEHOT
        for j in range(20):
            best = max(best, right(zero + (j * (3 - 0.1) / 20 + 0.1) * logits))
    return best


def tip():
    return search(keys())


def tipf():
    cache = keys().requires_grad_(True)
    opt = torch.optim.AdamW([cache], lr=1e-3, eps=1e-4)
    batches = [slice(lo, lo + 256) for lo in range(0, K * SHOTS, 256)]
    total = 20 * len(batches)
    for e in range(20):
        order = torch.randperm(K * SHOTS)
        for i, s in enumerate(batches):
            x = VIEW[e % VIEWS][order[s]]
            logits = 100 * x @ T.T + 1.17 * (x @ cache.T - 1).exp() @ ONEHOT
            step(opt, F.cross_entropy(logits, LABELS[order[s]]), 1e-3 * 0.5 * (1 + math.cos(math.pi * (e * len(batches) + i) / total)))
    with torch.no_grad():
        return search(cache)


def lpp():
    x = VIEW[0]
    w = torch.stack([x[LABELS == k].sum(0) for k in range(K)]).requires_grad_(True)
    b = torch.zeros(K, requires_grad=True)
    sim = x @ T.T
    alpha = torch.full((K,), 250 * sim[torch.arange(len(x)), LABELS].mean().item(), requires_grad=True)
    opt = torch.optim.SGD([w, b], lr=4 * len(x) / torch.linalg.eigvalsh(x.T @ x)[-1].item(), momentum=0.9)
    rate = len(x) / (4 * (sim**2).sum(0).max().item())
    best = 0
    for i in range(300):
        opt.zero_grad()
        F.cross_entropy(x @ w.T + b + alpha * sim, LABELS).backward()
        opt.step()
        with torch.no_grad():
            if (i + 1) % 10 == 0:
                alpha -= rate * alpha.grad
            best = max(best, right(VAL_X @ w.T + b + alpha * (VAL_X @ T.T)))
    return best


def clap():
    x, y = torch.cat([r[:, :E] for r in RAW]), LABELS.repeat(VIEWS)
    p = (100 * F.normalize(x, dim=-1) @ T.T).softmax(1)[torch.arange(len(x)), y]
    lam = torch.stack([p[y == k].mean() for k in range(K)])
    w = TEXT.clone().requires_grad_(True)
    opt = torch.optim.SGD([w], lr=0.1, momentum=0.9)
    for e in range(300):
        order = torch.randperm(len(x))
        for i in range(max(1, K * SHOTS // 256)):
            rows = order[i * 256:(i + 1) * 256]
            logits = 100 * F.normalize(x[rows], dim=-1) @ F.normalize(w, dim=-1).T
            loss = F.cross_entropy(logits, y[rows]) + (lam * ((w - TEXT) ** 2).sum(1)).mean()
            step(opt, loss, epoch_cosine(0.1, e, 300))


def taskres():
    r = torch.zeros(K, E, requires_grad=True)
    opt = torch.optim.Adam([r], lr=2e-3, weight_decay=5e-4)
    for e in range(200):
        logits = 100 * VIEW[e % VIEWS] @ F.normalize(TEXT + 0.5 * r, dim=-1).T
        step(opt, F.cross_entropy(logits, LABELS), epoch_cosine(2e-3, e, 200))


def prolip():
    start = torch.randn(WIDE, E) / 16
    v = start.clone().requires_grad_(True)
    opt = torch.optim.Adam([v], lr=1e-5, eps=1e-4)
    for i in range(300):
        logits = 100 * F.normalize(RAW[(i + 1) % VIEWS] @ v, dim=-1) @ T.T
        loss = F.cross_entropy(logits, LABELS) + ((v - start) ** 2).sum() / 16
        step(opt, loss, 1e-5 * 0.5 * (1 + math.cos(math.pi * i / 300)))


METHODS = {f.__name__: f for f in (gda, tip, tipf, lpp, clap, taskres, prolip)}
print("ready", flush=True)
for line in sys.stdin:
    begin = time.perf_counter()
    METHODS[line.strip()]()
    print(time.perf_counter() - begin, flush=True)
