"""From a safe pattern to a cheaper one: a part of it is chosen again, and the rest stays as it is."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from equity.disclosure.audit import Audit, Failure, OutOfTime
from equity.disclosure.pool import NEARLY_ONE, Part, Pool
from equity.disclosure.problem import Flags, Ints, Problem

SIZE_AT_FIRST = 60
FEWEST, MOST = 30, 400
MORE, FEWER = 1, -8
LONG = 1.5  # seconds for one part, after which the next is smaller
MOST_TRIES = 16
MOST_SIDEWAYS = 2  # choices that cost the same again
LARGE = 12  # times the largest promised value; a number near it is easily squeezed in among the promised ones
ENOUGH = 14  # failures, to be worth another choice

Forbid = Callable[[Flags, list[Failure], list[Failure]], None]


class Nearby:
    """
    Asks for the cheapest choice in one part of the pattern after another. A choice that costs the same is taken too,
    so that the next parts start from somewhere else.
    """

    def __init__(self, problem: Problem, pool: Pool, audit: Audit, forbid: Forbid):
        self.problem, self.pool, self.audit, self._forbid = problem, pool, audit, forbid
        self._chance = np.random.default_rng(1)
        self._rows_of = rows_of(problem)
        self._smallness = np.clip(1 - problem.low / (LARGE * np.maximum(problem.top, 1)), 0.0, 1.0)
        self._size = SIZE_AT_FIRST
        self.parts = self.tries = 0

    def look(self, best: Flags, left: Callable[[], float]) -> Flags:
        """The pattern after one part of it was chosen again: never dearer."""
        self.parts += 1
        until = time.process_time() + LONG
        try:
            found = self._tried(best, self._part(best), left)
        except OutOfTime:
            found = best
        took_long = time.process_time() > until
        self._size = min(max(self._size + (FEWER if took_long else MORE if found is best else 0), FEWEST), MOST)
        return found

    def _tried(self, best: Flags, part: Part, left: Callable[[], float]) -> Flags:
        sideways = 0
        for _ in range(MOST_TRIES):
            hidden = self.pool.cheapest(part, max(0.0, min(left(), LONG)))
            sideways += self._cost(hidden) >= self._cost(best)
            if (hidden == best).all() or sideways > MOST_SIDEWAYS:
                return best
            self.tries += 1
            if self._is_safe(hidden):
                return hidden
        return best

    def _is_safe(self, hidden: Flags) -> bool:
        small, others = self.audit.small_failures(hidden, most=ENOUGH), []
        if len(small) < ENOUGH:
            others = self.audit.open_failures(hidden, most=ENOUGH)
        if not small and not others:
            small = self.audit.gap_failures(hidden, most=ENOUGH)
        self._forbid(hidden, small, others)
        return not (small or others)

    def _cost(self, hidden: Flags) -> int:
        return int(self.problem.cost[hidden].sum())

    def _part(self, best: Flags) -> Part:
        free = np.zeros(self.problem.size, bool)
        free[self._together(best)] = True
        prices = (self._chance.uniform(0.0, 1.0, self.problem.size) + self._smallness) / 2
        return Part(best, free, prices * NEARLY_ONE / max(1, free.sum()))

    def _together(self, best: Flags) -> Ints:
        """Cells that share many rows with one another, grown from a hidden one taken by chance."""
        ties = self._chance.uniform(0.0, 1.0, self.problem.size)
        nearness = np.where(self.problem.may_hide, ties, -np.inf)
        found = [int(self._chance.choice(np.flatnonzero(best)))]
        while len(found) < self._size:
            for row in self._rows_of[found[-1]]:
                nearness[row] += 1.0
            nearness[found[-1]] = -np.inf
            nearest = int(np.argmax(nearness))
            if nearness[nearest] == -np.inf:
                break
            found.append(nearest)
        return np.array(found)


def rows_of(problem: Problem) -> dict[int, list[Ints]]:
    """For every cell that may be hidden, the rows that it is in."""
    found: dict[int, list[Ints]] = {int(cell): [] for cell in problem.candidates}
    for row in problem.rows:
        for column in row.columns:
            if int(column) in found:
                found[int(column)].append(row.columns)
    return found
