"""Writes ../data/trust.json: calibration, conformal limits and novelty by PyTorch, NumPy and scikit-learn.

Run: python3 trust.py (needs torch, numpy and scikit-learn 1.2).
The logits and features come from a formula, which tests/trust/formula.h repeats.
"""
import json
import pathlib

import numpy as np
import torch
from sklearn.covariance import OAS
from sklearn.decomposition import PCA
from sklearn.preprocessing import normalize

MASK = 0xFFFFFFFF


def uniform(i, j):
    """A number in [-0.5, 0.5) made from two integers."""
    x = ((i * 1000 + j + 1) * 2654435761) & MASK
    x ^= x >> 15
    x = (x * 2246822519) & MASK
    x ^= x >> 13
    return np.float32(x / 2**32 - 0.5)


def logits(count, classes):
    return np.array([[np.float32(8) * uniform(i, k) + np.float32(2 if k == i % classes else 0) for k in range(classes)]
                     for i in range(count)], np.float32)


def features(count, size, first=0):
    """Three classes by turns; the spread falls with the number of the feature."""
    return np.array([[uniform(i, d) / np.float32(1 + d) + uniform(50000 + i % 3, d) for d in range(size)]
                     for i in range(first, first + count)], np.float32)


def minimise(parameters, loss):
    optimizer = torch.optim.LBFGS(parameters, lr=1, max_iter=500, tolerance_grad=1e-12, tolerance_change=1e-15,
                                  line_search_fn="strong_wolfe", history_size=50)

    def closure():
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    optimizer.step(closure)


def calibration(count, classes):
    z = torch.tensor(logits(count, classes).astype(np.float64))
    y = torch.arange(count) % classes
    nll = lambda x: torch.nn.functional.cross_entropy(x, y, reduction="sum")
    log_scale = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    minimise([log_scale], lambda: nll(z * log_scale.exp()) + 1.5 * (log_scale**2).sum())
    scale = log_scale.exp().item()

    centred = z - z.mean(1, keepdim=True)
    ratios, shift = (torch.zeros(classes, dtype=torch.float64, requires_grad=True) for _ in range(2))
    minimise([ratios, shift],
             lambda: nll(centred * scale * ratios.exp() + shift) + 5 * ((ratios**2).sum() + (shift**2).sum()))
    return {"count": count, "classes": classes, "temperature_scale": scale,
            "vector_scale": (scale * ratios.exp()).tolist(), "vector_shift": shift.tolist()}


def limits(count):
    scores = np.sort([np.float32(uniform(i, 7) + np.float32(0.5)) for i in range(count)])
    levels = [level for level in (0.5, 0.8, 0.9, 0.95, 0.99) if np.ceil((count + 1) * level - 1e-9) <= count]
    return {"count": count, "levels": levels,
            "limits": [float(np.quantile(scores, np.ceil((count + 1) * level - 1e-9) / count - 1e-9, method="inverted_cdf"))
                       for level in levels]}


def novelty(count, size, most_axes=128):
    axes = min(most_axes, count // 4, (size + 1) // 2)
    x = normalize(features(count, size).astype(np.float64))
    pca = PCA(axes, svd_solver="full").fit(x)
    z = pca.transform(x)
    label = np.arange(count) % 3
    centres = np.stack([z[label == c].mean(0) for c in range(3)])
    within = OAS(assume_centered=True).fit(z - centres[label])
    rest = ((x - pca.mean_)**2).sum() - (z**2).sum()
    rest_variance = rest / (count * (size - axes)) + 1e-8
    precision = np.linalg.inv(within.covariance_ + 1e-8 * np.eye(axes))

    asked = normalize(np.concatenate([features(3, size, count), -features(1, size), np.ones((1, size))]).astype(np.float64))
    along = pca.transform(asked)
    gaps = along[:, None] - centres[None]
    nearest = np.einsum("qci,ij,qcj->qc", gaps, precision, gaps).min(1)
    off = ((asked - pca.mean_)**2).sum(1) - (along**2).sum(1)
    return {"count": count, "size": size, "axes": axes,
            "scores": np.sqrt((nearest + off / rest_variance) / size).tolist()}


def main():
    golden = {"calibration": [calibration(60, 4), calibration(200, 3)],
              "conformal": [limits(19), limits(20), limits(137)],
              "novelty": [novelty(120, 10), novelty(40, 30), novelty(400, 300)]}
    path = pathlib.Path(__file__).parent.parent / "data" / "trust.json"
    path.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
