"""Safetensors files put together with numpy and struct, after the format's description
(huggingface/safetensors: u64 length, JSON header, data).

Usage: python3 tests/golden/make/safetensors.py tests/golden/data/safetensors
"""

import json
import pathlib
import struct
import sys

import numpy as np


TYPES = {"float32": "F32", "float16": "F16", "float64": "F64", "int64": "I64", "int32": "I32", "int16": "I16",
         "int8": "I8", "uint64": "U64", "uint32": "U32", "uint16": "U16", "uint8": "U8", "bool": "BOOL"}


def safetensors(tensors, metadata=None, align=8, order=None, header_order=None, types={}):
    """order: in which the data lies; header_order: in which the header lists them; align: of the data's start,
    by spaces behind the header, None for as it falls; types: of tensors that numpy has no type for."""
    order = order or list(tensors)
    offset, entries = 0, {}
    for name in order:
        size = tensors[name].nbytes
        dtype = types.get(name, TYPES[tensors[name].dtype.name])
        entries[name] = {"dtype": dtype, "shape": list(tensors[name].shape), "data_offsets": [offset, offset + size]}
        offset += size
    header = {"__metadata__": metadata} if metadata else {}
    header |= {name: entries[name] for name in header_order or order}
    text = json.dumps(header, ensure_ascii=False).encode()
    if align:
        text += b" " * (-(len(text) + 8) % align)
    return struct.pack("<Q", len(text)) + text + b"".join(tensors[name].tobytes() for name in order)


def main():
    folder = pathlib.Path(sys.argv[1])
    f32 = np.float32
    tensors = {
        "conv.weight": np.arange(12, dtype=f32).reshape(2, 3, 1, 2) / 8,
        "scalar": np.array(-1.5, dtype=f32),
        "empty": np.zeros((0, 7), dtype=f32),
        "größe/µ": np.array([np.inf, -np.inf, 1e-45, 3.4028235e38], dtype=f32),
    }
    write = lambda name, data: (folder / name).write_bytes(data)
    write("plain.safetensors", safetensors(tensors, {"format": "pt", "note": "a \"quoted\" word"}))
    write("shuffled.safetensors",
          safetensors(tensors, order=["größe/µ", "empty", "scalar", "conv.weight"],
                      header_order=["scalar", "conv.weight", "größe/µ", "empty"]))
    for odd in range(4):  # one of each remainder of the data's start
        data = safetensors(tensors, {"pad": "x" * odd}, align=None)
        start = 8 + struct.unpack("<Q", data[:8])[0]
        write(f"start_{start % 4}_mod_4.safetensors", data)
    write("none.safetensors", safetensors({}))
    typed = {
        "z_counter": np.array(7, dtype=np.int64),
        "f16": np.array([[1.5, -0.25], [65504, 2.0**-24]], dtype=np.float16),
        "odd": np.array([1, 0, 1], dtype=bool),  # what follows lies at odd addresses
        "bf16": np.array([0x3FC0, 0xC040], dtype=np.uint16),  # 1.5, -3
        "f64": np.array([0.1, -1e300], dtype=np.float64),
        "f32": np.array([0.1], dtype=f32),
        "i32": np.array([-2, 2**24 + 1], dtype=np.int32),
        "i16": np.array([-300], dtype=np.int16),
        "i8": np.array([-3], dtype=np.int8),
        "u64": np.array([2**63], dtype=np.uint64),
        "u32": np.array([2**31], dtype=np.uint32),
        "u16": np.array([60000], dtype=np.uint16),
        "u8": np.array([200], dtype=np.uint8),
    }
    write("types.safetensors", safetensors(typed, types={"bf16": "BF16"}))


if __name__ == "__main__":
    main()
