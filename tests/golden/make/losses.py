"""Golden numbers of giemsa::training_loss for tests/train/loss_test.cpp, by PyTorch 1.13 in float64 with autograd.

Usage: python3 tests/golden/make/losses.py > tests/golden/data/losses.json

logits: ((37 i + 11 k) mod 17 - 8) / 4 for picture i and class k; label: (5 i) mod K.
hard: cross_entropy of labels with weights and label smoothing.
soft: cross_entropy of probabilities: every picture mixed with the next one, 0.3 of it, behind smoothing; no weights.
focal: its definition for one class (Lin et al. 2017, arXiv 1708.02002, equation 4 with weights for alpha), as many
classes' softmax has it; the mean over pictures is weighted as in PyTorch's cross_entropy of labels.
"""
import json

import torch
from torch.nn.functional import cross_entropy, one_hot


def case(name, pictures, classes, weights, smoothing, gamma, loss_of):
    logits = torch.tensor([[((37 * i + 11 * k) % 17 - 8) / 4 for k in range(classes)] for i in range(pictures)],
                          dtype=torch.float64, requires_grad=True)
    labels = torch.tensor([5 * i % classes for i in range(pictures)])
    smoothed = one_hot(labels, classes).double() * (1 - smoothing) + smoothing / classes
    mixed = 0.7 * smoothed + 0.3 * smoothed.roll(-1, 0)
    w = None if weights is None else torch.tensor(weights, dtype=torch.float64)
    loss = loss_of(logits, labels, mixed, w, smoothing, gamma)
    loss.backward()
    return {"kind": name, "pictures": pictures, "classes": classes, "weights": weights, "smoothing": smoothing,
            "gamma": gamma, "loss": loss.item(), "gradient": [float(f"{g:.8g}") for g in logits.grad.flatten().tolist()]}


def hard(logits, labels, mixed, weights, smoothing, gamma):
    return cross_entropy(logits, labels, weights, label_smoothing=smoothing)


def soft(logits, labels, mixed, weights, smoothing, gamma):
    return cross_entropy(logits, mixed)


def focal(logits, labels, mixed, weights, smoothing, gamma):
    p = torch.softmax(logits, 1).gather(1, labels[:, None])[:, 0]
    alpha = torch.ones_like(p) if weights is None else weights[labels]
    return (alpha * (1 - p)**gamma * -torch.log(p)).sum() / alpha.sum()


cases = []
for pictures, classes in [(1, 2), (5, 3), (7, 8)]:
    for weights in [None, [float(k + 1) / 2 for k in range(classes)], [10.0] + [0.1] * (classes - 1)]:
        for smoothing in [0.0, 0.1, 0.5]:
            cases.append(case("hard", pictures, classes, weights, smoothing, 0, hard))
        for gamma in [0.0, 0.5, 2.0, 5.0]:
            cases.append(case("focal", pictures, classes, weights, 0.0, gamma, focal))
    for smoothing in [0.0, 0.1]:
        cases.append(case("soft", pictures, classes, None, smoothing, 0, soft))
print("[" + ",\n".join(json.dumps(c) for c in cases) + "]")
