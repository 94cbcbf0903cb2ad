#!/usr/bin/env python3
"""Scores an inspection and a cleaning of a planted copy against its truth.

    giemsa plant CLEAN --out dirty
    giemsa inspect dirty/images --out inspection
    giemsa clean dirty/images --out cleaned
    score_cleaning.py dirty/truth.csv inspection cleaned

Prints one measure a line: its name and value. Needs the standard library only."""

import collections
import csv
import sys


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def auroc(positive, negative):
    """The share of pairs in which the positive scores higher; ties count half. NaN where there is no pair."""
    if not positive or not negative:
        return float("nan")
    scores = sorted([(s, 1) for s in positive] + [(s, 0) for s in negative])
    below = total = i = 0
    while i < len(scores):
        j = i
        while j < len(scores) and scores[j][0] == scores[i][0]:
            j += 1
        ones = sum(kind for _, kind in scores[i:j])
        total += ones * (below + (j - i - ones) / 2)
        below += j - i - ones
        i = j
    return total / (len(positive) * len(negative))


def share(part, whole):
    return len(part) / len(whole) if whole else float("nan")


def main(truth_file, inspection, cleaned):
    truth = {row["path"]: row for row in rows(truth_file)}
    findings = collections.defaultdict(set)
    for row in rows(inspection + "/findings.csv"):
        findings[row["reason"]].add(row["record"])
    members = rows(inspection + "/duplicates.csv")
    group = {row["record"]: row["group"] for row in members}
    stays = {row["id"] for row in rows(cleaned + "/manifest.csv")}

    def of_kind(*kinds):
        return {path for path, row in truth.items() if row["kind"] in kinds}

    def family(path):
        """What a picture shows: its original, or the junk picture that is repeated."""
        row = truth[path]
        if row["kind"] == "repeated":
            return "junk " + row["detail"]
        return row["original"] or path

    # Identical: every planted copy and what it is a copy of.
    repeated = of_kind("repeated")
    identical = repeated | of_kind("exact_copy") | {truth[p]["original"] for p in of_kind("exact_copy")}
    tied = {r["record"] for r in members if r["likeness"].startswith("identical")}
    tied |= {r["like"] for r in members if r["likeness"].startswith("identical")}

    # Near: a planted one is found when it shares a group with its original; a tie is right when both show
    # the same.
    near = of_kind("near_duplicate")
    near_found = {p for p in near if group.get(p) and group.get(p) == group.get(truth[p]["original"])}
    ties = {(r["record"], r["like"]) for r in members if r["likeness"] == "near_duplicate"}
    right = {(a, b) for a, b in ties if family(a) == family(b)}

    good = of_kind("cell")
    non_cells = of_kind("non_cell")
    flips = of_kind("label_flip")
    score = {
        row["record"]: float(row["label_error_score"])
        for row in rows(inspection + "/pictures.csv")
        if row["label_error_score"]
    }
    flagged_labels = findings["label_error"]
    corrupt = of_kind("corrupt")

    result = {
        "pictures": len(truth),
        "identical recall": share(identical & tied, identical),
        "identical precision": share(tied & identical, tied),
        "junk found": share(repeated & findings["repeated"], repeated),
        "near recall": share(near_found, near),
        "near precision": share(right, ties),
        "non-cell recall": share(non_cells & findings["non_cell"], non_cells),
        "good cells called non-cells": share(good & findings["non_cell"], good),
        "corrupt found": share(corrupt & (findings["corrupt"] | findings["unreadable"]), corrupt),
        "flips AUROC": auroc([score[p] for p in flips if p in score], [score[p] for p in good if p in score]),
        "flips flagged": share(flips & flagged_labels, flips),
        "flags that are flips": share(flips & flagged_labels, flagged_labels),
        "good cells kept": share(good & stays, good),
        "planted faults kept": len(stays - good - flips),
        "pictures kept": len(stays),
    }
    for name, value in result.items():
        print(f"{name:<28} {value:.4f}" if isinstance(value, float) else f"{name:<28} {value}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
