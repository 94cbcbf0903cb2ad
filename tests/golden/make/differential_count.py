"""Prints the rows of tests/predict/differential_count_test.cpp: Wilson's interval as Brown, Cai and DasGupta 2001
(doi:10.1214/ss/1009213286) give it, to fifty digits."""
from decimal import Decimal, getcontext

getcontext().prec = 50
Z = Decimal("1.959963984540054")


def wilson(cells, of):
    share, n = Decimal(cells) / of, Decimal(of)
    middle = share + Z * Z / (2 * n)
    half = Z * (share * (1 - share) / n + Z * Z / (4 * n * n)).sqrt()
    return [(middle + sign * half) / (1 + Z * Z / n) for sign in (-1, 1)]


for cells, of in [(0, 100), (1, 100), (5, 100), (10, 100), (50, 100), (100, 100), (1, 200), (20, 200), (60, 500), (700, 1000)]:
    low, high = wilson(cells, of)
    print(f"{{{cells}, {of}, {100 * abs(low):.5f}, {100 * high:.5f}}},")
print("per 100 white cells:", *(f"{100 * share / (1 - share):.6f}" for share in wilson(10, 210)))
