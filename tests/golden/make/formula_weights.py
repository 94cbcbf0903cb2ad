"""Weights and pictures by formula, so that golden outputs need no stored weights.

r(name, i) = float32(splitmix64(fnv1a(name) + i) >> 40) · 2^-24 - 0.5, i the flat index in C order.
The same formula stands in tests/infer/formula_weights.h.
"""

import math

import numpy as np


def fnv1a(text):
    h = 0xCBF29CE484222325
    for byte in text.encode():
        h = (h ^ byte) * 0x100000001B3 % 2**64
    return h


def splitmix64(x):
    with np.errstate(over="ignore"):
        x = x + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))


def centred(name, count):
    """r(name, 0 … count - 1), exact in float32."""
    with np.errstate(over="ignore"):
        bits = splitmix64(np.uint64(fnv1a(name)) + np.arange(count, dtype=np.uint64))
    return (bits >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24) - np.float32(0.5)


def weight(name, shape, gain=1.5):
    """Values of a PyTorch-layout parameter; what it is shows in its name and rank. gain: the variance of a
    kernel times its fan-in."""
    r = centred(name, int(np.prod(shape)))
    if len(shape) > 1:
        values = r * np.float32(2.0 * math.sqrt(3.0 * gain / np.prod(shape[1:])))
    elif name.endswith("gamma"):
        values = np.float32(0.5) + np.float32(0.2) * r
    elif name.endswith(("running_var", ".weight")):
        values = np.float32(1) + np.float32(0.2) * r
    else:  # biases, shifts, running means
        values = np.float32(0.5) * r
    return values.reshape(shape)


def picture(side_px):
    """[H, W, C] in [-2, 2)."""
    return (4 * centred("input", side_px * side_px * 3)).reshape(side_px, side_px, 3)
