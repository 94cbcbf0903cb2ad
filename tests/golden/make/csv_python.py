"""A CSV file as Python's csv module writes it (dialect excel: CRLF, doubled quotes), for tests/core/csv_test.cpp.

Usage: python3 tests/golden/make/csv_python.py > tests/golden/data/csv_python.csv
"""
import csv
import sys

sys.stdout.reconfigure(newline="", encoding="utf-8")
writer = csv.writer(sys.stdout)
writer.writerow(["id", "note"])
for row in [
    ["plain", "text"],
    ["comma", "a,b"],
    ["quote", 'he said "no"'],
    ["newline", "two\nlines"],
    ["crlf", "two\r\nlines"],
    ["empty", ""],
    ["only quotes", '""'],
    ["spaces", "  kept  "],
    ["unicode", "Färbung µm 血"],
]:
    writer.writerow(row)
