"""Writes ../data/metrics.json: what scikit-learn 1.2 says of small sets of predictions, random and degenerate.

Run: python3 metrics.py (needs numpy and scikit-learn 1.2).
Probabilities are float32 values (written as the shortest decimals that read back the same) and are measured as float64; classes are range(K), zero_division is 0.
null stands for a figure that is not defined (the ROC AUC of a class that is absent or alone).
"""
import json
import math
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn import metrics as sk

warnings.filterwarnings("ignore")
random = np.random.default_rng(20240531)


def softmax_rows(n, k, labels, sharpness):
    logits = random.normal(size=(n, k)) + sharpness * np.eye(k)[labels]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True)).astype(np.float32)


def tied_rows(n, k, parts):
    """Probabilities that are multiples of 1/parts, so that most of them are tied."""
    return np.stack([random.multinomial(parts, np.full(k, 1 / k)) for _ in range(n)]).astype(np.float32) / parts


def averages(labels, predicted, k, average, auc):
    p, r, f, _ = sk.precision_recall_fscore_support(
        labels, predicted, labels=range(k), average=average, zero_division=0)
    defined = [a is not None for a in auc]
    support = np.bincount(labels, minlength=k)
    weights = support if average == "weighted" else np.ones(k)
    area = None
    if any(defined):
        area = float(np.average([a for a in auc if a is not None], weights=weights[defined]))
    if all(defined) and k > 2:
        whole = sk.roc_auc_score(labels, case_probabilities, multi_class="ovr", average=average)
        assert math.isclose(area, whole, abs_tol=1e-12)
    return {"precision": p, "recall": r, "f1": f, "roc_auc": area}


def case(name, labels, probabilities):
    global case_probabilities
    labels = np.asarray(labels)
    case_probabilities = p = np.asarray(probabilities, np.float32).astype(np.float64)
    n, k = p.shape
    predicted = p.argmax(axis=1)
    precision, recall, f1, support = sk.precision_recall_fscore_support(
        labels, predicted, labels=range(k), zero_division=0)
    auc = []
    for c in range(k):
        truth = labels == c
        auc.append(float(sk.roc_auc_score(truth, p[:, c])) if 0 < truth.sum() < n else None)
    return {
        "name": name,
        "classes": k,
        "labels": labels.tolist(),
        "probabilities": [float(str(np.float32(x))) for x in p.ravel()],
        "confusion": sk.confusion_matrix(labels, predicted, labels=range(k)).tolist(),
        "accuracy": sk.accuracy_score(labels, predicted),
        "balanced_accuracy": sk.balanced_accuracy_score(labels, predicted),
        "log_loss": sk.log_loss(labels, p, labels=range(k)),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "roc_auc": auc,
        "macro": averages(labels, predicted, k, "macro", auc),
        "weighted": averages(labels, predicted, k, "weighted", auc),
    }


def random_case(name, n, labels, k, sharpness):
    labels = random.choice(labels, size=n)
    return case(name, labels, softmax_rows(n, k, labels, sharpness))


cases = [
    random_case("eight classes, a fair model", 80, range(8), 8, 2.0),
    random_case("eight classes, guessing", 60, range(8), 8, 0.0),
    random_case("unequal classes", 60, [0, 0, 0, 0, 0, 0, 1, 2], 3, 1.5),
    random_case("two classes", 40, range(2), 2, 1.0),
    random_case("a class without pictures", 30, [0, 1, 3], 4, 1.0),
    random_case("one class only", 12, [2], 4, 1.0),
    random_case("a single picture", 1, [1], 3, 1.0),
    case("ties everywhere", random.integers(0, 4, 50), tied_rows(50, 4, 4)),
    case("two classes, ties", random.integers(0, 2, 30), tied_rows(30, 2, 4)),
    case("all the same answer", random.integers(0, 3, 15), np.full((15, 3), 1 / 3)),
    case("all right, certain", [0, 1, 2, 2], np.eye(3)[[0, 1, 2, 2]]),
    case("all wrong, certain", [0, 1, 2, 2], np.eye(3)[[1, 2, 0, 0]]),
    case("a class that is never predicted", [0, 1, 2, 0], [[.6, .2, .2], [.5, .3, .2], [.5, .1, .4], [.8, .1, .1]]),
    case("rows that do not sum to one", [0, 1, 1], [[.6, .3995], [.5, .5005], [.3, .6999]]),
]
out = pathlib.Path(__file__).parent.parent / "data" / "metrics.json"
lines = ",\n".join(json.dumps(c) for c in cases)
out.write_text('{"scikit_learn": "%s", "cases": [\n%s\n]}\n' % (sklearn.__version__, lines))
print(f"{out.name}: {len(cases)} cases, {out.stat().st_size} bytes")
