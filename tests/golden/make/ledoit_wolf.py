"""Writes ../data/ledoit_wolf.json: what scikit-learn 1.2 says of small sets of features.

Run: python3 ledoit_wolf.py (needs numpy and scikit-learn 1.2).
For each case the rows, the mean, LedoitWolf's covariance and shrinkage; and the squared Mahalanobis distances of the rows, where the covariance has an inverse.
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.covariance import LedoitWolf

assert sklearn.__version__.startswith("1.2"), sklearn.__version__
random = np.random.default_rng(20210616)


def case(name, rows):
    rows = np.round(np.asarray(rows, dtype=np.float64), 6)
    fit = LedoitWolf().fit(rows)
    out = {
        "name": name,
        "rows": rows.tolist(),
        "mean": fit.location_.tolist(),
        "covariance": fit.covariance_.tolist(),
        "shrinkage": float(fit.shrinkage_),
    }
    if np.linalg.cond(fit.covariance_) < 1e9:
        centred = rows - fit.location_
        out["squared_distances"] = (centred * np.linalg.solve(fit.covariance_, centred.T).T).sum(axis=1).tolist()
    return out


def correlated(n, d):
    return random.normal(size=(n, d)) @ random.normal(size=(d, d)) + random.normal(size=d) * 10


cases = [
    case("many records", correlated(300, 5)),
    case("more records than one block", correlated(600, 3)),
    case("fewer records than features", correlated(6, 9)),
    case("two records", correlated(2, 4)),
    case("one feature", random.normal(size=(20, 1)) * 3 + 1),
    case("a constant feature", np.column_stack([correlated(30, 3), np.full(30, 7.0)])),
    case("a feature twice", (lambda x: np.column_stack([x, x[:, 0]]))(correlated(40, 3))),
    case("heavy tails", random.standard_t(2, size=(80, 6))),
    case("round", random.normal(size=(50, 8))),
    case("all equal", np.full((10, 3), 2.5)),
]
path = pathlib.Path(__file__).parent.parent / "data" / "ledoit_wolf.json"
path.write_text(json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}, separators=(",", ":")) + "\n")
