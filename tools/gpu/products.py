"""PyTorch's products of the shapes that cuda's benchmark has: TFLOPS and the L2
error against float64, in fp32, TF32 and fp16. Prints one JSON object.

With the argument cpu it computes one small product on the CPU, to try this script."""
import json
import sys
import time

import torch

SHAPES = [(788, 768, 768), (788, 2304, 768), (788, 3072, 768), (788, 768, 3072), (1576, 3072, 768), (3152, 3072, 768), (3152, 768, 3072)]


DEVICE = sys.argv[1] if len(sys.argv) > 1 else "cuda"
TIMES = 200
if DEVICE == "cpu":
    SHAPES, TIMES = [(8, 16, 32)], 1


def finish():
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def measure(a, b, exact):
    for _ in range(10):
        c = a @ b.T
    finish()
    start = time.perf_counter()
    for _ in range(TIMES):
        c = a @ b.T
    finish()
    seconds = (time.perf_counter() - start) / TIMES
    error = ((c.double() - exact).norm() / exact.norm()).item()
    return {"tflops": 2 * a.shape[0] * a.shape[1] * b.shape[0] / seconds / 1e12, "error": error}


def main():
    result = {}
    for m, n, k in SHAPES:
        torch.manual_seed(1)
        a, b = torch.randn(m, k, device=DEVICE), torch.randn(n, k, device=DEVICE)
        exact = a.double() @ b.double().T
        row = {}
        torch.backends.cuda.matmul.allow_tf32 = False
        row["fp32"] = measure(a, b, exact)
        torch.backends.cuda.matmul.allow_tf32 = True
        row["tf32"] = measure(a, b, exact)
        if DEVICE == "cuda":
            row["fp16"] = measure(a.half(), b.half(), exact)
        result[f"{m}x{n}x{k}"] = row
    print(json.dumps({"torch": torch.__version__, "products": result}))


if __name__ == "__main__":
    main()
