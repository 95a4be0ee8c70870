"""
Quality and time of disclosure control, one line a table.

    python benchmarks/disclosure/measure.py 19x3x8-1 25x3x8-1 two-way large random

Each result was attacked before it was counted. Seconds are processor time of one thread, and by the clock.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "disclosure")]

import numpy as np  # noqa: E402
from tables import as_record, random_table, truth_table  # noqa: E402

from equity.attack import attack  # noqa: E402
from equity.attack.published import from_record  # noqa: E402
from equity.disclosure.advice import without  # noqa: E402
from equity.disclosure.gate import Refused, Request, release  # noqa: E402
from equity.disclosure.rules import rule_named  # noqa: E402
from equity.disclosure.search import Effort, find_pattern  # noqa: E402
from equity.disclosure.system import WEIGHT, system_of  # noqa: E402
from equity.disclosure.table import Dimension, Table, build_table  # noqa: E402

HEADINGS = (
    "table",
    "rule",
    "cells",
    "small",
    "lost",
    "at least",
    "gap",
    "search cpu",
    "search clock",
    "attack clock",
    "broken",
)


def with_providers(seed: int, *, sexes: int) -> Table:
    """25 ethnic nodes by sex by 8 age bands by 10 providers, or without sex: 10,000 people."""
    rng = np.random.default_rng(seed)
    ethnic = truth_table("25x3x8-1").dimensions[0]
    others = [
        Dimension("age", tuple(f"a{n}" for n in range(7 if sexes == 1 else 8))),
        Dimension("provider", tuple(f"p{n}" for n in range(9 if sexes > 1 else 10))),
    ]
    dimensions = (ethnic, *([Dimension("sex", ("s0", "s1"))] if sexes > 1 else []), *others)
    chances = np.ones(())
    for dimension in dimensions:
        chances = np.multiply.outer(chances, rng.dirichlet(np.full(len(dimension.leaves), 1.0)))
    counts = rng.multinomial(10_000, chances.ravel())
    import itertools

    leaves = itertools.product(*[dimension.leaves for dimension in dimensions])
    return build_table(dimensions, dict(zip(leaves, map(int, counts), strict=True)))


def measure(name: str, table: Table, rule: str, effort: Effort) -> None:
    cpu, clock = time.process_time(), time.monotonic()
    problem = system_of(table, rule_named(rule)).problem
    pattern = find_pattern(problem, effort)
    cpu, clock = time.process_time() - cpu, time.monotonic() - clock
    lost, bound = int(pattern.hidden.sum()), int(np.ceil(pattern.bound / (WEIGHT + 9) - 1e-6))
    gap = 0.0 if lost <= bound else (lost - bound) / lost
    started = time.monotonic()
    try:
        result = release(Request(table, rule_named(rule), effort=effort))
        broken = len(attack([from_record(as_record(result))], intervals=False).broken)
    except Refused:
        broken = -1
    attacked = (time.monotonic() - started - clock) / 2
    row = (
        name,
        rule,
        problem.size,
        int(problem.small.sum()),
        lost,
        bound,
        f"{gap:.1%}",
        f"{cpu:.1f}",
        f"{clock:.1f}",
        f"{attacked:.1f}",
        broken,
    )
    print("| " + " | ".join(map(str, row)) + " |", flush=True)


def main(names: list[str]) -> None:
    print("| " + " | ".join(HEADINGS) + " |\n|" + "---|" * len(HEADINGS))
    for name in names:
        if name == "two-way":
            for truth in ("19x3x8-1", "25x3x8-1", "25x3x8-2", "25x3x8-3"):
                measure(f"{truth} without sex", without(truth_table(truth), 1), "additive", Effort(seconds=10))
        elif name == "2475":
            measure("25x9x11", with_providers(1, sexes=1), "additive", Effort(seconds=60))
        elif name == "9900":
            measure("25x3x9x10", with_providers(1, sexes=2), "additive", Effort(seconds=120))
        elif name.startswith("random"):
            for seed in range(int(name.split(":")[1]), int(name.split(":")[2])):
                rule = ["nhs-mh", "hes-plus-zero", "additive"][seed % 3]
                measure(f"random {seed}", random_table(seed, cells=(100, 2500)), rule, Effort(seconds=10))
        else:
            for rule in ("additive", "nhs-mh"):
                measure(name, truth_table(name), rule, Effort(seconds=60 if name.startswith("25") else 30))


if __name__ == "__main__":
    main(sys.argv[1:])
