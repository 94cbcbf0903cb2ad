"""Golden names, shapes and outputs of torchvision's networks; weights by formula_weights.py, run in float64.

Usage: python3 tests/golden/make/torchvision_networks.py tests/golden/data
Writes torchvision_<network>.txt (one "name shape" per line, in the order of the state dict) and
torchvision_outputs.json. ConvNeXt's names are turned into timm's, which giemsa follows.
Made with torch 1.13.0, torchvision 0.14.1.
"""

import json
import pathlib
import re
import sys

import torch
import torchvision

from formula_weights import picture, weight

CLASSES = 10
BLOCK = {"0": "conv_dw", "2": "norm", "3": "mlp.fc1", "5": "mlp.fc2"}


def timm_name(name):
    """A name in torchvision's ConvNeXt → its name in timm's."""
    name = re.sub(r"^features\.0\.", "stem.", name)
    name = re.sub(r"^features\.([246])\.([01])\.",
                  lambda m: f"stages.{int(m[1]) // 2}.downsample.{m[2]}.", name)
    name = re.sub(r"^features\.([1357])\.(\d+)\.layer_scale$",
                  lambda m: f"stages.{int(m[1]) // 2}.blocks.{m[2]}.gamma", name)
    name = re.sub(r"^features\.([1357])\.(\d+)\.block\.(\d)\.",
                  lambda m: f"stages.{int(m[1]) // 2}.blocks.{m[2]}.{BLOCK[m[3]]}.", name)
    return name.replace("classifier.0.", "head.norm.").replace("classifier.2.", "head.fc.")


def parameters(model, rename):
    """(torchvision's name, giemsa's name, giemsa's shape) without what giemsa has no use for."""
    for name, tensor in model.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            shape = tensor.shape[:1] if name.endswith("layer_scale") else tensor.shape
            yield name, rename(name), tuple(shape)


def run(model, rename, side_px):
    state = model.state_dict()
    for name, ours, shape in parameters(model, rename):
        state[name] = torch.from_numpy(weight(ours, shape)).double().reshape(state[name].shape)
    model = model.double().eval()
    model.load_state_dict(state)
    x = torch.from_numpy(picture(side_px)).double().permute(2, 0, 1)[None]
    with torch.no_grad():
        features = model.features(x)
        logits = model(x)[0]
    flat = features[0].permute(1, 2, 0).flatten()
    rounded = lambda t: [float(f"{v:.9g}") for v in t.tolist()]
    return {
        "input_px": side_px,
        "features_shape": list(features.shape[1:]),
        "features_std": float(f"{flat.std(unbiased=False):.9g}"),
        "features_strided64": rounded(flat[[j * flat.numel() // 64 for j in range(64)]]),
        "logits": rounded(logits),
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    outputs = {}
    for name, rename in (("mobilenet_v2", str), ("convnext_tiny", timm_name)):
        make = getattr(torchvision.models, name)
        lines = [f"{ours} {'x'.join(map(str, shape))}\n" for _, ours, shape in parameters(make(), rename)]
        (folder / f"torchvision_{name}.txt").write_text("".join(lines))
        outputs[name] = [run(make(num_classes=CLASSES), rename, side) for side in (96, 101)]
    text = json.dumps(outputs, indent=1)
    flat_list = lambda m: "[" + " ".join(m[1].split()) + "]"
    text = re.sub(r"\[([^][{}]*)\]", flat_list, text)  # lists of numbers on one line
    (folder / "torchvision_outputs.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
