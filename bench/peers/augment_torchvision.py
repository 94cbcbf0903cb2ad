"""Draws the training views of bench/augment.cpp with torchvision and Pillow on one thread: CPU microseconds a view.

Usage: python3 augment_torchvision.py FOLDER [PICTURES] [INPUT_PX] [POLICY...]   →   "light 812.4" …
The same pictures, decoded beforehand; the same operations, probabilities and ranges as giemsa's policies. Pictures are
resized first, which is how torchvision's recipes go and the cheaper order: what follows works on the small picture.
torchvision has no stain jitter and no JPEG: the first is numpy with a table for the logarithm, the second Pillow.
"""
import io
import pathlib
import sys
import time

import numpy as np
import torch
import torchvision.transforms as T
import torchvision.transforms.functional as F
from PIL import Image, ImageFilter

torch.set_num_threads(1)
BILINEAR = T.InterpolationMode.BILINEAR


def uniform(low, high):
    return low + (high - low) * torch.rand(()).item()


class Sometimes:
    """`change(picture)` with a probability."""

    def __init__(self, probability, change):
        self.probability, self.change = probability, change

    def __call__(self, picture):
        return self.change(picture) if torch.rand(()).item() < self.probability else picture


def jpeg(picture):
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=int(uniform(40, 96)), subsampling=0)
    return Image.open(buffer).convert("RGB")


LOG = np.log((np.arange(256, dtype=np.float32) + 1) / 256)
FIRST = np.array([0.65, 0.70, 0.29]) / np.linalg.norm([0.65, 0.70, 0.29])
SECOND = np.array([0.07, 0.99, 0.11]) / np.linalg.norm([0.07, 0.99, 0.11])
THIRD = np.cross(FIRST, SECOND)
AXES = np.stack([FIRST, SECOND, THIRD / np.linalg.norm(THIRD)])
INVERSE = np.linalg.inv(AXES)


def stain(picture):
    strength = uniform(0.01, 0.06)
    scale, shift = 1 + strength * np.random.uniform(-1, 1, 3), strength * np.random.uniform(-1, 1, 3)
    matrix = (INVERSE * scale @ AXES).astype(np.float32)
    density = LOG[np.asarray(picture)] @ matrix - (shift @ AXES * np.log(10)).astype(np.float32)
    return Image.fromarray(np.clip(256 * np.exp(density) - 1, 0, 255).astype(np.uint8))


def noise(picture):
    return picture + uniform(0.005, 0.02) * torch.randn_like(picture)


def shot_noise(picture):
    return picture + uniform(0.01, 0.03) * picture.sqrt() * torch.randn_like(picture)


def colour(change, low, high):
    return lambda picture: change(picture, uniform(low, high))


class Affine:
    """RandomAffine with a probability of its own for each shear."""

    def __call__(self, picture):
        side = picture.width
        shear = [uniform(-5.7, 5.7) if torch.rand(()).item() < 0.3 else 0.0 for _ in range(2)]
        shift = [round(uniform(-0.06, 0.06) * side) for _ in range(2)]
        return F.affine(picture, uniform(-180, 180), shift, uniform(1 / 1.2, 1.2), shear, BILINEAR)


def policy(name, side):
    flips = [T.RandomHorizontalFlip(), T.RandomVerticalFlip()]
    to_input = [T.ToTensor(), T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])]
    middle = {
        "none": [],
        "light": flips + [T.RandomAffine(180, (0.05, 0.05), (1 / 1.15, 1.15), interpolation=BILINEAR),
                          T.ColorJitter(0.15, 0.15, 0.15, 6 / 360)],
        "full": flips + [Affine(),
                         Sometimes(0.1, lambda p: F.adjust_sharpness(p, uniform(0.5, 2))),
                         Sometimes(0.1, lambda p: p.filter(ImageFilter.GaussianBlur(uniform(0.3, 1)))),
                         Sometimes(0.1, jpeg),
                         Sometimes(0.3, colour(F.adjust_gamma, 0.85, 1.18)),
                         Sometimes(0.5, stain),
                         Sometimes(0.8, colour(F.adjust_brightness, 0.8, 1.2)),
                         Sometimes(0.8, colour(F.adjust_contrast, 0.8, 1.2)),
                         Sometimes(0.8, colour(F.adjust_saturation, 0.8, 1.2)),
                         Sometimes(0.8, colour(F.adjust_hue, -8 / 360, 8 / 360))],
        "randaugment": flips + [T.RandAugment(2, 9, interpolation=BILINEAR)],
        "trivialaugment": flips + [T.TrivialAugmentWide(interpolation=BILINEAR)],
        "augmix": flips + [T.AugMix(all_ops=False)],
    }[name]
    if name == "full":
        to_input = [to_input[0], Sometimes(0.2, noise), Sometimes(0.2, shot_noise), to_input[1],
                    T.RandomErasing(0.2, (0.02, 0.1), (0.3, 1 / 0.3))]
    return T.Compose([T.Resize(side)] + middle + to_input)


folder = sys.argv[1]
count = int(sys.argv[2]) if len(sys.argv) > 2 else 512
side = int(sys.argv[3]) if len(sys.argv) > 3 else 96
files = sorted(pathlib.Path(folder).rglob("*.jpg"))
count = min(count, len(files))
pictures = [Image.open(files[i * len(files) // count]).convert("RGB") for i in range(count)]
torch.manual_seed(1)
np.random.seed(1)
for name in sys.argv[4:] or ["none", "light", "full", "randaugment", "trivialaugment", "augmix"]:
    view = policy(name, side)
    for picture in pictures[:32]:  # to warm up
        view(picture)
    start = time.process_time()
    for picture in pictures:
        view(picture)
    print(name, round(1e6 * (time.process_time() - start) / count, 1), flush=True)
