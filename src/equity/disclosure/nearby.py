"""From a safe pattern to a cheaper one: a part of it is chosen again, and the rest stays as it is."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from equity.disclosure.audit import Audit, Failure
from equity.disclosure.master import Master, OutOfTime
from equity.disclosure.problem import Flags, Floats, Ints, NoSafePattern, Problem

SHARE_AT_FIRST = 0.35
FEWEST, MOST = 6, 120
MORE, FEWER = 1, -3
SECONDS_FOR_ONE_PART, SECONDS_FOR_ONE_CHOICE = 6.0, 2.0
MANY_FAILURES = 10
NEIGHBOURS = 3
PRICE = 0.3


@dataclass(frozen=True)
class Candidate:
    """A cheaper choice, and how it fails."""

    hidden: Flags
    small: list[Failure]
    others: list[Failure]
    gaps: list[Failure]


@dataclass(frozen=True)
class Part:
    """What stays hidden, what may be hidden, and until when to try."""

    best: Flags
    kept: Flags
    allowed: Flags
    prices: Floats
    until: float


class Nearby:
    """Asks for cheaper choices in one part of the pattern after another; parts grow while they have nothing to give."""

    def __init__(self, problem: Problem, master: Master, audit: Audit):
        self.problem, self.master, self.audit = problem, master, audit
        self._chance = np.random.default_rng(1)
        self._size: int | None = None
        self._part: Part | None = None
        self._beside = beside(problem)

    def candidate(self, best: Flags, seconds: float) -> Candidate | None:
        """The next choice to look at in this part, or None when the part has no more to give."""
        part = self._part if self._part is not None and self._part.best is best else self._new_part(best)
        left = min(seconds, part.until - time.process_time())
        if left <= 0:
            self._give_up(FEWER)
            return None
        try:
            hidden = self.master.cheaper_than(
                part.best,
                kept=part.kept,
                allowed=part.allowed,
                prices=part.prices,
                seconds=min(left, SECONDS_FOR_ONE_CHOICE),
            )
        except NoSafePattern:
            self._give_up(MORE)
            return None
        except OutOfTime:
            self._give_up(FEWER)
            return None
        small = self.audit.small_failures(hidden)
        if len(small) >= MANY_FAILURES:
            return Candidate(hidden, small, [], [])
        return Candidate(hidden, small, self.audit.open_failures(hidden), self.audit.gap_failures(hidden))

    def _give_up(self, more: int) -> None:
        assert self._size is not None
        self._size, self._part = min(max(self._size + more, FEWEST), MOST), None

    def _new_part(self, best: Flags) -> Part:
        if self._size is None:
            self._size = min(max(int(best.sum() * SHARE_AT_FIRST), FEWEST), MOST)
        freed = self._together(best)
        kept, allowed = best.copy(), best.copy()
        kept[freed] = False
        allowed[np.concatenate([self._beside[cell] for cell in freed])] = True
        prices = self._chance.uniform(0.0, PRICE, self.problem.size)
        until = time.process_time() + SECONDS_FOR_ONE_PART
        self._part = Part(best, kept, allowed & self.problem.may_hide, prices, until)
        return self._part

    def _together(self, best: Flags) -> Ints:
        """Hidden cells that share rows with one another, from one taken by chance."""
        assert self._size is not None
        hidden = np.flatnonzero(best)
        waiting: list[int] = []
        seen: set[int] = set()
        found: list[int] = []
        while len(found) < min(self._size, len(hidden)):
            if not waiting:
                waiting = [int(self._chance.choice([cell for cell in hidden if cell not in seen]))]
                seen.update(waiting)
            cell = waiting.pop(int(self._chance.integers(len(waiting))))
            found.append(cell)
            others = [other for other in self._beside[cell] if best[other] and other not in seen]
            chosen = [int(other) for other in self._chance.permutation(others)[:NEIGHBOURS]]
            seen.update(chosen)
            waiting.extend(chosen)
        return np.array(found)


def beside(problem: Problem) -> dict[int, Ints]:
    """For every cell that may be hidden, those it shares a row with."""
    rows: dict[int, list[Ints]] = {int(cell): [] for cell in problem.candidates}
    for row in problem.rows:
        for column in row.columns:
            if int(column) in rows:
                rows[int(column)].append(row.columns)
    return {cell: np.unique(np.concatenate([*found, [cell]])) for cell, found in rows.items()}
