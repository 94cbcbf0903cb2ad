#!/usr/bin/env python3
"""Largest difference between the parameters in two checkpoints of giemsa: compare_weights.py A B"""

import json
import struct
import sys

import numpy as np


def read(path):
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + size])
    body = data[8 + size :]
    return {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], np.float32)
        for name, entry in header.items()
        if name.startswith("params/")
    }


one, two = read(sys.argv[1]), read(sys.argv[2])
if one.keys() != two.keys():
    sys.exit(f"not the same tensors: {sorted(one.keys() ^ two.keys())[:5]} ...")
worst, where = max((float(np.abs(one[n] - two[n]).max(initial=0)), n) for n in one)
print(f"{len(one)} tensors, largest difference {worst:.2e} in {where}")
