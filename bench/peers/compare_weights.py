#!/usr/bin/env python3
"""Largest difference between the parameters in two checkpoints of giemsa: compare_weights.py A B

A difference counts in parts of the largest magnitude in its tensor, where that is above 1: running variances reach
hundreds, and f32 rounds them accordingly.
"""

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


def difference(a, b):
    return float(np.abs(a.astype(np.float64) - b).max(initial=0) / np.abs(a).max(initial=1))


worst, where = max((difference(one[n], two[n]), n) for n in one)
print(f"{len(one)} tensors, largest difference {worst:.2e} of max(1, the tensor's magnitude) in {where}")
