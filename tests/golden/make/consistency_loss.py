"""AugMix's consistency loss and its gradient by PyTorch's kl_div in float64; for
tests/train/consistency_loss_test.cpp.

Usage: python3 tests/golden/make/consistency_loss.py > tests/golden/data/consistency_loss.json
Made with PyTorch 1.13.
"""

import json

import torch
import torch.nn.functional as F


def case(pictures, classes, scale):
    step = torch.arange(3 * pictures * classes, dtype=torch.float64)
    logits = (((37 * step) % 101 - 50) / 50 * scale).reshape(3 * pictures, classes).requires_grad_(True)
    parts = [F.softmax(part, 1) for part in logits.chunk(3)]
    log_mean = torch.clamp(sum(parts) / 3, 1e-7, 1).log()
    loss = sum(F.kl_div(log_mean, part, reduction="batchmean") for part in parts) / 3
    loss.backward()
    return {"pictures": pictures, "classes": classes, "scale": scale, "loss": loss.item(),
            "gradient": [float(f"{g:.9g}") for g in logits.grad.flatten().tolist()]}


print(json.dumps([case(1, 2, 1), case(4, 8, 1), case(3, 5, 4), case(2, 8, 30)]))
