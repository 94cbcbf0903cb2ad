"""Writes ../data/metrics.json: what scikit-learn 1.2 says of small sets of predictions, random and degenerate.

Run: python3 metrics.py (needs numpy and scikit-learn 1.2).
Probabilities are float32 values (written as the shortest decimals that read back the same) and are measured as float64; classes are range(K), zero_division is 0.
null stands for a figure that is not defined (the ROC AUC of a class that is absent or alone, the average precision of one
that is absent, kappa where chance explains everything).
What scikit-learn does not have is made of its parts here: Brier's score of several classes is the sum of its two-class
scores, areas under risk-coverage curves are its trapezoidal auc, MedMNIST's figures are means of its roc_auc_score.
"""
import fractions
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


def mean_of_defined(values, weights):
    kept = [i for i, v in enumerate(values) if v is not None]
    return float(np.average([values[i] for i in kept], weights=weights[kept])) if kept else None


def averages(labels, predicted, k, average, auc, precisions):
    p, r, f, _ = sk.precision_recall_fscore_support(
        labels, predicted, labels=range(k), average=average, zero_division=0)
    weights = np.bincount(labels, minlength=k) if average == "weighted" else np.ones(k)
    area, precision = mean_of_defined(auc, weights), mean_of_defined(precisions, weights)
    if None not in auc and k > 2:
        whole = sk.roc_auc_score(labels, case_probabilities, multi_class="ovr", average=average)
        assert math.isclose(area, whole, abs_tol=1e-12)
        whole = sk.average_precision_score(np.eye(k)[labels], case_probabilities, average=average)
        assert math.isclose(precision, whole, abs_tol=1e-12)
    return {"precision": p, "recall": r, "f1": f, "roc_auc": area, "average_precision": precision}


def reliability(labels, predicted, confidence, bins=15):
    """[count, mean confidence, accuracy] of each bin (low, high]; the edges are float32, as the confidences."""
    edges = np.linspace(0, 1, bins + 1).astype(np.float32)
    rows = []
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        rows.append([int(inside.sum()), None, None] if not inside.any() else
                    [int(inside.sum()), float(confidence[inside].mean(dtype=np.float64)),
                     float((labels == predicted)[inside].mean())])
    return rows


def expected_calibration_error(rows):
    n = sum(count for count, _, _ in rows)
    return sum(count / n * abs(accuracy - confidence) for count, confidence, accuracy in rows if count)


def risk_coverage(wrong, confidence):
    """[coverage, risk, threshold] for each distinct confidence, the surest first."""
    rows = []
    for threshold in sorted(set(confidence.tolist()), reverse=True):
        answered = confidence >= threshold
        rows.append([float(answered.mean()), float(wrong[answered].mean()), threshold])
    return rows


def risk_areas(rows):
    coverage, risk = [0] + [r[0] for r in rows], [rows[0][1]] + [r[1] for r in rows]
    return sk.auc(coverage, risk), sk.auc(coverage, np.multiply(coverage, risk))


def without_straight(points):
    """Leaves out points on the straight line between the last one kept and the next; exact, by fractions."""
    kept = []
    for i, (x, y, threshold) in enumerate(points):
        if kept and i + 1 < len(points):
            (ax, ay, _), (cx, cy, _) = kept[-1], points[i + 1]
            if (x - ax) * (cy - ay) == (cx - ax) * (y - ay):
                continue
        kept.append((x, y, threshold))
    return [[float(x), float(y), None if math.isinf(t) else float(t)] for x, y, t in kept]


def exact(values):
    """The quotients of small numbers that scikit-learn rounded."""
    return [fractions.Fraction(float(v)).limit_denominator(1000) for v in values]


def curves(truth, score):
    """[x, y, threshold] of scikit-learn's curves by falling threshold; null: above all scores."""
    roc = []
    if 0 < truth.sum() < len(truth):
        fpr, tpr, thresholds = sk.roc_curve(truth, score, drop_intermediate=False)
        thresholds[0] = math.inf
        roc = without_straight(list(zip(exact(fpr), exact(tpr), thresholds)))
    precision, recall, thresholds = sk.precision_recall_curve(truth, score)
    thresholds = np.append(thresholds, math.inf)
    pr = without_straight(list(zip(exact(recall), exact(precision), thresholds))[::-1])
    return {"roc": roc, "precision_recall": pr}


def medmnist(labels, p, auc):
    if p.shape[1] == 2:
        return {"auc": auc[1], "acc": sk.accuracy_score(labels, p[:, 1] > 0.5)}
    return {"auc": None if None in auc else sum(auc) / len(auc), "acc": sk.accuracy_score(labels, p.argmax(axis=1))}


def case(name, labels, probabilities):
    global case_probabilities
    labels = np.asarray(labels)
    case_probabilities = p = np.asarray(probabilities, np.float32).astype(np.float64)
    n, k = p.shape
    predicted = p.argmax(axis=1)
    precision, recall, f1, support = sk.precision_recall_fscore_support(
        labels, predicted, labels=range(k), zero_division=0)
    auc, precisions = [], []
    for c in range(k):
        truth = labels == c
        auc.append(float(sk.roc_auc_score(truth, p[:, c])) if 0 < truth.sum() < n else None)
        precisions.append(float(sk.average_precision_score(truth, p[:, c])) if truth.any() else None)
    confidence = p.max(axis=1).astype(np.float32)
    bins = reliability(labels, predicted, confidence)
    risks = risk_coverage(labels != predicted, confidence)
    aurc, augrc = risk_areas(risks)
    kappa = float(sk.cohen_kappa_score(labels, predicted, labels=range(k)))
    curve_class = int(labels[0])
    return {
        "name": name,
        "classes": k,
        "labels": labels.tolist(),
        "probabilities": [float(str(np.float32(x))) for x in p.ravel()],
        "confusion": sk.confusion_matrix(labels, predicted, labels=range(k)).tolist(),
        "accuracy": sk.accuracy_score(labels, predicted),
        "balanced_accuracy": sk.balanced_accuracy_score(labels, predicted),
        "mcc": float(sk.matthews_corrcoef(labels, predicted)),
        "kappa": None if math.isnan(kappa) else kappa,
        "log_loss": sk.log_loss(labels, p, labels=range(k)),
        "brier": sum(sk.brier_score_loss(labels == c, p[:, c], pos_label=True) for c in range(k)),
        "ece": expected_calibration_error(bins),
        "reliability": bins,
        "aurc": aurc,
        "augrc": augrc,
        "risk_coverage": risks,
        "medmnist": medmnist(labels, p, auc),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "roc_auc": auc,
        "average_precision": precisions,
        "curve_class": curve_class,
        "curves": curves(labels == curve_class, p[:, curve_class]),
        "macro": averages(labels, predicted, k, "macro", auc, precisions),
        "weighted": averages(labels, predicted, k, "weighted", auc, precisions),
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
    random_case("two hundred pictures of five classes", 200, range(5), 5, 3.0),
    case("edges of the reliability bins", [0, 1, 0, 1, 0, 1], [[.6, .4], [.4, .6], [.8, .2], [.2, .8], [1, 0], [.5, .5]]),
    case("two classes, one of them without pictures", [1, 1, 1], [[.2, .8], [.6, .4], [.5, .5]]),
    case("a single picture, wrong", [2], [[.5, .25, .25]]),
]
out = pathlib.Path(__file__).parent.parent / "data" / "metrics.json"
lines = ",\n".join(json.dumps(c) for c in cases)
out.write_text('{"scikit_learn": "%s", "cases": [\n%s\n]}\n' % (sklearn.__version__, lines))
print(f"{out.name}: {len(cases)} cases, {out.stat().st_size} bytes")
