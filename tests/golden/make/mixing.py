"""What PyTorch makes of a small batch: MixUp and CutMix with the batch rolled by one as partners, and the boxes of
CutMix by Python's own arithmetic. For tests/augment/mixing_test.cpp.

Usage: python3 tests/golden/make/mixing.py tests/golden/data
Made with PyTorch 1.13.
"""

import json
import math
import sys

import torch
import torch.nn.functional as F

N, S, K = 3, 5, 4


def batch():
    images = torch.sin(torch.arange(N * S * S * 3, dtype=torch.float64)).float().reshape(N, S, S, 3)
    targets = F.one_hot(torch.tensor([2, 0, 3]), K).double()
    targets = (targets * (1 - 0.1) + 0.1 / K).float()
    return images, targets


def box(share, x, y, side):
    half = int(0.5 * math.sqrt(1 - share) * side)
    x0, y0 = max(x - half, 0), max(y - half, 0)
    x1, y1 = min(x + half, side), min(y + half, side)
    return x0, y0, x1, y1, 1 - (x1 - x0) * (y1 - y0) / (side * side)


def main(folder):
    images, targets = batch()
    mixup = images * 0.3 + images.roll(1, 0) * 0.7
    mixup_targets = targets * 0.3 + targets.roll(1, 0) * 0.7
    x0, y0, x1, y1, share = box(0.35, 1, 3, S)
    cutmix = images.clone()
    cutmix[:, y0:y1, x0:x1] = images.roll(1, 0)[:, y0:y1, x0:x1]
    cutmix_targets = targets * share + targets.roll(1, 0) * (1 - share)
    boxes = [[l, x, y, s, *box(l, x, y, s)]
             for l, x, y, s in [(0.0, 48, 48, 96), (0.25, 48, 48, 96), (0.5, 10, 90, 96), (0.75, 95, 0, 96),
                                (0.999, 3, 4, 96), (1.0, 5, 5, 96), (0.1, 0, 0, 7), (0.0, 3, 3, 7), (0.0, 0, 0, 1),
                                (0.36, 100, 200, 299)]]
    flat = lambda t: [round(v, 7) for v in t.flatten().tolist()]
    with open(f"{folder}/mixing.json", "w") as file:
        json.dump({"targets": flat(targets), "mixup": flat(mixup), "mixup_targets": flat(mixup_targets),
                   "cutmix": flat(cutmix), "cutmix_targets": flat(cutmix_targets), "boxes": boxes}, file)
        file.write("\n")


main(sys.argv[1])
