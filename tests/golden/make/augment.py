"""What Pillow, torchvision and numpy make of a small picture, and torchvision's tables of magnitudes; for tests/augment.

Usage: python3 tests/golden/make/augment.py > tests/golden/data/augment.json
Made with Pillow 9.4.0, torchvision 0.14.1, numpy 1.24. Pictures are rows of RGB bytes in hexadecimal. Geometry comes
with the pixels whose samples lie well inside the picture (where a white one in a black frame stays white), since what
lies outside is black there and mirrored here.
"""
import io
import json

import numpy as np
import torchvision.transforms.functional as F
from PIL import Image, ImageEnhance, ImageOps
from torchvision.transforms import InterpolationMode, RandAugment, TrivialAugmentWide

SIDE = 16
CASES = []
PIXELS = np.array([[(40 + (37 * i + 11 * i * i) % 180, 20 + (29 * i) % 140, 90 + (59 * i * i + 5) % 166)
                    for i in range(y * SIDE, y * SIDE + SIDE)] for y in range(SIDE)], np.uint8)
# Every dark level, beside others.
DARK = Image.fromarray(np.array([[(i % 128, 127 - i % 128, 7 * i % 96) for i in range(y * SIDE, y * SIDE + SIDE)]
                                 for y in range(SIDE)], np.uint8))
PICTURE, FRAMED = Image.fromarray(PIXELS), Image.new("RGB", (SIDE, SIDE))
FRAMED.paste((255, 255, 255), (1, 1, SIDE - 1, SIDE - 1))


def add(name, number, picture, **more):
    CASES.append({"name": name, "number": number, "pixels": np.asarray(picture, np.uint8).tobytes().hex(), **more})


def add_geometry(name, number, change):
    inside = (np.asarray(change(FRAMED))[:, :, 0] == 255).astype(int).ravel().tolist()
    add(name, number, change(PICTURE), inside="".join(map(str, inside)))


def levels():
    add("autocontrast", 0, ImageOps.autocontrast(PICTURE))
    add("equalize", 0, ImageOps.equalize(PICTURE))
    for bits in (1, 3, 4, 7, 8):
        add("posterize", bits, ImageOps.posterize(PICTURE, bits))
    for threshold in (0, 127.5, 128, 200.2, 255, 256):
        add("solarize", threshold, ImageOps.solarize(PICTURE, threshold))
    for name, enhancer in (("brightness", ImageEnhance.Brightness), ("contrast", ImageEnhance.Contrast),
                           ("saturation", ImageEnhance.Color), ("sharpness", ImageEnhance.Sharpness)):
        for factor in (0.01, 0.4, 1.0, 1.27, 1.9):
            add(name, factor, enhancer(PICTURE).enhance(factor))
        for factor in (1.6, 0.85):  # where a product joined to its sum would give other bytes
            add(name + "_dark", factor, enhancer(DARK).enhance(factor))


def geometry():
    bilinear = InterpolationMode.BILINEAR

    def affine(picture, translate=(0, 0), shear=(0.0, 0.0)):
        degrees = [float(np.degrees(np.arctan(s))) for s in shear]
        return F.affine(picture, 0.0, list(translate), 1.0, degrees, bilinear, center=[0, 0])

    for slope in (0.3, -0.17):
        add_geometry("ShearX", slope, lambda p: affine(p, shear=(slope, 0.0)))
        add_geometry("ShearY", slope, lambda p: affine(p, shear=(0.0, slope)))
    for shift in (3, -5):
        add_geometry("TranslateX", shift, lambda p: affine(p, translate=(shift, 0)))
        add_geometry("TranslateY", shift, lambda p: affine(p, translate=(0, shift)))
    for angle in (9.0, -30.0, 135.0):
        add_geometry("Rotate", angle, lambda p: F.rotate(p, angle, bilinear))


def neighbourhood():
    for sigma in (0.3, 0.8, 2.0):
        radius = int(np.ceil(3 * sigma))
        kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
        kernel /= kernel.sum()
        out = PIXELS.astype(float)
        for axis in (0, 1):
            pad = [(radius, radius) if a == axis else (0, 0) for a in range(3)]
            padded = np.pad(out, pad, "reflect")
            out = sum(k * np.take(padded, range(i, i + SIDE), axis) for i, k in enumerate(kernel))
        add("blur", sigma, out.round())
    for quality in (30, 75, 95):
        buffer = io.BytesIO()
        PICTURE.save(buffer, "JPEG", quality=quality, subsampling=0)
        add("jpeg", quality, Image.open(buffer).convert("RGB"))


def colour():
    light = PIXELS / 255
    for exponent in (0.5, 0.85, 2.0):
        CASES.append({"name": "gamma", "number": exponent, "levels": (255 * light**exponent).round(2).ravel().tolist()})
    stains = np.array([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11]])
    stains /= np.linalg.norm(stains, axis=1, keepdims=True)
    rest = np.cross(stains[0], stains[1])
    axes = np.vstack([stains, rest / np.linalg.norm(rest)])
    for scale, shift in (([1.1, 0.9, 1.0], [0, 0, 0]), ([1.0, 1.0, 1.0], [0.05, -0.04, 0.03]),
                         ([0.8, 1.2, 1.1], [-0.1, 0.05, 0.02])):
        density = -np.log10((PIXELS.astype(float) + 1) / 256)
        amounts = density @ np.linalg.inv(axes) * scale + shift
        out = np.clip(256 * 10 ** -(amounts @ axes) - 1, 0, 255)
        CASES.append({"name": "stain", "scale": scale, "shift": shift, "levels": out.round(2).ravel().tolist()})


def tables():
    rows = {}
    for name, space in (("randaugment", RandAugment()._augmentation_space(31, (96, 96))),
                        ("trivialaugment", TrivialAugmentWide()._augmentation_space(31))):
        rows[name] = [{"operation": operation, "signed": signed,
                       "bins": [round(float(m), 5) for m in (bins.tolist() if bins.ndim else [0.0] * 31)]}
                      for operation, (bins, signed) in space.items()]
    return rows


def main():
    levels()
    geometry()
    neighbourhood()
    colour()
    cases = ",\n".join("  " + json.dumps(case) for case in CASES)
    rows = ",\n".join(f' "{name}": {json.dumps(table)}' for name, table in tables().items())
    print(f'{{"side": {SIDE}, "pixels": "{PIXELS.tobytes().hex()}",\n "dark": "{DARK.tobytes().hex()}",\n{rows},\n "cases": [\n{cases}\n]}}')


if __name__ == "__main__":
    main()
