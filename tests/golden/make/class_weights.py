"""Golden numbers of giemsa::class_weights and giemsa::training_loss, for tests/data/class_weights_test.cpp and
tests/train/training_loss_test.cpp.

Usage: python3 tests/golden/make/class_weights.py > tests/golden/data/class_weights.json

weights: "balanced" by scikit-learn's compute_class_weight, the others from their formulas in numpy, all multiplied by
one number such that their mean over the pictures is 1. losses: torch.nn.functional.cross_entropy of PyTorch 1.13 on
logits that both sides can make, ((37 i + 11 k) mod 17 - 8) / 4 for picture i and class k, with label (5 i) mod K.
"""
import json

import numpy
import torch
from sklearn.utils.class_weight import compute_class_weight

COUNTS = [[1], [5, 5], [1, 99], [3, 1, 2], [791, 2022, 1005, 1877, 787, 920, 2158, 1521], [1, 10, 1000, 100000]]
BETAS = [0.0, 0.9, 0.999, 0.9999]


def mean_one(weights, counts):
    return (weights * counts.sum() / (weights * counts).sum()).tolist()


weights = []
for row in COUNTS:
    n = numpy.array(row, dtype=numpy.float64)
    y = numpy.repeat(numpy.arange(len(row)), row)
    balanced = compute_class_weight("balanced", classes=numpy.arange(len(row)), y=y)
    add = lambda name, beta, values: weights.append({"name": name, "beta": beta, "counts": row, "weights": values})
    add("none", 0.999, [1.0] * len(row))
    add("balanced", 0.999, balanced.tolist())
    add("sqrt", 0.999, mean_one(numpy.sqrt(balanced), n))
    for beta in BETAS:
        add("effective", beta, mean_one((1 - beta) / (1 - beta ** n), n))

losses = []
for pictures, classes in [(1, 2), (6, 3), (16, 8)]:
    logits = torch.tensor([[((37 * i + 11 * k) % 17 - 8) / 4 for k in range(classes)] for i in range(pictures)])
    labels = torch.tensor([5 * i % classes for i in range(pictures)])
    for weight in [None, [float(k + 1) / 2 for k in range(classes)], [10.0] + [0.1] * (classes - 1)]:
        for smoothing in [0.0, 0.1, 0.5]:
            loss = torch.nn.functional.cross_entropy(
                logits, labels, weight=None if weight is None else torch.tensor(weight), label_smoothing=smoothing)
            losses.append({"pictures": pictures, "classes": classes, "weights": weight, "smoothing": smoothing,
                           "loss": loss.item()})

print(json.dumps({"weights": weights, "losses": losses}, indent=0))
