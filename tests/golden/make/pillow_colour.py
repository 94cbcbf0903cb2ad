"""What Pillow's ImageEnhance makes of a small picture; for tests/augment/colour_test.cpp.

Usage: python3 tests/golden/make/pillow_colour.py > tests/golden/data/pillow_colour.json
Made with Pillow 9.4.0.
"""

import json

from PIL import Image, ImageEnhance

SIDE = 6


def main():
    pixels = [((37 * i + 11) % 256, (101 * i + 90) % 256, (59 * i * i + 5) % 256) for i in range(SIDE * SIDE)]
    picture = Image.new("RGB", (SIDE, SIDE))
    picture.putdata(pixels)
    cases = []
    for field, enhancer in (("brightness", ImageEnhance.Brightness), ("contrast", ImageEnhance.Contrast),
                            ("saturation", ImageEnhance.Color)):
        for factor in (0.0, 0.5, 0.85, 1.0, 1.15, 1.5):
            out = list(enhancer(picture).enhance(factor).tobytes())
            cases.append({"field": field, "factor": factor, "pixels": out})
    lines = ",\n".join("  " + json.dumps(case) for case in cases)
    print(f'{{"side": {SIDE}, "pixels": {json.dumps(list(picture.tobytes()))},\n "cases": [\n{lines}\n]}}')


if __name__ == "__main__":
    main()
