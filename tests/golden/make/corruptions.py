"""What Pillow, numpy and the standard library make of a small picture under the corruptions of MedMNIST-C; for
tests/corrupt/corruption_test.cpp.

Usage: python3 tests/golden/make/corruptions.py > tests/golden/data/corruptions.json
Made with Pillow 9.4.0 and numpy 1.24.
"""

import colorsys
import io
import json
import math

import numpy as np
from PIL import Image, ImageEnhance

WIDTH, HEIGHT = 24, 18


def picture():
    """A smooth coloured field with a grey corner."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    levels = np.stack([(7 * x + 3 * y + 20) % 256, (11 * y + (x * x) // 4 + 60) % 256, (5 * x + 13 * y + 90) % 256], 2)
    levels[:4, :4] = levels[:4, :4, :1]
    return levels.astype(np.uint8)


def pixelate(image, share):
    small = image.resize((int(WIDTH * share), int(HEIGHT * share)), Image.BOX)
    return small.resize((WIDTH, HEIGHT), Image.BOX)


def jpeg(image, quality):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(out)


def saturate(image, added):
    out = np.array(image)
    for y in range(HEIGHT):
        for x in range(WIDTH):
            h, s, v = colorsys.rgb_to_hsv(*(out[y, x] / 255))
            out[y, x] = np.round(np.array(colorsys.hsv_to_rgb(h, min(s + added, 1), v)) * 255)
    return out


def defocus(image, radius):
    """Convolution with a disc of 64 × 64 samples, those inside shared bilinearly between their four pixels."""
    reach, samples = math.ceil(radius), 64
    u, v = np.meshgrid(*[(np.arange(samples) + 0.5) * 2 / samples - 1] * 2)
    inside = u * u + v * v <= 1
    x, y = u[inside] * radius + reach, v[inside] * radius + reach
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1))
    for row in range(2 * reach + 1):
        for column in range(2 * reach + 1):
            kernel[row, column] = (np.maximum(1 - abs(x - column), 0) * np.maximum(1 - abs(y - row), 0)).sum()
    levels = np.pad(np.array(image, np.float64), ((reach, reach), (reach, reach), (0, 0)), "reflect")
    out = np.zeros((HEIGHT, WIDTH, 3))
    for row in range(2 * reach + 1):
        for column in range(2 * reach + 1):
            out += kernel[row, column] * levels[row : row + HEIGHT, column : column + WIDTH]
    return np.round(out / kernel.sum())


def motion(image, radius, sigma, angle):
    levels = np.array(image, np.float64)
    out, total = np.zeros((HEIGHT, WIDTH, 3)), 0
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    for i in range(2 * math.ceil(radius) + 1):
        dx = math.ceil(i * math.cos(math.radians(angle)) - 0.5)
        dy = math.ceil(i * math.sin(math.radians(angle)) - 0.5)
        weight = math.exp(-i * i / (2 * sigma * sigma))
        out += weight * levels[np.clip(y + dy, 0, HEIGHT - 1), np.clip(x + dx, 0, WIDTH - 1)]
        total += weight
    return np.round(out / total)


def main():
    image = Image.fromarray(picture())
    cases = []

    def add(name, numbers, out):
        cases.append({"name": name, "numbers": numbers, "pixels": np.array(out).astype(int).flatten().tolist()})

    for share in (0.6, 0.4, 0.25):
        add("pixelate", [share], pixelate(image, share))
    for quality in (50, 15, 7):
        add("jpeg_compression", [quality], jpeg(image, quality))
    for radius in (0.3, 1.3, 2, 4):
        add("defocus_blur", [radius], defocus(image, radius))
    for radius, sigma, angle in ((3, 3, -45), (3, 3, 10), (5, 5, 45), (2.4, 1.5, -20)):
        add("motion_blur", [radius, sigma, angle], motion(image, radius, sigma, angle))
    for factor in (1.1, 1.4, 0.9, 0.5):
        add("brightness", [factor], ImageEnhance.Brightness(image).enhance(factor))
    for factor in (1.15, 1.3, 0.9, 0.5):
        add("contrast", [factor], ImageEnhance.Contrast(image).enhance(factor))
    for added in (0.05, 0.20):
        add("saturate", [added], saturate(image, added))
    lines = ",\n".join("  " + json.dumps(case, separators=(",", ":")) for case in cases)
    pixels = json.dumps(picture().flatten().tolist(), separators=(",", ":"))
    print(f'{{"width": {WIDTH}, "height": {HEIGHT}, "pixels": {pixels},\n "cases": [\n{lines}\n]}}')


if __name__ == "__main__":
    main()
