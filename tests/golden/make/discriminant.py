"""Writes ../data/discriminant.json: what scikit-learn's linear discriminant analysis answers on small sets.

Run: python3 discriminant.py (needs numpy and scikit-learn 1.2).
LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.05): the covariance drawn by 5 % towards a multiple of the unit matrix, as in
src/giemsa/inspect/discriminant.h. Features are float32 values. `distances`, by numpy: between the first record and each other one,
whitened by that covariance and projected onto the span of the differences between class means.
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

random = np.random.default_rng(1936)


def case(name, x, labels):
    x = np.round(x, 3).astype(np.float32)
    exact = x.astype(np.float64)
    lda = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.05).fit(exact, labels)
    variances, directions = np.linalg.eigh(lda.covariance_)
    whitening = directions / np.sqrt(variances)
    differences = (lda.means_[1:] - lda.means_[0]) @ whitening
    projection = np.linalg.pinv(differences) @ differences
    places = exact @ whitening @ projection
    return {
        "name": name,
        "columns": x.shape[1],
        "labels": labels.tolist(),
        "features": [float(str(v)) for v in x.ravel()],
        "probabilities": np.round(lda.predict_proba(exact), 9).ravel().tolist(),
        "distances": np.linalg.norm(places - places[0], axis=1).tolist(),
    }


def blobs(counts, columns, apart):
    labels = np.repeat(np.arange(len(counts)), counts)
    mixing = random.normal(size=(columns, columns))
    x = random.normal(size=(len(labels), columns)) @ mixing + apart * random.normal(size=(len(counts), columns))[labels]
    return x, labels


cases = [
    case("three classes", *blobs([15, 10, 5], 4, 3.0)),
    case("two classes", *blobs([12, 12], 3, 2.0)),
    case("more classes than features", *blobs([8, 8, 8, 8], 2, 4.0)),
    case("more features than records", *blobs([6, 5], 16, 1.0)),
    case("classes hardly apart", *blobs([10, 10, 10], 5, 0.3)),
]
out = pathlib.Path(__file__).parent.parent / "data" / "discriminant.json"
lines = ",\n".join(json.dumps(c) for c in cases)
out.write_text('{"scikit_learn": "%s", "cases": [\n%s\n]}\n' % (sklearn.__version__, lines))
print(f"{out.name}: {len(cases)} cases, {out.stat().st_size} bytes")
