"""Serves CLIP's ViT-B/16 image tower, with random weights and ten classes, by FastAPI, and answers "address" and "memory" (MiB).

As such services are written with care: photos are decoded in threads, and those that wait go through the model together. The
argument is the number of PyTorch's threads.
"""
import asyncio
import contextlib
import ctypes
import io
import resource
import socket
import sys
import threading

import numpy as np
import torch
import uvicorn
from fastapi import FastAPI, Request
from PIL import Image
from torch import nn

THREADS, S, D, BATCH, LINGER = int(sys.argv[1]), 224, 768, 8, 0.002
torch.set_num_threads(THREADS)
try:
    ctypes.CDLL("libopenblas.so.0").openblas_set_num_threads(THREADS)
except OSError:
    pass  # another BLAS


class Tower(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, D, 16, 16, bias=False)
        self.cls = nn.Parameter(torch.randn(D) * D**-0.5)
        self.pos = nn.Parameter(torch.randn(197, D) * D**-0.5)
        layer = nn.TransformerEncoderLayer(D, 12, 4 * D, 0, "gelu", batch_first=True, norm_first=True)
        self.blocks = nn.TransformerEncoder(layer, 12, enable_nested_tensor=False)
        self.pre, self.post, self.proj = nn.LayerNorm(D), nn.LayerNorm(D), nn.Linear(D, 512, bias=False)

    def forward(self, images):
        x = self.conv(images).flatten(2).transpose(1, 2)
        x = self.pre(torch.cat([self.cls.expand(len(x), 1, D), x], 1) + self.pos)
        return self.proj(self.post(self.blocks(x)[:, 0]))


torch.manual_seed(1)
tower, texts = Tower().eval(), nn.functional.normalize(torch.randn(10, 512), dim=1)
mean, std = (torch.tensor(v).view(3, 1, 1) for v in ((0.4815, 0.4578, 0.4082), (0.2686, 0.2613, 0.2758)))


def pixels(data):
    image = Image.open(io.BytesIO(data)).convert("RGB")
    w, h = image.size
    k = S / min(w, h)
    w, h = max(S, int(w * k)), max(S, int(h * k))
    image = image.resize((w, h), Image.Resampling.BICUBIC).crop(((w - S) // 2, (h - S) // 2, (w - S) // 2 + S, (h - S) // 2 + S))
    return (torch.from_numpy(np.array(image)).permute(2, 0, 1) / 255 - mean) / std


@torch.inference_mode()
def probabilities(batch):
    features = nn.functional.normalize(tower(torch.stack(batch)), dim=1)
    return (100 * features @ texts.T).softmax(1).tolist()


async def work():
    while True:
        batch = [await queue.get()]
        while len(batch) < BATCH:
            try:
                batch.append(await asyncio.wait_for(queue.get(), LINGER))
            except asyncio.TimeoutError:
                break
        answers = await asyncio.to_thread(probabilities, [p for p, _ in batch])
        for (_, answer), p in zip(batch, answers):
            answer.set_result(p)


@contextlib.asynccontextmanager
async def life(_):
    global queue
    queue = asyncio.Queue()
    worker = asyncio.create_task(work())
    yield
    worker.cancel()


app = FastAPI(lifespan=life)


@app.post("/v1/classify")
async def classify(request: Request):
    image = await asyncio.to_thread(pixels, await request.body())
    answer = asyncio.get_running_loop().create_future()
    await queue.put((image, answer))
    return {"distribution": await answer}


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
probabilities([torch.zeros(3, S, S)])
print("ready", flush=True)
for line in sys.stdin:
    if line.strip() == "address":
        print("127.0.0.1:%d" % listener.getsockname()[1], flush=True)
    else:
        with open("/proc/self/statm") as f:
            print(int(f.read().split()[1]) * resource.getpagesize() >> 20, flush=True)
