"""Writes ../data/picture_statistics.json: thumbnails and statistics of made pictures, by numpy.

Pictures are made by a formula that the test repeats. Run: python3 picture_statistics.py"""

import json
import pathlib

import numpy as np

THUMBNAIL_PX = 64


def picture(width, height):
    """[H, W, 3] uint8: smooth waves with some grain, integers throughout."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    grain = (x * 7919 + y * 104729 + c * 1299709) % 31
    return ((x * (3 + c) + y * (5 - c) + x * y // 16 + grain) % 256).astype(np.uint8)


def area_matrix(length):
    """[64, length]: the share of each source pixel in each thumbnail pixel; straight lines when growing."""
    step = length / THUMBNAIL_PX
    matrix = np.zeros((THUMBNAIL_PX, length))
    for i in range(THUMBNAIL_PX):
        for p in range(length):
            if length >= THUMBNAIL_PX:
                matrix[i, p] = max(0.0, min((i + 1) * step, p + 1) - max(i * step, p)) / step
            else:
                centre = min(max((i + 0.5) * step - 0.5, 0), length - 1)
                matrix[i, p] = max(0.0, 1 - abs(centre - p))
    return matrix


def luma(rgb):
    weights = np.array([77, 150, 29])
    return ((rgb.astype(np.int64) * weights).sum(-1) + 128) >> 8


def case(width, height):
    rgb = picture(width, height)
    small = np.einsum("iy,jx,yxc->ijc", area_matrix(height), area_matrix(width), rgb.astype(float))
    small8 = np.rint(small).astype(np.uint8)
    light = luma(small8)
    counts = np.bincount(light.ravel(), minlength=256)
    shares = counts[counts > 0] / light.size
    full = luma(rgb)
    sharpness = 0.0
    if width > 2 and height > 2:
        laplacian = (full[:-2, 1:-1] + full[2:, 1:-1] + full[1:-1, :-2] + full[1:-1, 2:] - 4 * full[1:-1, 1:-1])
        sharpness = float(laplacian.std())
    return {
        "width": width,
        "height": height,
        "thumbnail_samples": [[y, x, [round(v, 4) for v in small[y, x]]] for y, x in [(0, 0), (7, 31), (40, 9), (63, 63)]],
        "thumbnail_mean": [float(v) for v in small.mean((0, 1))],
        "mean_rgb": [float(v) for v in small8.mean((0, 1))],
        "luma_mean": float(light.mean()),
        "luma_std": float(light.std()),
        "luma_range": float(full.max() - full.min()),
        "entropy_bits": float(-(shares * np.log2(shares)).sum()),
        "sharpness": sharpness,
    }


cases = [case(w, h) for w, h in [(216, 216), (360, 363), (96, 96), (64, 64), (65, 64), (200, 30), (28, 28), (1, 1), (2, 5)]]
path = pathlib.Path(__file__).parent.parent / "data" / "picture_statistics.json"
path.write_text(json.dumps(cases, indent=1) + "\n")
