"""Writes tables of images as Hugging Face's datasets library stores them, with
pyarrow, in different packings and page forms: data/files/testdata/*.parquet.

Run on its own, with pyarrow and Pillow: python3 tools/golden/tables.py
"""

import io
import json
import os

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

OUT = os.path.join(os.path.dirname(__file__), "..", "..", "data", "files", "testdata")


def png(n):
    """A picture of 2 x 2 pixels of colour (n, 2n, 3n)."""
    out = io.BytesIO()
    Image.new("RGB", (2, 2), (n, 2 * n % 256, 3 * n % 256)).save(out, "PNG")
    return out.getvalue()


def hugging(features):
    return {"huggingface": json.dumps({"info": {"features": features}})}


IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
NAMED = {"image": {"_type": "Image"}, "label": {"names": ["hot_dog", "cup", "lamp"], "_type": "ClassLabel"}}


def images(count, name="{:03d}.png"):
    return pa.array([{"bytes": png(i), "path": name.format(i)} for i in range(count)], type=IMAGE)


def write(name, columns, metadata=None, **options):
    schema = pa.schema([(k, v.type) for k, v in columns.items()], metadata=metadata)
    pq.write_table(pa.table(columns, schema=schema), os.path.join(OUT, name), **options)


def main():
    os.makedirs(OUT, exist_ok=True)
    labels = pa.array([i % 3 for i in range(30)], type=pa.int64())
    # Row groups of 12 and pages of a few rows: an image lies in the middle.
    write("train-00000-of-00001.parquet", {"image": images(30), "label": labels}, hugging(NAMED),
          row_group_size=12, data_page_size=256, write_batch_size=2, use_dictionary=False)
    write("test-00000-of-00001.parquet", {"image": images(6), "label": pa.array([0, 1, 2, 0, 1, -1], type=pa.int64())},
          hugging(NAMED), compression="zstd", data_page_version="2.0")
    # Words for labels, a null image, a dictionary of repeated images, gzip, and columns to pass over.
    twice = pa.array([None if i == 5 else {"bytes": png(i // 2), "path": None} for i in range(12)], type=IMAGE)
    write("words.parquet", {"id": pa.array(list(range(12))), "tags": pa.array([["a", "b"]] * 12), "img": twice,
                            "species": pa.array(["cup" if i % 2 else "lamp" for i in range(12)])}, compression="gzip", write_page_index=True)
    # Images in a column of their own, numbers without names, no packing.
    write("numbers.parquet", {"jpg": pa.array([png(i) for i in range(6)], type=pa.binary()),
                              "cls": pa.array([7, 7, 2, 2, 10, 10], type=pa.int32())}, compression="none")
    two = {"img": {"_type": "Image"}, "fine_label": {"names": ["oak", "pine"], "_type": "ClassLabel"},
           "coarse_label": {"names": ["tree"], "_type": "ClassLabel"}}
    write("two-labels.parquet", {"img": images(4), "fine_label": pa.array([0, 1, 0, 1]), "coarse_label": pa.array([0, 0, 0, 0])}, hugging(two))
    write("brotli.parquet", {"image": images(4), "label": pa.array([0, 1, 0, 1])}, hugging(NAMED), compression="brotli")


if __name__ == "__main__":
    main()
