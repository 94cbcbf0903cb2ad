#!/usr/bin/env python3
"""Writes tests/golden/data/keras_files/*.h5: the layouts of HDF5 that files of Keras have, as h5py writes them.

Groups, attributes and names follow Keras' own writers (keras/src/legacy/saving/legacy_h5_format.py and
keras/src/saving/saving_lib.py); every tensor counts up: value i of a tensor is i / 8 + a number for the tensor.
Needs h5py (written with 3.7.0 and HDF5 1.10.8). Groups of the newer kind carry the time of writing.

    python3 tests/golden/make/keras_files.py
"""
from pathlib import Path

import h5py
import numpy as np

OUT = Path(__file__).parents[1] / "data" / "keras_files"


def values(shape, first=0, dtype="f4"):
    return (np.arange(int(np.prod(shape))) / 8 + first).astype(dtype).reshape(shape)


# A small functional model: convolution, depthwise convolution, batch norm, a Sequential with two layers of its
# own. The first layer has no weights.
MODEL = [
    ("input_1", []),
    ("conv", [("conv/kernel:0", (3, 3, 3, 4)), ("conv/bias:0", (4,))]),
    ("dw", [("dw/depthwise_kernel:0", (3, 3, 4, 1))]),
    ("bn", [("bn/gamma:0", (4,)), ("bn/moving_mean:0", (4,))]),
    ("a_sequence", [("down_norm/gamma:0", (4,)), ("down_dense/kernel:0", (4, 2))]),
]


def keras2(group, model=MODEL, strings=np.array):
    """`strings`: h5py 2 wrote Keras' lists of bytes with a fixed length, as h5py 3 writes arrays; lists as such
    become strings of variable length."""
    group.attrs["layer_names"] = strings([name.encode() for name, _ in model])
    first = 0
    for name, weights in sorted(model):  # Keras writes the groups by name
        layer = group.create_group(name)
        layer.attrs["weight_names"] = strings([weight.encode() for weight, _ in weights])
        for weight, shape in weights:
            layer.create_dataset(weight, data=values(shape, first))
            first += 100


def write(name, fill, **options):
    with h5py.File(OUT / name, "w", **options) as file:
        fill(file)


def weights_file(file):
    keras2(file, strings=list)
    file.attrs["backend"] = b"tensorflow"
    file.attrs["keras_version"] = b"2.9.0"


def whole_model(file):
    file.attrs["model_config"] = np.bytes_('{"class_name": "Functional"}')
    keras2(file.create_group("model_weights"), MODEL[2:3])
    optimizer = file.create_group("optimizer_weights")
    optimizer.create_dataset("Adam/iter:0", data=np.int64(7))


def names(file):
    """Names of old files and of nested models, lists of names that are split, a weight outside the layers."""
    keras2(file, [("block1_conv1", [("block1_conv1_W_1:0", (2, 3))]),
                  ("nested_a", [("conv/kernel:0", (2,)), ("scale/Variable:0", (1,))]),
                  ("nested_b", [("conv/kernel:0", (3,)), ("Variable:0", (1,))])])
    del file.attrs["layer_names"], file["nested_a"].attrs["weight_names"]
    file.attrs["layer_names0"] = np.array([b"nested_b", b"nested_a"])
    file.attrs["layer_names1"] = np.array([b"block1_conv1"])
    file["nested_a"].attrs["weight_names0"] = np.array([b"conv/kernel:0"])
    file["nested_a"].attrs["weight_names1"] = np.array([b"scale/Variable:0"])
    top = file.create_group("top_level_model_weights")
    top.attrs["weight_names"] = np.array([b"temperature:0"])
    top.create_dataset("temperature:0", data=np.float32(2.5))


def keras3(file):
    def entry(path, *shapes):
        group = (file.create_group(path) if path else file).create_group("vars")
        for i, shape in enumerate(shapes):
            group[str(i)] = values(shape, 100 * i)

    entry("")
    entry("layers/input_layer")
    entry("layers/conv2d_10", (1, 1, 1, 2), (2,))
    entry("layers/conv2d_2", (1, 1, 2, 2))
    entry("layers/sequential/layers/dense", (2, 3))
    entry("optimizer", (1,))


def tracked(file, count):
    """An order that is not that of the names; more than 8 entries leave the group's header for a heap."""
    variables = file.create_group("layers/dense/vars")
    first = variables.create_dataset("00", data=values((2,)))
    for i in range(1, count):
        variables[f"{i * 17 % 40:02}"] = first


def numbers(group):
    for kind in ["f2", "f4", "f8", "i1", "i8", "u4", "?"]:
        group.create_dataset(np.dtype(kind).name, data=np.array([0, 1, 100], kind))
    upper_half = (values((3,), 1).view("u4") >> 16).astype("u2")
    group.create_dataset("bfloat16", data=upper_half.view("V2")).attrs["dtype"] = "bfloat16"
    group.create_dataset("scalar", data=np.float32(-1.5))
    group.create_dataset("none", shape=(0, 3), dtype="f4")
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((5,))
    data = h5py.h5d.create(group.id, b"compact", h5py.h5t.IEEE_F32LE, space, compact)
    data.write(h5py.h5s.ALL, h5py.h5s.ALL, values((5,)))


def chunks(group):
    group.create_dataset(
        "shuffled", data=values((7, 5, 3)), chunks=(4, 4, 3), compression="gzip", shuffle=True)
    group.create_dataset("plain", data=values((3, 5), 1), chunks=(2, 2))
    group.create_dataset("many", data=values((70,), 2), chunks=(1,))  # a tree of two levels


def refused(group):
    group.create_dataset("lzf", data=values((4,)), chunks=(2,), compression="lzf")
    group.create_dataset("big_endian", data=values((4,), dtype=">f4"))
    group.create_dataset("text", data="words")
    group.create_dataset("complex", data=values((4,), dtype="c8"))
    group.create_dataset("unwritten", shape=(4,), dtype="f4")
    group.create_dataset("unwritten_chunks", shape=(4,), dtype="f4", chunks=(2,))
    group.create_dataset("external_data", shape=(4,), dtype="f4", external="data.raw")
    group["named_type"] = np.dtype("f4")
    group.create_dataset("shared_type", data=values((4,)), dtype=group["named_type"])
    group["soft_link"] = h5py.SoftLink("/text")
    group["external_link"] = h5py.ExternalLink("other.h5", "/w")


def datasets(file):
    numbers(file.create_group("numbers"))
    chunks(file.create_group("chunks"))
    refused(file.create_group("refused"))


def attributes(file):
    file.attrs["fixed"] = np.array([b"a", b"bc", b""])
    file.attrs["variable"] = ["a", "größe", ""]
    file.attrs["one"] = "alone"
    file.attrs["empty"] = []
    file.attrs["number"] = 7
    # More than 8 leave the object's header for a heap; 'huge' is larger than the heap's blocks hold.
    group = file.create_group("dense")
    for i in range(8):
        group.attrs[f"other_{i}"] = i
    group.attrs["huge"] = np.array([b"first", b"second", b"third"], dtype="S1500")
    group.attrs["short"] = np.array([b"a", b"bc"])
    file.create_dataset("new_chunks", data=values((4,)), chunks=(2,))


def unfolds(file):
    file.create_dataset("zeros", shape=(2**23,), dtype="f4", data=np.zeros(2**23, "f4"), chunks=(2**16,),
                        compression="gzip", compression_opts=9)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("*.h5"):
        old.unlink()
    write("keras2.h5", weights_file)
    write("keras2_latest.h5", keras2, libver="latest")
    write("whole_model.h5", whole_model, libver="v108")
    write("names.h5", names, libver="latest")
    write("keras3.weights.h5", keras3)
    config = h5py.get_config()
    config.track_order = True
    write("tracked_3.weights.h5", lambda f: tracked(f, 3), userblock_size=512)
    write("tracked_40.weights.h5", lambda f: tracked(f, 40))
    config.track_order = False
    write("datasets.h5", datasets)
    write("attributes.h5", attributes, libver="latest")
    write("unfolds.h5", unfolds)
    print(sum(f.stat().st_size for f in OUT.glob("*.h5")), "bytes")


if __name__ == "__main__":
    main()
