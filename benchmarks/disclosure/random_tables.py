"""
A thousand random tables, made safe and attacked, a line each in random-tables.csv as soon as it is known.

    python benchmarks/disclosure/random_tables.py --minutes 60

Seeds that have a line already are skipped, so that it can be stopped and carried on. The attack is put to the search's own
pattern, before the gate could mend anything; a table whose first pattern fails is then sent through the gate.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "disclosure")]

from tables import random_table  # noqa: E402

from equity.disclosure.gate import Refused, Request, attack_on, release  # noqa: E402
from equity.disclosure.problem import NoSafePattern  # noqa: E402
from equity.disclosure.published import shown_table  # noqa: E402
from equity.disclosure.rules import rule_named  # noqa: E402
from equity.disclosure.search import Effort, find_pattern  # noqa: E402
from equity.disclosure.specification import Specification  # noqa: E402
from equity.disclosure.system import system_of  # noqa: E402
from equity.disclosure.table import Table  # noqa: E402

RESULTS = Path(__file__).with_name("random-tables.csv")
SEEDS = range(1000, 2000)
RULES = ["nhs-mh", "hes-plus-zero", "additive"]
EFFORT = Effort(seconds=1.0)  # safety is what is tested here
COLUMNS = ["seed", "rule", "dimensions", "cells", "stars", "lost", "gap", "seconds", "broken_at_first", "outcome"]


def one(seed: int) -> dict[str, object]:
    table, rule, started = random_table(seed, cells=(100, 2500)), RULES[seed % 3], time.process_time()
    found = attacked_once(table, rule)
    return {
        "seed": seed,
        "rule": rule,
        "dimensions": len(table.dimensions),
        "cells": len(list(table.cells)),
        **found,
        "seconds": f"{time.process_time() - started:.1f}",
    }


def attacked_once(table: Table, rule: str) -> dict[str, object]:
    about = rule_named(rule)
    system = system_of(table, about)
    try:
        pattern = find_pattern(system.problem, EFFORT)
    except NoSafePattern:
        return {"outcome": "refused"}
    report = attack_on(shown_table(table, about, system, pattern.hidden, Specification()), [])
    return {
        "stars": len(report.findings),
        "lost": int(pattern.hidden.sum()),
        "gap": f"{pattern.gap:.3f}",
        "broken_at_first": len(report.broken),
        "outcome": mended(table, rule) if report.broken else "safe",
    }


def mended(table: Table, rule: str) -> str:
    try:
        release(Request(table, rule_named(rule), effort=EFFORT))
    except Refused:
        return "refused"
    return "safe once mended"


def done() -> set[int]:
    if not RESULTS.exists():
        return set()
    with RESULTS.open(newline="", encoding="utf-8") as file:
        return {int(row["seed"]) for row in csv.DictReader(file)}


def size_of(seed: int) -> int:
    """The smallest first, so that a run that is stopped has done as many as it could."""
    return len(list(random_table(seed, cells=(100, 2500)).cells))


def lines(minutes: float) -> Iterator[dict[str, object]]:
    until, known = time.monotonic() + 60 * minutes, done()
    for seed in sorted(SEEDS, key=size_of):
        if time.monotonic() > until:
            return
        if seed not in known:
            yield one(seed)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60.0)
    minutes = parser.parse_args().minutes
    is_new = not RESULTS.exists()
    with RESULTS.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if is_new:
            writer.writeheader()
        for line in lines(minutes):
            writer.writerow(line)
            file.flush()


if __name__ == "__main__":
    main()
