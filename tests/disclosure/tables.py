"""Made-up tables, and ways to release and attack them."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np

from equity.attack import Report, attack
from equity.attack.published import from_record
from equity.disclosure.gate import Request, release
from equity.disclosure.ledger import Asked, Ledger
from equity.disclosure.reading import read_table
from equity.disclosure.release import Released
from equity.disclosure.rules import Audience, rule_named
from equity.disclosure.search import Effort
from equity.disclosure.specification import Specification
from equity.disclosure.table import Dimension, Table, build_table

TRUTH = Path(__file__).parent / "truth"
QUICK = Effort(seconds=3, rounds=40)


def truth_table(name: str) -> Table:
    hierarchy = TRUTH / "25x3x8-hierarchy.csv" if name.startswith("25") else None
    return read_table(TRUTH / f"{name}.csv", count="count", hierarchy=hierarchy)


def small_table(counts: list[list[int]], **parents: str) -> Table:
    """Two dimensions, named by letters down and numbers across."""
    rows = tuple("abcdefghij"[: len(counts)])
    columns = tuple(str(number) for number in range(len(counts[0])))
    given = {(r, c): counts[i][j] for i, r in enumerate(rows) for j, c in enumerate(columns)}
    return build_table((Dimension("group", rows, parents), Dimension("band", columns)), given)


def random_table(seed: int, *, cells: tuple[int, int] = (20, 200)) -> Table:
    """Two to four dimensions, skewed, some with a hierarchy, some with many zeros."""
    rng = np.random.default_rng(seed)
    while True:
        dimensions = tuple(random_dimension(rng, place) for place in range(int(rng.integers(2, 5))))
        size = int(np.prod([len(dimension.labels) for dimension in dimensions]))
        if cells[0] <= size <= cells[1]:
            break
    shares = [rng.dirichlet(np.full(len(d.leaves), rng.choice([0.4, 1.0, 3.0]))) for d in dimensions]
    chances = np.ones(())
    for share in shares:
        chances = np.multiply.outer(chances, share)
    people = int(size * rng.choice([3, 10, 40]))
    counts = rng.multinomial(people, chances.ravel() / chances.sum())
    leaves = itertools.product(*[dimension.leaves for dimension in dimensions])
    return build_table(dimensions, dict(zip(leaves, map(int, counts), strict=True)))


def random_dimension(rng: np.random.Generator, place: int) -> Dimension:
    leaves = tuple(f"d{place}c{number}" for number in range(int(rng.integers(2, 12))))
    if len(leaves) < 4 or rng.random() < 0.5:
        return Dimension(f"d{place}", leaves)
    groups = int(rng.integers(2, len(leaves) - 1))
    return Dimension(f"d{place}", leaves, {leaf: f"d{place}g{n % groups}" for n, leaf in enumerate(leaves)})


def released(
    table: Table, rule: str, *, ledger: Ledger | None = None, effort: Effort = QUICK, **about: object
) -> Released:
    specification = Specification(**about)  # type: ignore[arg-type]
    past = ledger.known_outside() if ledger else []
    result = release(Request(table, rule_named(rule), specification, effort=effort), past)
    if ledger:
        ledger.record_release(result, Asked("first person", Audience.PUBLIC))
    return result


def as_record(result: Released, name: str = "R0001") -> dict[str, object]:
    return {
        "id": name,
        "kind": "release",
        "rule": {"name": result.rule.name},
        "specification": result.table.described(),
        "published": result.as_csv(),
    }


def attacked(*results: Released) -> Report:
    return attack([from_record(as_record(result, f"R{n}")) for n, result in enumerate(results)], intervals=False)
