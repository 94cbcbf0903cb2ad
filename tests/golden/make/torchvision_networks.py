"""Golden names, shapes and outputs of torchvision's networks; weights by formula_weights.py, run in float64.

Usage: python3 tests/golden/make/torchvision_networks.py tests/golden/data [network ...]
Writes torchvision_outputs.json and, of two networks, torchvision_<network>.txt (one "name shape" per line, in the
order of the state dict). ConvNeXt's names are turned into timm's, which giemsa follows. With networks named, only
theirs go to torchvision_outputs.json.
Made with torch 1.13.0, torchvision 0.14.1; takes two minutes and 4 GB of memory.
"""

import json
import pathlib
import re
import sys

import torch
import torchvision

from formula_weights import fnv1a, picture, weight

CLASSES = 10
SIDES_PX = (96, 101)
# Each network and the gain of its kernels: activations neither explode nor forget the picture.
GAINS = {
    "vgg16": 2, "vgg19": 2, "vgg16_bn": 2, "vgg19_bn": 2,
    "mobilenet_v2": 1.5, "mobilenet_v3_small": 2, "mobilenet_v3_large": 1.75,
    "squeezenet1_0": 2, "squeezenet1_1": 2,
    "resnet18": 1, "resnet34": 1, "resnet50": 1, "resnet101": 0.85, "resnet152": 0.75,
    "densenet121": 2,
    "efficientnet_b0": 2.25, "efficientnet_b1": 2.1, "efficientnet_b2": 2.1, "efficientnet_b3": 2,
    "efficientnet_b4": 1.9, "efficientnet_v2_s": 1.25,
    "inception_v3": 2.25,
    "convnext_tiny": 1.5, "convnext_small": 1.5, "convnext_base": 1.5, "convnext_large": 1.5,
}
LISTED = ("mobilenet_v2", "convnext_tiny")
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


def make(network, classes=CLASSES):
    """The network without an auxiliary classifier, which only training has a use for."""
    special = {"aux_logits": False, "init_weights": False} if network == "inception_v3" else {}
    return getattr(torchvision.models, network)(num_classes=classes, **special)


def last_map(network, model):
    """The module that gives the map before the head's pooling."""
    if network.startswith("resnet"):
        return model.layer4
    return model.Mixed_7c if network == "inception_v3" else model.features


def parameters(network, model):
    """(torchvision's name, giemsa's name, giemsa's shape) without what giemsa has no use for."""
    rename = timm_name if network.startswith("convnext") else str
    for name, tensor in model.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            shape = tensor.shape[:1] if name.endswith("layer_scale") else tensor.shape
            yield name, rename(name), tuple(shape)


def name_lines(network, model):
    return [f"{ours} {'x'.join(map(str, shape))}\n" for _, ours, shape in parameters(network, model)]


def fill(network, model):
    state = model.state_dict()
    for name, ours, shape in parameters(network, model):
        state[name].copy_(torch.from_numpy(weight(ours, shape, GAINS[network])).reshape(state[name].shape))
    return model.double().eval()


def run(network, model, side_px):
    maps = []
    hook = last_map(network, model).register_forward_hook(lambda module, inputs, out: maps.append(out.clone()))
    x = torch.from_numpy(picture(side_px)).double().permute(2, 0, 1)[None]
    with torch.no_grad():
        logits = model(x)[0]
    hook.remove()
    features = maps[0].relu() if network.startswith("densenet") else maps[0]  # its ReLU stands in forward()
    flat = features[0].permute(1, 2, 0).flatten()
    rounded = lambda t: [float(f"{v:.9g}") for v in t.tolist()]
    return {
        "input_px": side_px,
        "features_shape": list(features.shape[1:]),
        "features_std": float(f"{flat.std(unbiased=False):.9g}"),
        "features_strided64": rounded(flat[[j * flat.numel() // 64 for j in range(64)]]),
        "logits": rounded(logits),
    }


def figures(network):
    lines = name_lines(network, make(network))
    model = fill(network, make(network))
    return {
        "gain": GAINS[network],
        "tensors": len(lines),
        "names_fnv1a": f"{fnv1a(''.join(sorted(lines))):016x}",  # sorted: the order is no part of the format
        "outputs": [run(network, model, side) for side in SIDES_PX],
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    for network in LISTED:
        lines = name_lines(network, make(network, 1000))
        (folder / f"torchvision_{network}.txt").write_text("".join(lines))
    text = json.dumps({network: figures(network) for network in sys.argv[2:] or GAINS}, indent=1)
    flat_list = lambda m: "[" + " ".join(m[1].split()) + "]"
    text = re.sub(r"\[([^][{}]*)\]", flat_list, text)  # lists of numbers on one line
    (folder / "torchvision_outputs.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
