"""Tables of positions that OpenCLIP resizes on loading, for clip/positions_test.go.

    python3 tools/golden/positions.py     prints the numbers

The calls of torch.nn.functional.interpolate are those of open_clip 3.3
(model.py, resize_pos_embed and resize_text_pos_embed).
"""

import torch
import torch.nn.functional as F


def table(rows, width=2):
    return torch.tensor([(i * 37 % 64 - 31) / 16 for i in range(rows * width)]).reshape(rows, width)


def image(x, side):
    """[1 + n*n, D] -> [1 + side*side, D]"""
    n = int((len(x) - 1) ** 0.5)
    grid = x[1:].reshape(1, n, n, -1).permute(0, 3, 1, 2)
    grid = F.interpolate(grid, size=(side, side), mode="bicubic", antialias=True, align_corners=False)
    return torch.cat([x[:1], grid.permute(0, 2, 3, 1).reshape(side * side, -1)])


def text(x, rows):
    """[n, D] -> [rows, D]"""
    return F.interpolate(x.t()[None], size=rows, mode="linear", antialias=False, align_corners=False)[0].t()


if __name__ == "__main__":
    for t in image(table(5), 3), image(table(10), 2), text(table(3), 5), text(table(5), 3):
        print([round(v, 6) for v in t.flatten().tolist()])
