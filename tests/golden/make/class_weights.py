"""Golden numbers of giemsa::class_weights, for tests/balance/class_weights_test.cpp.

Usage: python3 tests/golden/make/class_weights.py > tests/golden/data/class_weights.json

weights: "balanced" by scikit-learn's compute_class_weight, the others from their formulas in numpy, all multiplied by
one number such that their mean over the pictures is 1.
"""
import json

import numpy
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

print(json.dumps({"weights": weights}, indent=0))
