"""What the rows prove one by one, without a linear programme: never more than is true, and often enough."""

from __future__ import annotations

import numpy as np

from equity.disclosure.problem import Flags, Floats, Problem

PASSES = 4


class Bounds:
    """From the most and the least that all others in a row come to follow limits for each of its columns."""

    def __init__(self, problem: Problem):
        self.problem = problem
        sizes = [len(row.columns) for row in problem.rows]
        nothing = np.empty(0)
        self._row = np.repeat(np.arange(len(sizes)), sizes)
        self._column = np.concatenate([nothing.astype(np.int64), *(row.columns for row in problem.rows)])
        self._sign = np.concatenate([nothing, *(row.signs for row in problem.rows)])

    def least(self, hidden: Flags) -> Floats:
        """For every column a number that it cannot be below while these are hidden."""
        low = np.where(hidden, 0.0, self.problem.low)
        high = np.where(hidden, np.inf, self.problem.high)
        for _ in range(PASSES):
            least, most = self._in_rows(low, high)
            np.maximum.at(low, self._column, least)
            np.minimum.at(high, self._column, most)
        return low

    def _in_rows(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """All entries of a row come to nothing, so each is what the others come to, turned round."""
        adds = self._sign > 0
        least = np.where(adds, low[self._column], -high[self._column])
        most = np.where(adds, high[self._column], -low[self._column])
        down, up = -self._of_others(most, np.inf), -self._of_others(least, -np.inf)
        return np.where(adds, down, -up), np.where(adds, up, -down)

    def _of_others(self, entries: Floats, endless: float) -> Floats:
        """What the row comes to without the entry itself, where others may be without limit."""
        limited = np.isfinite(entries)
        unlimited = np.bincount(self._row, weights=~limited)[self._row] - ~limited
        known = np.where(limited, entries, 0.0)
        return np.where(unlimited > 0, endless, np.bincount(self._row, weights=known)[self._row] - known)
