"""State dicts and other files that torch.save of PyTorch 1.13 wrote, for tests/formats/torch_file_test.cpp.

Usage: python3 tests/golden/make/torch_files.py tests/golden/data/torch
Small files of both formats: tensors of every type and view, nested dicts, what is to be refused, and files as PyTorch
wrote them before 0.4 (put together by hand; torch.load must agree). The values are listed in the test.
"""

import argparse
import collections
import io
import os
import pathlib
import pickle
import struct
import sys
import types
import zipfile

import numpy as np
import torch

MAGIC, VERSION = 0x1950A86A20F9469CFC6C, 1001
MACHINE = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}


def everything():
    shared = torch.arange(4.0)
    return {
        "conv.weight": torch.arange(12.0).reshape(2, 3, 1, 2) / 8,
        "transposed": torch.arange(6.0).reshape(2, 3).t(),
        "sliced": torch.arange(20.0).reshape(4, 5)[1:3, ::2],
        "expanded": torch.tensor([2.0]).expand(3),
        "shared.all": shared,
        "shared.end": shared[2:],
        "half": torch.tensor([1.5, -0.25, 65504, 6e-8, float("inf")]).half(),
        "half.transposed": torch.arange(4.0).reshape(2, 2).t().half(),
        "bfloat": torch.tensor([1.5, -3, 2.0**100]).bfloat16(),
        "double": torch.tensor([0.1, -1e300], dtype=torch.float64),
        "counter": torch.tensor(7),
        "int": torch.tensor([-2, 2**24 + 1], dtype=torch.int32),
        "short": torch.tensor([-300], dtype=torch.int16),
        "char": torch.tensor([-3], dtype=torch.int8),
        "byte": torch.tensor([200], dtype=torch.uint8),
        "flags": torch.tensor([True, False]),
        "empty": torch.zeros(0, 7),
        "parameter": torch.nn.Parameter(torch.tensor([4.5])),
        "größe/µ": torch.tensor([8.0]),
    }


class RunsCode:
    def __reduce__(self):
        return os.system, ("echo this must never run",)


def module_without_source():
    """The old format keeps the source of a module's class and the name of its file, where it finds them."""
    nets = sys.modules["nets"] = types.ModuleType("nets")
    nets.Net = type("Net", (torch.nn.Module,), {"__module__": "nets"})
    return nets.Net()


def model():
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
    with torch.no_grad():
        for i, p in enumerate(net.parameters()):
            p.copy_((torch.arange(p.numel()) + 10 * i).reshape(p.shape))
    return net


class Old:
    """Pickles of a state dict's tensors as early PyTorch wrote them, by the pickle module's pure Python parts."""

    def __init__(self):
        self.storages = {}

    def storage(self, key, values):
        self.storages[key] = values
        return Persistent(("storage", torch.FloatStorage, key, "cpu", len(values), None))

    def write(self, path, state):
        out = io.BytesIO()
        for value in (MAGIC, VERSION, MACHINE):
            pickle.dump(value, out, protocol=2)
        OldPickler(out, protocol=2).dump(state)
        pickle.dump(sorted(self.storages), out, protocol=2)
        for key in sorted(self.storages):
            values = self.storages[key]
            out.write(struct.pack("<q", len(values)) + struct.pack(f"<{len(values)}f", *values))
        path.write_bytes(out.getvalue())


class Persistent:
    def __init__(self, pid):
        self.pid = pid


class Call:
    """Pickled as function(*arguments), then the object's state."""

    def __init__(self, function, arguments, state=None, new=False):
        self.parts = (function, arguments, state)
        self.new = new

    def __reduce__(self):
        raise AssertionError("OldPickler writes these")


class OldPickler(pickle._Pickler):
    def persistent_id(self, value):
        return value.pid if isinstance(value, Persistent) else None

    def save(self, value, save_persistent_id=True):
        if not isinstance(value, Call):
            return super().save(value, save_persistent_id)
        function, arguments, state = value.parts
        super().save(function)
        super().save(arguments)
        self.write(pickle.NEWOBJ if value.new else pickle.REDUCE)
        if state is not None:
            super().save(state)
            self.write(pickle.BUILD)


def old_files(folder):
    old = Old()
    a, b, c = old.storage("1", [1, 2, 3, 4, 5, 6]), old.storage("2", [7, 8]), old.storage("3", [9])
    rebuild, parameter = torch._utils._rebuild_tensor, torch.nn.Parameter
    state = Call(collections.OrderedDict, ([
        ["rebuilt", Call(rebuild, (a, 0, (3, 2), (1, 3)))],
        ["parameter", Call(parameter, (), (b, 0, (2,), (1,)), new=True)],
        ["variable", Call(parameter, (), (Call(rebuild, (c, 0, (1,), (1,))), None, None, True, False), new=True)],
    ],))  # the way of Python 2
    old.write(folder / "before_0.4.pth", state)
    with torch.no_grad():  # PyTorch 1.13 fills a parameter in place
        loaded = torch.load(folder / "before_0.4.pth")
    assert loaded["rebuilt"].tolist() == [[1, 4], [2, 5], [3, 6]], loaded
    assert loaded["parameter"].tolist() == [7, 8] and loaded["variable"].tolist() == [9], loaded


def odd_views(folder):
    """Views that PyTorch writes seldom or never: any stride of a side of one value, marks beside the values."""
    def write(name, view, *more):
        old = Old()
        storage = old.storage("1", [1, 2, 3, 4])
        old.write(folder / name, {"a": Call(torch._utils._rebuild_tensor_v2, (storage, *view, False, {}, *more))})

    write("any_stride.pth", (0, (1, 2, 2), (2**63 - 1, 1, 2)))
    write("no_marks.pth", (0, (4,), (1,)), {})
    write("negated.pth", (0, (4,), (1,)), {"neg": True})


def main():
    folder = pathlib.Path(sys.argv[1])
    save = lambda name, value, **how: torch.save(value, folder / name, **how)
    legacy = {"_use_new_zipfile_serialization": False}

    save("zip.pth", collections.OrderedDict(everything()))
    save("zip_plain_dict_protocol_4.pth", everything(), pickle_protocol=4)
    save("legacy.pth", collections.OrderedDict(everything()), **legacy)
    save("legacy_plain_dict_protocol_4.pth", everything(), pickle_protocol=4, **legacy)

    net = model()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    net(torch.ones(4, 2)).sum().backward()
    state = net.state_dict()
    save("state_dict.pth", state)
    save("parameters.pth", dict(net.named_parameters()))
    optimizer.step()
    state = model().state_dict()
    save("checkpoint.pth", {"epoch": 3, "huge": 2**70, "best_acc1": torch.tensor(76.5), "arch": "net", "none": None,
                            "optimizer": optimizer.state_dict(),
                            "state_dict": {f"module.{name}": value for name, value in state.items()}})
    options = argparse.Namespace(lr=0.1, opt="sgd", layers=[1, 2], mean=np.float32(0.5))
    save("training.pth", {"model": state, "args": options, "best": np.float64(76.5),
                          "lr_scheduler": {"milestones": collections.Counter([3, 6])}})
    save("training_legacy.pth", {"model": state, "args": options, "best": np.float64(76.5)}, **legacy)
    save("two_state_dicts.pth", {"model": state, "model_ema": state})
    save("no_tensors.pth", {"epoch": 3, "classes": ["a", "b"]})
    save("other_entry.pth", {"weight": torch.zeros(1), "epoch": 3})
    save("list.pth", [torch.zeros(1)])
    save("os_system.pth", {"weight": RunsCode()})
    save("os_system_legacy.pth", {"weight": RunsCode()}, **legacy)
    save("whole_module.pth", net)
    save("whole_module_legacy.pth", module_without_source(), **legacy)
    save("numpy.pth", {"weight": torch.zeros(1), "score": np.float64(0.5)})
    save("many_views.pth", {f"v{i}": torch.zeros(1).expand(100_000) for i in range(4)})
    save("small.pth", {"a": torch.tensor([1.0, 2.0]), "b": torch.tensor([3.0]).half()})
    save("small_legacy.pth", {"a": torch.tensor([1.0, 2.0]), "b": torch.tensor([3.0]).half()}, **legacy)
    old_files(folder)
    odd_views(folder)

    def rezip(name, change, method=zipfile.ZIP_STORED):
        """small.pth once more: `change` turns {entry: bytes} into another."""
        with zipfile.ZipFile(folder / "small.pth") as source:
            entries = {entry: source.read(entry) for entry in source.namelist()}
        with zipfile.ZipFile(folder / name, "w", method) as out:
            for entry, content in change(entries).items():
                out.writestr(zipfile.ZipInfo(entry), content, method)

    rezip("deflated.pth", dict, zipfile.ZIP_DEFLATED)
    rezip("little_endian.pth", lambda e: e | {"small/byteorder": b"little"})
    rezip("big_endian.pth", lambda e: e | {"small/byteorder": b"big"})
    rezip("short_storage.pth", lambda e: e | {"small/data/0": b"1234"})
    rezip("no_storage.pth", lambda e: {k: v for k, v in e.items() if not k.endswith("data/1")})
    rezip("two_pickles.pth", lambda e: e | {"other/data.pkl": b""})
    rezip("torchscript.pth", lambda e: e | {"small/constants.pkl": b""})
    rezip("no_pickle.zip", lambda e: {"config.json": b"{}", "model.weights.h5": b""})


if __name__ == "__main__":
    main()
