"""Files of published formats, made by PyTorch itself.

    python3 tools/golden/formats.py                the small files in the repository
    python3 tools/golden/formats.py DIR            a small CLIP in every format into DIR
    python3 tools/golden/formats.py --full DIR     the same with the dimensions of ViT-B/16 (3 GB)

With FRONTDOOR_FORMATS=DIR the tests of package clip load what is in DIR and
compare its features with those that PyTorch computes here.

The model classes give their tensors the names of OpenAI's checkpoints; the
other naming schemes are made from those by renaming, splitting and transposing.
"""

import gzip
import json
import math
import os
import struct
import sys
import zipfile
from collections import OrderedDict
from typing import Optional

import torch
from torch import nn

import clip
from common import ROOT, tensor

WEIGHTS = os.path.join(ROOT, "weights", "testdata")


class Net(nn.Module):
    """A linear layer with another one inside, for package weights."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.arange(1.0, 7).reshape(2, 3))
        self.bias = nn.Parameter(torch.tensor([0.5, -1.0]))
        self.child = nn.Linear(2, 1)
        self.child.weight.data = torch.tensor([[1.5, -2.0]])
        self.child.bias.data = torch.tensor([0.25])
        self.note = "an attribute that is no tensor"

    def forward(self, x):
        return self.child(nn.functional.linear(x, self.weight, self.bias))


def views():
    """Every type, and tensors that look into shared storages."""
    a = torch.arange(6.0).reshape(2, 3)
    return {
        "f16": torch.tensor([1, -0.5]).half(), "bf16": torch.tensor([1, -0.5]).bfloat16(),
        "f32": a, "f64": torch.tensor([0.1], dtype=torch.float64), "i64": torch.tensor(77),
        "i32": torch.tensor([-1, 2]).int(), "i16": torch.tensor([-3]).short(), "i8": torch.tensor([-4]).char(),
        "u8": torch.tensor([200]).byte(), "bool": torch.tensor([True, False]),
        "transposed": a.t(), "row": a[1], "column": a[:, 1], "empty": a[:0], "steps": a.reshape(-1)[:5:2],
        "half_transposed": torch.tensor([[1.0, 2], [3, 4]]).half().t(),
        "parameter": nn.Parameter(torch.tensor([0.5, -1.0])),
    }


def checkpoint(net):
    """What Dassl's save_checkpoint writes: foreign objects beside the weights."""
    optimizer = torch.optim.SGD([p for p in net.parameters() if p.dtype == torch.float32], lr=0.1, momentum=0.9)
    for p in net.parameters():
        p.grad = torch.ones_like(p)
    optimizer.step()
    inner = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 3)
    return {"state_dict": Net.state_dict(half_child(Net())), "epoch": 3, "optimizer": optimizer.state_dict(),
            "scheduler": {"successor": inner, "last_epoch": 1}, "val_result": None}


def half_child(net):
    """Halves in place: a traced module in float16 cannot run on a CPU."""
    net.child.weight.data = net.child.weight.data.half()
    net.child.bias.data = net.child.bias.data.half()
    return net


def shrink(path):
    """Drops the debugging information of a TorchScript archive: most of its size, and paths of this machine."""
    with zipfile.ZipFile(path) as z:
        kept = [(i.filename, i.compress_type, z.read(i)) for i in z.infolist() if not i.filename.endswith(".debug_pkl")]
    with zipfile.ZipFile(path, "w") as z:
        for name, kind, content in kept:
            z.writestr(zipfile.ZipInfo(name), content, kind)


def small_files():
    os.makedirs(WEIGHTS, exist_ok=True)
    at = lambda name: os.path.join(WEIGHTS, name)
    traced = torch.jit.trace(Net(), torch.zeros(1, 3))
    half_child(traced).save(at("traced.pt"))
    shrink(at("traced.pt"))
    half_child(torch.jit.script(Net())).save(at("scripted.pt"))
    shrink(at("scripted.pt"))
    torch.save(checkpoint(half_child(Net())), at("checkpoint.pth"))
    torch.save(views(), at("views.pt"))
    torch.save(views(), at("views_legacy.pt"), _use_new_zipfile_serialization=False)
    torch.save(views(), at("views_legacy1.pt"), pickle_protocol=1, _use_new_zipfile_serialization=False)
    torch.save(views(), at("views_protocol4.pt"), pickle_protocol=4)
    torch.save({7: {"weight": torch.tensor([1.5, -2.0])}, "epoch": 3}, at("key_of_number.pt"))


class Block(nn.Module):
    """CLIP's residual block; its parameters get OpenAI's names."""

    def __init__(self, width, heads, gelu):
        super().__init__()
        self.attn = nn.MultiheadAttention(width, heads)
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(OrderedDict(
            c_fc=nn.Linear(width, 4 * width), gelu=nn.GELU() if gelu else QuickGELU(), c_proj=nn.Linear(4 * width, width)))

    def forward(self, x, mask: Optional[torch.Tensor]):
        y = self.ln_1(x)
        x = x + self.attn(y, y, y, need_weights=False, attn_mask=mask)[0]
        return x + self.mlp(self.ln_2(x))


class QuickGELU(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Transformer(nn.Module):
    def __init__(self, width, layers, heads, gelu):
        super().__init__()
        self.resblocks = nn.ModuleList([Block(width, heads, gelu) for _ in range(layers)])

    def forward(self, x, mask: Optional[torch.Tensor]):
        for block in self.resblocks:
            x = block(x, mask)
        return x


class ImageTower(nn.Module):
    def __init__(self, c, embed, gelu):
        super().__init__()
        d, grid = c["width"], c["image"] // c["patch"]
        self.conv1 = nn.Conv2d(3, d, c["patch"], c["patch"], bias=False)
        self.class_embedding = nn.Parameter(torch.empty(d))
        self.positional_embedding = nn.Parameter(torch.empty(grid * grid + 1, d))
        self.ln_pre, self.ln_post = nn.LayerNorm(d), nn.LayerNorm(d)
        self.transformer = Transformer(d, c["layers"], c["heads"], gelu)
        self.proj = nn.Parameter(torch.empty(d, embed))

    def forward(self, x):
        x = self.conv1(x).flatten(2).transpose(1, 2)  # [B, G*G, D]
        x = torch.cat([self.class_embedding.expand(x.shape[0], 1, -1), x], 1) + self.positional_embedding
        x = self.transformer(self.ln_pre(x).transpose(0, 1), None)[0]
        return self.ln_post(x) @ self.proj


class CLIP(nn.Module):
    def __init__(self, c, gelu=False):
        super().__init__()
        t = c["text"]
        self.visual = ImageTower(c["vision"], c["embed"], gelu)
        self.transformer = Transformer(t["width"], t["layers"], t["heads"], gelu)
        self.token_embedding = nn.Embedding(t["vocab"], t["width"])
        self.positional_embedding = nn.Parameter(torch.empty(t["context"], t["width"]))
        self.ln_final = nn.LayerNorm(t["width"])
        self.text_projection = nn.Parameter(torch.empty(t["width"], c["embed"]))
        self.logit_scale = nn.Parameter(torch.tensor(4.6052))
        for name, value in (("input_resolution", c["vision"]["image"]), ("context_length", t["context"]), ("vocab_size", t["vocab"])):
            self.register_buffer(name, torch.tensor(value))

    def forward(self, images, ids):
        x = self.token_embedding(ids) + self.positional_embedding
        mask = torch.full((x.shape[1], x.shape[1]), -math.inf).triu(1)
        x = self.ln_final(self.transformer(x.transpose(0, 1), mask).transpose(0, 1))
        x = x[torch.arange(x.shape[0]), ids.argmax(-1)] @ self.text_projection
        return self.visual(images), x


def draw(model, spread):
    """Random weights; every one of them matters, biases and gains too."""
    g = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name == "logit_scale":
                continue
            gain = "ln_" in name and name.endswith("weight")
            p.copy_(torch.randn(p.shape, generator=g) * spread + float(gain))


FULL32 = ("ln_", "embedding", "logit_scale")


def in_half(name):
    """Whether OpenAI stores the tensor in float16: matrices and their biases."""
    return not any(part in name for part in FULL32)


@torch.no_grad()
def round_weights(model, dtype, which=lambda name: True):
    for name, p in model.named_parameters():
        if which(name):
            p.copy_(p.to(dtype).float())


@torch.no_grad()
def halve(model):
    """Stores parameters as OpenAI does, in place: a traced module cannot run in float16 on a CPU."""
    for name, p in model.named_parameters():
        if in_half(name):
            p.data = p.data.half()
    return model


def hugging_face(state):
    """The names of Hugging Face: q, k and v apart, projections transposed (as views)."""
    outer = {"logit_scale": "logit_scale", "visual.proj": "visual_projection.weight", "text_projection": "text_projection.weight",
             "visual.class_embedding": "vision_model.embeddings.class_embedding",
             "visual.conv1.weight": "vision_model.embeddings.patch_embedding.weight",
             "visual.positional_embedding": "vision_model.embeddings.position_embedding.weight",
             "token_embedding.weight": "text_model.embeddings.token_embedding.weight",
             "positional_embedding": "text_model.embeddings.position_embedding.weight"}
    norms = {"visual.ln_pre": "vision_model.pre_layrnorm", "visual.ln_post": "vision_model.post_layernorm",
             "ln_final": "text_model.final_layer_norm"}
    inner = {"ln_1": "layer_norm1", "ln_2": "layer_norm2", "attn.out_proj": "self_attn.out_proj",
             "mlp.c_fc": "mlp.fc1", "mlp.c_proj": "mlp.fc2"}
    out = OrderedDict()
    for name, value in state.items():
        stem, _, leaf = name.rpartition(".")
        if name in outer:
            out[outer[name]] = value.t() if name.endswith("proj") or name.endswith("projection") else value
        elif stem in norms:
            out[norms[stem] + "." + leaf] = value
        elif "resblocks" in name:
            tower, _, rest = name.partition("transformer.resblocks.")
            layer, _, rest = rest.partition(".")
            at = f"{'vision' if tower else 'text'}_model.encoder.layers.{layer}."
            if "in_proj" in rest:
                for letter, part in zip("qkv", value.chunk(3)):
                    out[f"{at}self_attn.{letter}_proj.{rest.rpartition('_')[2]}"] = part
            else:
                stem, _, leaf = rest.rpartition(".")
                out[at + inner[stem] + "." + leaf] = value
    out["text_model.embeddings.position_ids"] = torch.arange(len(state["positional_embedding"]))[None]
    return out


TYPES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}


def save_safetensors(tensors, path):
    """The format is simple enough to be written here."""
    header, at = {}, 0
    for name, t in tensors.items():
        n = t.numel() * t.element_size()
        header[name] = {"dtype": TYPES[t.dtype], "shape": list(t.shape), "data_offsets": [at, at + n]}
        at += n
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for t in tensors.values():
            t = t.detach().contiguous()
            f.write((t.view(torch.int16) if t.dtype == torch.bfloat16 else t).numpy().tobytes())


def to(dtype, state):
    return OrderedDict((k, v.to(dtype) if v.is_floating_point() else v) for k, v in state.items())


def vocabulary(merges):
    """Symbols in the order of their ids, by CLIP's rule."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    symbols = [chr(c) for c in printable] + [chr(256 + i) for i in range(68)]
    symbols += [s + "</w>" for s in symbols] + [m.replace(" ", "") for m in merges]
    return {s: i for i, s in enumerate(symbols + ["<|startoftext|>", "<|endoftext|>"])}


class Folder:
    """The files of one format, in a folder of their own."""

    def __init__(self, root, name):
        self.path = os.path.join(root, name)
        os.makedirs(self.path, exist_ok=True)

    def __call__(self, name):
        return os.path.join(self.path, name)

    def json(self, name, value):
        with open(self(name), "w") as f:
            json.dump(value, f)

    def merges(self, merges, name):
        text = "#version: 0.2\n" + "\n".join(merges) + "\n"
        with (gzip.open if name.endswith(".gz") else open)(self(name), "wt") as f:
            f.write(text)

    def hugging_face(self, c, act, merges, tokenizer):
        tower = lambda t: {"hidden_act": act, "num_attention_heads": t["heads"], "layer_norm_eps": 1e-5}
        self.json("config.json", {"vision_config": tower(c["vision"]), "text_config": tower(c["text"])})
        if tokenizer:
            self.json("tokenizer.json", {"added_tokens": [], "model": {
                "type": "BPE", "end_of_word_suffix": "</w>", "vocab": vocabulary(merges), "merges": merges}})
        else:
            self.merges(merges, "merges.txt")
            self.json("vocab.json", vocabulary(merges))


SIZES = {
    "tiny": {"embed": 8, "vision": {"image": 8, "patch": 4, "width": 8, "layers": 2, "heads": 1},
             "text": {"context": 10, "width": 8, "layers": 2, "heads": 1}},
    "small": {"embed": 64, "vision": {"image": 32, "patch": 8, "width": 192, "layers": 3, "heads": 3},
              "text": {"context": 16, "width": 128, "layers": 4, "heads": 2}},
    "full": {"embed": 512, "vision": {"image": 224, "patch": 16, "width": 768, "layers": 12, "heads": 12},
             "text": {"context": 77, "width": 512, "layers": 12, "heads": 8}},
}
TEXTS = ["a photo of a dog.", "an image of a red cat", "fox"]


def published_merges():
    path = os.path.join(ROOT, "..", "shared", "data", "bpe_simple_vocab_16e6.txt.gz")
    with gzip.open(path, "rt", encoding="utf-8") as f:
        return f.read().split("\n")[1:48895]


class Maker:
    """Writes formats into a folder, and what PyTorch computes with them."""

    def __init__(self, root, size):
        self.root, self.c = root, SIZES[size]
        self.merges = published_merges() if size == "full" else clip.MERGES
        self.c["text"]["vocab"] = 514 + len(self.merges)
        self.spread = {"tiny": 0.4, "small": 0.1, "full": 0.03}[size]
        side, context = self.c["vision"]["image"], self.c["text"]["context"]
        ids = self.encode()
        self.inputs = (tensor("images", (2, 3, side, side), torch.float32, 4),
                       torch.tensor([row + [0] * (context - len(row)) for row in ids]))
        self.expected = {"config": self.c, "texts": TEXTS, "ids": ids, "files": {}}

    def encode(self):
        """Ids of the texts. Words are in the vocabularies whole, so each is one symbol."""
        if len(self.merges) == len(clip.MERGES):
            return [[clip.START] + clip.encode(text) + [clip.END] for text in TEXTS]
        ids = vocabulary(self.merges)
        words = [text.replace(".", " .").split() for text in TEXTS]
        return [[49406] + [ids[w + "</w>"] for w in row] + [49407] for row in words]

    def model(self, gelu=False, dtype=torch.float16, which=in_half):
        model = CLIP(self.c, gelu).eval()
        draw(model, self.spread)
        round_weights(model, dtype, which)
        return model

    @torch.no_grad()
    def done(self, path, model):
        images, texts = model(*self.inputs)
        self.expected["files"][path] = {"images": images.tolist(), "texts": texts.tolist()}
        print(path)

    def traced(self):
        d, model = Folder(self.root, "traced"), self.model()
        with torch.no_grad():
            traced = torch.jit.trace(model, self.inputs)
        self.done("traced/ViT.pt", model)
        halve(traced).save(d("ViT.pt"))
        shrink(d("ViT.pt"))
        d.merges(self.merges, "bpe_simple_vocab_16e6.txt.gz")

    def scripted(self):
        d, model = Folder(self.root, "scripted"), self.model()
        self.done("scripted/ViT.pt", model)
        halve(torch.jit.script(model)).save(d("ViT.pt"))
        d.merges(self.merges, "bpe_simple_vocab_16e6.txt")

    def state_dict(self):
        d, model = Folder(self.root, "state_dict"), self.model(which=lambda name: False)
        self.done("state_dict/model.pth", model)
        torch.save(model.state_dict(), d("model.pth"))
        d.merges(self.merges, "merges.txt")

    def legacy(self):
        d, model = Folder(self.root, "legacy"), self.model()
        self.done("legacy/model.pt", model)
        torch.save(halve(model).state_dict(), d("model.pt"), _use_new_zipfile_serialization=False)
        d.merges(self.merges, "merges.txt")

    def checkpoint(self):
        d, model = Folder(self.root, "checkpoint"), self.model(which=lambda name: True)
        self.done("checkpoint/model.pth.tar-3", model)
        state = to(torch.float16, model.state_dict())
        inner = checkpoint(half_child(Net()))
        inner["state_dict"] = OrderedDict(("module." + k, v) for k, v in state.items())
        torch.save(inner, d("model.pth.tar-3"))
        d.merges(self.merges, "merges.txt")

    def hf_bin(self):
        d, model = Folder(self.root, "hf_bin"), self.model(which=lambda name: True)
        self.done("hf_bin/pytorch_model.bin", model)
        torch.save(to(torch.float16, hugging_face(model.state_dict())), d("pytorch_model.bin"))
        d.hugging_face(self.c, "quick_gelu", self.merges, tokenizer=False)

    def hf_safetensors(self):
        d, model = Folder(self.root, "hf_safetensors"), self.model(gelu=True, which=lambda name: False)
        self.done("hf_safetensors/model.safetensors", model)
        save_safetensors(hugging_face(model.state_dict()), d("model.safetensors"))
        d.hugging_face(self.c, "gelu", self.merges, tokenizer=True)

    def hf_sharded(self):
        d, model = Folder(self.root, "hf_sharded"), self.model(which=lambda name: True)
        self.done("hf_sharded/model.safetensors.index.json", model)
        items = list(to(torch.float16, hugging_face(model.state_dict())).items())
        where = {}
        for i, part in enumerate((items[::2], items[1::2])):
            name = f"model-0000{i + 1}-of-00002.safetensors"
            save_safetensors(dict(part), d(name))
            where.update({k: name for k, _ in part})
        d.json("model.safetensors.index.json", {"metadata": {}, "weight_map": where})
        d.hugging_face(self.c, "quick_gelu", self.merges, tokenizer=True)

    def openclip(self):
        d, model = Folder(self.root, "openclip"), self.model(gelu=True, dtype=torch.bfloat16, which=lambda name: True)
        self.done("openclip/open_clip_model.safetensors", model)
        text = ("transformer.", "token_embedding", "positional", "ln_final", "text_projection")
        state = {("text." if k.startswith(text) else "") + k: v for k, v in to(torch.bfloat16, model.state_dict()).items()}
        save_safetensors(state, d("open_clip_model.safetensors"))
        d.json("open_clip_config.json", {"model_cfg": {
            "vision_cfg": {"width": self.c["vision"]["width"], "head_width": self.c["vision"]["width"] // self.c["vision"]["heads"]},
            "text_cfg": {"heads": self.c["text"]["heads"]}}})
        d.merges(self.merges, "merges.txt")

    def write(self, *formats):
        os.makedirs(self.root, exist_ok=True)
        for f in formats:
            getattr(self, f)()
        with open(os.path.join(self.root, "expected.json"), "w") as f:
            json.dump(self.expected, f)


ALL = ("traced", "scripted", "state_dict", "legacy", "checkpoint", "hf_bin", "hf_safetensors", "hf_sharded", "openclip")


def main(arguments):
    if not arguments:
        small_files()
        Maker(os.path.join(ROOT, "clip", "testdata", "formats"), "tiny").write("traced", "checkpoint", "hf_bin", "openclip")
    elif arguments[0] == "--full":
        torch.set_num_threads(os.cpu_count())
        Maker(arguments[1], "full").write("traced", "state_dict", "hf_bin", "hf_safetensors", "hf_sharded", "openclip")
    else:
        Maker(arguments[0], "small").write(*ALL)


if __name__ == "__main__":
    main(sys.argv[1:])
