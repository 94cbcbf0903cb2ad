"""Writes ../data/mcnemar.json: McNemar's test by exact fractions (below 25 discordant pictures) and by math.erfc.

Run: python3 mcnemar.py
[pictures that only the first model named rightly, that only the second did, p]
"""
import fractions
import json
import math
import pathlib


def p_value(first, second):
    n = first + second
    if n < 25:
        ways = sum(math.comb(n, i) for i in range(min(first, second) + 1))
        return float(min(fractions.Fraction(1), fractions.Fraction(2 * ways, 2**n)))
    chi_square = max(abs(first - second) - 1, 0) ** 2 / n
    return math.erfc(math.sqrt(chi_square / 2))


pairs = [(0, 0), (1, 0), (0, 5), (6, 0), (3, 3), (4, 3), (10, 2), (12, 12), (20, 4), (0, 24), (12, 13), (13, 13),
         (25, 0), (30, 12), (59, 40), (121, 59), (1000, 900)]
out = pathlib.Path(__file__).parent.parent / "data" / "mcnemar.json"
out.write_text("[\n%s\n]\n" % ",\n".join(json.dumps([a, b, p_value(a, b)]) for a, b in pairs))
print(f"{out.name}: {len(pairs)} cases")
