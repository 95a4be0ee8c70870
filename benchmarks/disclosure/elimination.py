"""
Our own version of secondary suppression by Gaussian elimination with intervals, and what it takes to make it keep our promise.

    python benchmarks/disclosure/elimination.py 25x3x8-1 25x3x8-2 25x3x8-3

After O. Langsrud (2024), Secondary Cell Suppression by Gaussian Elimination, Privacy in Statistical Databases, and the
description of R's GaussSuppression 1.2.3: cells are shown one by one, those of most people first, unless a small one would
then follow from what is shown; then, again one by one, unless the interval of a small one would become narrower than
five. It loses as many cells on these tables as GaussSuppression does. Nothing in the product uses it.
"""

from __future__ import annotations

import itertools
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "disclosure")]

import highspy  # noqa: E402
import numpy as np  # noqa: E402
from tables import truth_table  # noqa: E402

from equity.disclosure.audit import Audit, Failure  # noqa: E402
from equity.disclosure.gate import attack_on  # noqa: E402
from equity.disclosure.problem import Flags, Problem  # noqa: E402
from equity.disclosure.published import shown_table  # noqa: E402
from equity.disclosure.rules import rule_named  # noqa: E402
from equity.disclosure.search import Effort, Search  # noqa: E402
from equity.disclosure.specification import Specification  # noqa: E402
from equity.disclosure.system import State, system_of  # noqa: E402
from equity.disclosure.table import Table  # noqa: E402

PRIME = 2_147_483_629  # sums are followed exactly, modulo a large prime
WIDTH, CLOSE = 5.0, 1e-6
SMALL = 4


def sums_of(table: Table) -> tuple[np.ndarray, np.ndarray]:
    """Which smallest cells each cell is the sum of, and its count."""
    leaves = list(itertools.product(*[dimension.leaves for dimension in table.dimensions]))
    cells = list(table.cells)
    under = [[set(d.leaves_under(label)) for label, d in zip(cell, table.dimensions, strict=True)] for cell in cells]
    sums = [[all(label in part for label, part in zip(leaf, parts, strict=True)) for leaf in leaves] for parts in under]
    return np.array(sums, dtype=np.int64), np.array([table.counts[cell] for cell in cells])


def in_order(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Cells of most people first; of two alike the one that shares most with others."""
    weights = (counts + 1).astype(float)
    shared = sums @ (sums.T @ weights)
    return np.argsort(-(weights + 0.99 * shared / shared.max()), kind="stable")


def eliminated(sums: np.ndarray, ordered: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Cells that are hidden because showing them would let a hidden one follow from what is shown."""
    left = sums[hidden] % PRIME
    waiting = ordered[~hidden[ordered]]
    rows = sums[waiting] % PRIME
    found = np.zeros(len(sums), bool)
    for place, cell in enumerate(waiting):
        if not rows[place].any():
            continue
        first = np.flatnonzero(rows[place])[0]
        row = rows[place] * pow(int(rows[place, first]), PRIME - 2, PRIME) % PRIME
        rest = (left - left[:, [first]] * row % PRIME) % PRIME
        if ((left[:, first] != 0) & ~rest.any(axis=1)).any():
            found[cell] = True
            continue
        left = rest
        later = rows[place + 1 :]
        later[:] = (later - later[:, [first]] * row % PRIME) % PRIME
    return found


class Intervals:
    """What is possible for one cell, given the cells shown so far."""

    def __init__(self, sums: np.ndarray, counts: np.ndarray):
        self.sums, self.counts = sums, counts
        self._model = highspy.Highs()  # type: ignore[no-untyped-call]
        self._model.silent()
        self._model.setOptionValue("presolve", "off")
        self._model.setOptionValue("simplex_strategy", 4)
        self._every = np.arange(sums.shape[1], dtype=np.int32)
        self._model.addVars(len(self._every), np.zeros(len(self._every)), np.full(len(self._every), highspy.kHighsInf))

    def show(self, cell: int) -> None:
        inside = np.flatnonzero(self.sums[cell]).astype(np.int32)
        self._model.addRow(self.counts[cell], self.counts[cell], len(inside), inside, np.ones(len(inside)))

    def take_back(self) -> None:
        self._model.deleteRows(1, np.array([self._model.getNumRow() - 1], dtype=np.int32))

    def of(self, cell: int) -> tuple[np.ndarray, np.ndarray]:
        """The tables in which the cell is lowest and highest."""
        return self._extreme(cell, 1.0), self._extreme(cell, -1.0)

    def _extreme(self, cell: int, sign: float) -> np.ndarray:
        self._model.changeColsCost(len(self._every), self._every, sign * self.sums[cell].astype(float))
        self._model.run()
        return np.array(self._model.getSolution().col_value)


def narrow(sums: np.ndarray, counts: np.ndarray, hidden: np.ndarray, small: np.ndarray) -> list[int]:
    intervals = Intervals(sums, counts)
    for cell in np.flatnonzero(~hidden):
        intervals.show(cell)
    return [cell for cell in small if width(sums, cell, *intervals.of(cell)) < WIDTH - CLOSE]


def width(sums: np.ndarray, cell: int, low: np.ndarray, high: np.ndarray) -> float:
    return float(sums[cell] @ (high - low))


def hidden_for_width(
    sums: np.ndarray, counts: np.ndarray, ordered: np.ndarray, hidden: np.ndarray, asked: list[int]
) -> list[int]:
    """Cells whose showing would make the interval of one of those asked for too narrow."""
    intervals, found = Intervals(sums, counts), []
    seen: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for cell in ordered[~hidden[ordered]]:
        intervals.show(cell)
        stale = [a for a in asked if a not in seen or any(abs(sums[cell] @ t - counts[cell]) > CLOSE for t in seen[a])]
        fresh = {}
        for one in stale:
            fresh[one] = intervals.of(one)
            if width(sums, one, *fresh[one]) < WIDTH - CLOSE:
                found.append(int(cell))
                intervals.take_back()
                break
        else:
            seen |= fresh
    return found


def by_elimination(table: Table) -> Flags:
    """Every cell that is hidden, small ones included."""
    sums, counts = sums_of(table)
    small, ordered = counts <= SMALL, in_order(sums, counts)
    hidden = small | eliminated(sums, ordered, small)
    asked = narrow(sums, counts, hidden, np.flatnonzero(small))
    hidden[hidden_for_width(sums, counts, ordered, hidden, asked)] = True
    return hidden | eliminated(sums, ordered, hidden)


class SmallOnly(Audit):
    """Asks nothing of the cells that are hidden for company, as GaussSuppression does not."""

    def open_failures(self, hidden: Flags, *, most: int | None = None) -> list[Failure]:
        self.look(hidden)
        return []


def searched(problem: Problem, effort: Effort, *, small_only: bool = False) -> int:
    search = Search(problem, effort)
    if small_only:
        search.audit = SmallOnly(problem)
    return int(search.run().hidden.sum())


def holding(problem: Problem, also: Flags) -> Problem:
    """The same problem when these cells are hidden already."""
    return replace(
        problem,
        low=np.where(also, 0.0, problem.low),
        high=np.where(also, np.inf, problem.high),
        may_hide=problem.may_hide & ~also,
        watched=problem.watched | also,
    )


def compare(name: str) -> tuple[object, ...]:
    table, rule = truth_table(name), rule_named("additive")
    system = system_of(table, rule)
    hidden = dict(zip(table.cells, by_elimination(table), strict=True))
    company = np.array([hidden[cell] and system.states[cell] is State.SHOWN for cell in system.cells])
    report = attack_on(shown_table(table, rule, system, company, Specification()), [])
    broken = [system.states[finding.labels] is State.SMALL for finding in report.broken]
    more = searched(holding(system.problem, company), Effort(seconds=30))
    ours = searched(system.problem, Effort(seconds=60), small_only=True)
    lost = int(company.sum())
    return name, lost, sum(broken), len(broken) - sum(broken), report.pinned, lost + more, ours


def main(names: list[str]) -> None:
    print("table | lost | small stars broken | others broken | pinned | lost once mended | ours, small stars alone")
    for name in names:
        print(*compare(name), sep=" | ", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
