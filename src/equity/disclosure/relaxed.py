"""The search for the best pattern with halves allowed: quick to solve, and a source of cuts before any real choice."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np

from equity.disclosure.cuts import Cut, cut_from
from equity.disclosure.problem import TOLERANCE, Flags, Floats, Problem
from equity.disclosure.region import INFINITY, Answer, Region, quiet_solver

# How far a cell hidden for certain is let rise. More than any promised value, so that it hardly ever binds.
RISE = 10.0
WORTH_ADDING = 1e-4


class Relaxed:
    """The linear relaxation of the integer programme over "hide this cell", and the outsider's answers to it."""

    def __init__(self, problem: Problem):
        self.problem = problem
        cells = problem.candidates
        self._place = np.full(problem.size, -1)
        self._place[cells] = np.arange(len(cells))
        self._solver = quiet_solver()
        self._solver.setOptionValue("presolve", "off")
        self._solver.addVars(len(cells), np.zeros(len(cells)), np.ones(len(cells)))
        costs = problem.cost[cells] / max(1, problem.cost[cells].max(initial=1))
        self._solver.changeColsCost(len(cells), np.arange(len(cells), dtype=np.int32), costs)
        self._region = Region(problem)

    def add(self, cut: Cut) -> None:
        columns = self._place[cut.columns].astype(np.int32)
        self._solver.addRow(cut.least, INFINITY, len(columns), columns, cut.weights)

    def hidden_shares(self) -> Floats:
        """How much of each cell the cheapest mixture of patterns hides."""
        self._solver.run()
        shares = np.zeros(self.problem.size)
        shares[self.problem.candidates] = np.clip(np.array(self._solver.getSolution().col_value), 0.0, 1.0)
        return shares

    def violated(self, has_time: Callable[[], bool]) -> list[Cut]:
        """Cuts that the mixture breaks, already added."""
        shares = self.hidden_shares()
        self._region.hide_partly(shares, RISE)
        proofs = itertools.takewhile(lambda _: has_time(), self._proofs())
        cuts = [cut for cut in proofs if cut and cut.weights @ shares[cut.columns] < cut.least - WORTH_ADDING]
        for cut in cuts:
            self.add(cut)
        return cuts

    def _proofs(self) -> Iterator[Cut | None]:
        problem = self.problem
        low = np.zeros(problem.size, bool)
        high = np.zeros(problem.size, bool)

        def seen(answer: Answer) -> Answer:
            nonlocal low, high
            low |= answer.point <= TOLERANCE
            high |= answer.point >= problem.top - TOLERANCE
            return answer

        for column in np.flatnonzero(problem.small):
            top = int(problem.top[column])
            if not low[column]:
                yield self._cut(seen(self._region.lowest(int(column))), low, int(column), 0.0)
            if not high[column]:
                yield self._cut(seen(self._region.highest(int(column), top)), high, int(column), -float(top))

    def _cut(self, answer: Answer, reached: Flags, column: int, reach: float) -> Cut | None:
        return None if reached[column] else cut_from(self.problem, answer.prices, reach)
