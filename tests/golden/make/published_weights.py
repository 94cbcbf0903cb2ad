"""A stand-in for published weights: a small safetensors file whose SHA-256 begins with the eight digits that
torchvision tells of one of its files. Eight digits are 32 bits, and any of the files will do, so counting finds one
after some minutes.

Usage: python3 tests/golden/make/published_weights.py tests/golden/data/published_weights
"""

import hashlib
import json
import pathlib
import re
import struct
import sys

import torchvision.models


def published_files():
    """{first four bytes of the hash: file name}, out of torchvision's sources."""
    folder = pathlib.Path(torchvision.models.__file__).parent
    text = "".join(path.read_text() for path in folder.glob("*.py"))
    names = r"resnet\d+|vgg1[69](?:_bn)?|mobilenet_\w+|densenet121|convnext_\w+|inception_v3_google"
    found = re.findall(rf"models/((?:{names})-([0-9a-f]{{8}})\.pth)", text)
    return {bytes.fromhex(digits): name for name, digits in found}


def main():
    folder = pathlib.Path(sys.argv[1])
    header = json.dumps({
        "weight": {"dtype": "F32", "shape": [3], "data_offsets": [0, 12]},
        "count": {"dtype": "F32", "shape": [2], "data_offsets": [12, 20]},
    }).encode()
    header += b" " * (-(len(header) + 8) % 64)
    begin = struct.pack("<Q", len(header)) + header + struct.pack("<3f", 0.5, -2, 3)
    files = published_files()
    for high in range(1 << 24):
        start = hashlib.sha256(begin + struct.pack("<f", high))
        for low in range(1 << 20):
            hasher = start.copy()
            hasher.update(struct.pack("<f", low))
            if hasher.digest()[:4] in files:
                name = files[hasher.digest()[:4]]
                (folder / name).write_bytes(begin + struct.pack("<2f", high, low))
                return


if __name__ == "__main__":
    main()
