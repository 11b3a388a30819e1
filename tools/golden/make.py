"""Writes all golden values. Run from anywhere: python3 tools/golden/make.py"""

import sys

sys.dont_write_bytecode = True  # leave nothing beside the scripts

import cdc
import clip
import maple
import ops

for chapter in (ops, clip, maple, cdc):
    chapter.main()
