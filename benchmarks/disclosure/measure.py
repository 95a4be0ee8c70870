"""
Quality and time of disclosure control, one line a table.

    python benchmarks/disclosure/measure.py 19x3x8-1 25x3x8-1:nhs-mh two-way 2475 9900

The search's own pattern is attacked, before the gate could mend anything. Seconds are processor time of one thread.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "disclosure")]

import numpy as np  # noqa: E402
from tables import truth_table  # noqa: E402

from equity.disclosure.advice import without  # noqa: E402
from equity.disclosure.gate import attack_on  # noqa: E402
from equity.disclosure.published import shown_table  # noqa: E402
from equity.disclosure.rules import rule_named  # noqa: E402
from equity.disclosure.search import Effort, find_pattern  # noqa: E402
from equity.disclosure.specification import Specification  # noqa: E402
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
    "linear programmes",
    "search, seconds",
    "attack, seconds",
    "stars that break the promise",
)


def with_providers(seed: int, *, sexes: int) -> Table:
    """10,000 people by ethnic group (25 with the broader ones), 8 age bands, 10 providers and, if asked for, sex."""
    rng = np.random.default_rng(seed)
    ethnic = truth_table("25x3x8-1").dimensions[0]
    others = [
        Dimension("age", tuple(f"a{n}" for n in range(8))),
        Dimension("provider", tuple(f"p{n}" for n in range(10))),
    ]
    dimensions = (ethnic, *([Dimension("sex", tuple(f"s{n}" for n in range(sexes)))] if sexes > 1 else []), *others)
    chances = np.ones(())
    for dimension in dimensions:
        chances = np.multiply.outer(chances, rng.dirichlet(np.full(len(dimension.leaves), 1.0)))
    counts = rng.multinomial(10_000, chances.ravel())
    leaves = itertools.product(*[dimension.leaves for dimension in dimensions])
    return build_table(dimensions, dict(zip(leaves, map(int, counts), strict=True)))


def measure(name: str, table: Table, rule: str, effort: Effort) -> None:
    about, cpu = rule_named(rule), time.process_time()
    system = system_of(table, about)
    pattern = find_pattern(system.problem, effort)
    searched = time.process_time()
    report = attack_on(shown_table(table, about, system, pattern.hidden, Specification()), [])
    attacked = time.process_time()
    lost, bound = int(pattern.hidden.sum()), int(np.ceil(pattern.bound / (WEIGHT + 9) - 1e-6))
    row = (
        name,
        rule,
        system.problem.size,
        int(system.problem.small.sum()),
        lost,
        f"{bound}, proven" if lost <= bound else bound,
        f"{max(0.0, (lost - bound) / max(lost, 1)):.1%}",
        pattern.linear_programmes,
        f"{searched - cpu:.1f}",
        f"{attacked - searched:.1f}",
        len(report.broken),
    )
    print("| " + " | ".join(map(str, row)) + " |", flush=True)


def main(names: list[str]) -> None:
    print("| " + " | ".join(HEADINGS) + " |\n|" + "---|" * len(HEADINGS))
    for asked in names:
        name, _, given = asked.partition(":")
        rule = given or "additive"
        if name == "two-way":
            for truth in ("19x3x8-1", "25x3x8-1", "25x3x8-2", "25x3x8-3"):
                measure(f"{truth} without sex", without(truth_table(truth), 1), rule, Effort(seconds=10))
        elif name == "2475":
            measure("25x8x10", with_providers(1, sexes=1), rule, Effort(seconds=60))
        elif name == "9900":
            measure("25x3x8x10", with_providers(1, sexes=3), rule, Effort(seconds=120))
        else:
            measure(name, truth_table(name), rule, Effort(seconds=60))


if __name__ == "__main__":
    main(sys.argv[1:])
