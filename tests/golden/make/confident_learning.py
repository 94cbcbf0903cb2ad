"""Writes ../data/confident_learning.json: confident learning on small sets, straight from the paper's formulas.

Run: python3 confident_learning.py (needs numpy).
Northcutt, Jiang, Chuang, JAIR 2021 (arXiv 1911.00068): thresholds eq. 2, counts eq. 1, calibration eq. 3; the scores are those
that src/giemsa/inspect/label_errors.h defines. Probabilities are float32 values, measured as float64. Label -1: none; known 0: no
prediction.
"""
import json
import pathlib

import numpy as np

random = np.random.default_rng(1911)


def probabilities(truth, k, sharpness):
    logits = random.normal(size=(len(truth), k)) + sharpness * np.eye(k)[truth]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True)).astype(np.float32)


def case(name, labels, p, known=None):
    labels = np.asarray(labels)
    p = np.asarray(p, np.float32).astype(np.float64)
    n, k = p.shape
    known = np.ones(n, int) if known is None else np.asarray(known)
    used = (labels >= 0) & (known == 1)
    thresholds = np.array([p[used & (labels == c), c].mean() if (used & (labels == c)).any() else 1.0 for c in range(k)])
    counts = np.zeros((k, k), int)
    sure = np.full(n, -1)
    for i in range(n):
        reached = [c for c in range(k) if p[i, c] >= thresholds[c]]
        if reached:
            sure[i] = max(reached, key=lambda c: p[i, c])  # the first of equals
        if used[i] and sure[i] >= 0:
            counts[labels[i], sure[i]] += 1
    carriers = np.array([(used & (labels == c)).sum() for c in range(k)])
    rows = counts.sum(axis=1)
    estimate = np.where(rows[:, None] > 0, counts / np.maximum(rows, 1)[:, None] * carriers[:, None], np.diag(carriers))
    rate = (estimate.sum() - np.trace(estimate) + 1) / (estimate.sum() + 2)
    own = p[np.arange(n), np.maximum(labels, 0)]
    flip = rate / max(1, k - 1)
    score = flip * (1 - own) / (flip * (1 - own) + (1 - rate) * own)
    return {
        "name": name,
        "classes": k,
        "labels": labels.tolist(),
        "known": known.tolist(),
        "probabilities": [float(str(np.float32(x))) for x in p.ravel()],
        "thresholds": thresholds.tolist(),
        "confident": sure.tolist(),
        "counts": counts.ravel().tolist(),
        "estimate": estimate.ravel().tolist(),
        "noise_rate": rate,
        "scores": np.where(used, score, 0).tolist(),
        "suggested": np.where(used, p.argmax(axis=1), -1).tolist(),
    }


def flipped(truth, k, share):
    labels = truth.copy()
    wrong = random.permutation(len(truth))[: int(share * len(truth))]
    labels[wrong] = (labels[wrong] + random.integers(1, k, len(wrong))) % k
    return labels


def random_case(name, n, k, share, sharpness):
    truth = random.integers(0, k, n)
    return case(name, flipped(truth, k, share), probabilities(truth, k, sharpness))


truth = random.integers(0, 3, 40)
cases = [
    random_case("a good model, few wrong labels", 80, 4, 0.05, 5.0),
    random_case("a fair model, many wrong labels", 80, 3, 0.3, 2.0),
    random_case("a model that guesses", 40, 3, 0.1, 0.0),
    random_case("two classes", 40, 2, 0.1, 3.0),
    case("some without label, some without prediction", np.where(random.random(40) < 0.2, -1, truth),
         probabilities(truth, 3, 3.0), random.random(40) < 0.8),
    case("a label that nobody carries", truth % 2, probabilities(truth % 2, 3, 3.0)),
    case("a label without a sure record", [0, 0, 0, 1, 1], [[.9, .1], [.8, .2], [.85, .15], [.9, .1], [.86, .14]]),
    case("nobody is sure of one label", [0, 0, 1, 1, 2, 2],
         [[.5, .3, .2], [.3, .4, .3], [.2, .6, .2], [.1, .7, .2], [.3, .3, .4], [.4, .35, .25]]),
    case("ties", [0, 1, 0, 1], [[.5, .5], [.5, .5], [.5, .5], [.5, .5]]),
    case("certain", [0, 1, 1], [[1, 0], [0, 1], [1, 0]]),
    case("nothing to go by", [-1, -1], [[.5, .5], [.2, .8]]),
]
out = pathlib.Path(__file__).parent.parent / "data" / "confident_learning.json"
out.write_text('{"cases": [\n%s\n]}\n' % ",\n".join(
    json.dumps({key: [int(v) if isinstance(v, bool) else v for v in value] if isinstance(value, list) else value
                for key, value in c.items()}) for c in cases))
print(f"{out.name}: {len(cases)} cases, {out.stat().st_size} bytes")
