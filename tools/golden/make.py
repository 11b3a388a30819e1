"""Writes all golden values. Run from anywhere: python3 tools/golden/make.py

With names of chapters behind it, only those: make.py ops clip.
"""

import importlib
import sys

sys.dont_write_bytecode = True  # leave nothing beside the scripts

CHAPTERS = ["ops", "blocks", "optim", "preprocess", "clip", "maple", "prompts", "cdc", "vitb16"]

for chapter in sys.argv[1:] or CHAPTERS:
    importlib.import_module(chapter).main()
