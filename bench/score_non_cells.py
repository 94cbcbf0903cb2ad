"""What a model answered (giemsa predict) for a planted set: AUROC of the novelty, shares of cells and non-cells abstained."""
import csv
import os
import sys
from collections import defaultdict

from score_cleaning import auroc

answers_csv, folder = sys.argv[1:]
with open(os.path.join(folder, "truth.csv"), newline="") as f:
    truth = {row["path"]: row for row in csv.DictReader(f)}
cells, others, families = [], [], defaultdict(list)
with open(answers_csv, newline="") as f:
    for row in csv.DictReader(f):
        planted = truth[os.path.relpath(row["path"], os.path.join(folder, "images"))]
        answer = float(row["novelty"]), row["predicted"] == "abstain"
        if planted["kind"] == "cell":
            cells.append(answer)
        elif planted["kind"] == "non_cell":
            others.append(answer)
            families[planted["detail"].split(":")[0]].append(answer[1])


def share(group):
    return 100 * sum(group) / len(group)


print(f"{len(cells)} cells, {len(others)} non-cells: AUROC {auroc([n for n, _ in others], [n for n, _ in cells]):.4f}, abstained "
      f"{share([a for _, a in cells]):.2f} % of the cells, {share([a for _, a in others]):.2f} % of the non-cells")
for name, group in sorted(families.items()):
    print(f"  {name:24} {len(group):5} {share(group):7.1f} % abstained")
