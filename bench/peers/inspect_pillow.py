"""What `giemsa inspect` checks without a model, as one writes it with Pillow, imagehash, numpy and scikit-learn. The
peer of bench/inspect.sh. Without imagehash its phash is computed here in the same way.

Usage: python3 bench/peers/inspect_pillow.py IMAGES OUT [--processes 0]

IMAGES holds one folder per class. Writes OUT/findings.csv and prints the number of pictures and seconds.
"""

import argparse
import csv
import hashlib
import multiprocessing
import os
import time

import numpy as np
from PIL import Image
from sklearn.covariance import LedoitWolf
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

try:
    import imagehash
except ImportError:
    imagehash = None
    import scipy.fftpack

T = Image.Transpose
SYMMETRIES = [None, T.FLIP_LEFT_RIGHT, T.FLIP_TOP_BOTTOM, T.ROTATE_180, T.TRANSPOSE, T.ROTATE_270, T.ROTATE_90,
              T.TRANSVERSE]
NEAR_BITS = 6


def phash(picture):
    """64 bits of a grey picture, as booleans."""
    if imagehash:
        return imagehash.phash(picture).hash.flatten()
    pixels = np.asarray(picture.resize((32, 32), Image.Resampling.LANCZOS))
    dct = scipy.fftpack.dct(scipy.fftpack.dct(pixels, axis=0), axis=1)[:8, :8]
    return (dct > np.median(dct)).flatten()


def appearance(thumb, luma):
    """Colour and texture of a 64 × 64 thumbnail."""
    flat = thumb.reshape(-1, 3)
    gx, gy = np.abs(np.diff(luma, axis=1)), np.abs(np.diff(luma, axis=0))
    middle = thumb[16:48, 16:48].reshape(-1, 3)
    return np.concatenate([
        flat.mean(0), flat.std(0), np.percentile(flat, (5, 25, 75, 95), axis=0).ravel(),
        middle.mean(0), middle.std(0), np.histogram(luma, bins=16, range=(0, 255))[0] / luma.size,
        [gx.mean(), gx.std(), gy.mean(), gy.std()],
    ])


def look(path):
    """All that is kept of one picture, or the reason why it cannot be read."""
    with open(path, "rb") as file:
        stored = file.read()
    facts = {"stored": hashlib.sha256(stored).digest()}
    try:
        picture = Image.open(path)
        kind = picture.format
        picture = picture.convert("RGB")
    except (OSError, SyntaxError) as error:
        return facts | {"broken": str(error)}
    pixels = np.asarray(picture)
    grey = picture.convert("L")
    luma = np.asarray(grey, dtype=np.float32)
    laplacian = 4 * luma[1:-1, 1:-1] - luma[:-2, 1:-1] - luma[2:, 1:-1] - luma[1:-1, :-2] - luma[1:-1, 2:]
    thumb_picture = picture.resize((64, 64), Image.Resampling.BOX)
    thumb = np.asarray(thumb_picture, dtype=np.float32)
    thumb_luma = np.asarray(thumb_picture.convert("L"), dtype=np.float32)
    levels = np.bincount(thumb_luma.astype(np.uint8).ravel(), minlength=256) / thumb_luma.size
    levels = levels[levels > 0]
    return facts | {
        "format": kind,
        "size": picture.size,
        "pixels": hashlib.sha256(pixels.tobytes()).digest(),
        "mean": thumb.mean((0, 1)),
        "luma": thumb_luma.mean(),
        "range": np.ptp(thumb_luma),
        "sharpness": laplacian.std(),
        "entropy": -(levels * np.log2(levels)).sum(),
        "appearance": appearance(thumb, thumb_luma),
        "hashes": np.stack([phash(grey if s is None else grey.transpose(s)) for s in SYMMETRIES]),
    }


def near_pairs(hashes):
    """Pairs (i, j), i < j, that differ in NEAR_BITS bits at most under one of the symmetries; hashes [N, 8, 64]."""
    signs = np.where(hashes, 1, -1).astype(np.float32)
    found = set()
    for begin in range(0, len(signs), 1024):
        block = signs[begin:begin + 1024, 0]
        for symmetry in range(len(SYMMETRIES)):
            alike = block @ signs[begin:, symmetry].T >= 64 - 2 * NEAR_BITS
            for i, j in zip(*np.nonzero(alike)):
                if i < j:
                    found.add((begin + i, begin + j))
    return sorted(found)


def outliers(features, labels, limit=6):
    """Records whose Mahalanobis distance to their own class is far beyond the bulk, with it."""
    distance = np.zeros(len(labels))
    for label in np.unique(labels):
        own = labels == label
        distance[own] = np.sqrt(LedoitWolf().fit(features[own]).mahalanobis(features[own]))
    median = np.median(distance)
    deviation = 1.4826 * np.median(np.abs(distance - median))
    return [(i, distance[i]) for i in np.nonzero(distance > median + limit * deviation)[0]]


def label_doubts(features, labels, neighbours=15, threshold=0.9):
    """Records whose neighbours agree on another label."""
    near = NearestNeighbors(n_neighbors=neighbours + 1).fit(features).kneighbors(return_distance=False)[:, :neighbours]
    votes = np.stack([(labels[near] == label).mean(1) for label in range(labels.max() + 1)], axis=1)
    best = votes.argmax(1)
    return [(i, best[i]) for i in np.nonzero((best != labels) & (votes.max(1) >= threshold))[0]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("images")
    parser.add_argument("out")
    parser.add_argument("--processes", type=int, default=0)
    args = parser.parse_args()
    start = time.perf_counter()
    classes = sorted(e.name for e in os.scandir(args.images) if e.is_dir())
    records = [(f"{name}/{file}", k) for k, name in enumerate(classes)
               for file in sorted(os.listdir(os.path.join(args.images, name)))]
    findings = []

    with multiprocessing.Pool(args.processes or len(os.sched_getaffinity(0))) as pool:
        facts = pool.map(look, [os.path.join(args.images, record) for record, _ in records], chunksize=64)

    first = {}
    distinct = []
    for i, fact in enumerate(facts):
        record = records[i][0]
        if "broken" in fact:
            findings.append((record, "corrupt", fact["broken"]))
            continue
        if (before := first.setdefault(fact["pixels"], i)) != i:
            same_file = facts[before]["stored"] == fact["stored"]
            findings.append((record, "identical_file" if same_file else "identical_pixels", records[before][0]))
            if records[before][1] != records[i][1]:
                findings.append((record, "conflicting_label", records[before][0]))
        else:
            distinct.append(i)
        for reason, holds in (("constant", fact["range"] <= 12), ("dark", fact["luma"] < 40),
                              ("bright", fact["luma"] > 245), ("low_information", fact["entropy"] < 2.5)):
            if holds:
                findings.append((record, reason, ""))

    sharpness = np.log([max(facts[i]["sharpness"], 1e-6) for i in distinct])
    limit = np.median(sharpness) - 5 * 1.4826 * np.median(np.abs(sharpness - np.median(sharpness)))
    findings += [(records[i][0], "blurred", "") for i, s in zip(distinct, sharpness) if s < limit]
    for a, b in near_pairs(np.stack([facts[i]["hashes"] for i in distinct])):
        findings.append((records[distinct[b]][0], "near_duplicate", records[distinct[a]][0]))
    features = StandardScaler().fit_transform(np.stack([facts[i]["appearance"] for i in distinct]))
    labels = np.array([records[i][1] for i in distinct])
    for i, distance in outliers(features, labels):
        findings.append((records[distinct[i]][0], "outlier", f"{distance:.2f}"))
    for i, label in label_doubts(features, labels):
        findings.append((records[distinct[i]][0], "label_error", classes[label]))

    os.makedirs(args.out, exist_ok=True)
    with open(os.path.join(args.out, "findings.csv"), "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("record", "reason", "evidence"))
        writer.writerows(findings)
    for k, name in enumerate(classes):
        own = [f for f, (_, label) in zip(facts, records) if label == k and "mean" in f]
        colour = np.mean([f["mean"] for f in own], axis=0)
        print(f"{name:20} {len(own):6} {colour.round(1)} {np.median([f['sharpness'] for f in own]):.2f}")
    print(f"{len(records)} pictures {time.perf_counter() - start:.3f} s, {len(findings)} findings")


if __name__ == "__main__":
    main()
