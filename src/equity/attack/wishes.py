"""Tables that show the promised values of many stars at once."""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

from equity.attack.possible import DUAL_SIMPLEX, Counts, PossibleTables, Sums
from equity.attack.universe import Groups

DEAR = 20  # wishes that should come true, so that those that contradict most others have their turn
WORTHWHILE = 10  # new values in one table: with fewer it is as quick to ask for each alone
PATIENCE = 4
FEW = 16
LARGE = 1_000  # groups; with more an interior point is quicker than the simplex method


class OpenValues:
    """For each star the promised values that no table of whole people has shown yet, and that are not ruled out."""

    def __init__(self, possible: PossibleTables, stars: Sequence[Groups], promised_up_to: Sequence[int]):
        self._possible = possible
        self._sums = Sums(stars)
        self._counted = 0
        self._values = np.empty((FEW, len(stars)), dtype=np.int64)
        most = np.array(promised_up_to, dtype=np.int64)
        self.open: NDArray[np.bool_] = np.arange(1 + most.max(initial=-1)) <= most[:, None]
        self.seen = np.zeros_like(self.open)
        self.bounds: dict[int, tuple[int, int | None]] = {}

    def bound(self, place: int, low: int, high: int | None) -> None:
        """Nothing need be asked of values beyond what even parts of people allow."""
        self.bounds[place] = low, high
        self.strike_off()
        values = np.arange(self.open.shape[1])
        self.open[place] &= (values >= low) & (values <= (np.inf if high is None else high))

    def strike_off(self) -> None:
        """Every table that was found since the last time is proof of the values in it."""
        for table in self._possible.seen[self._counted :]:
            values = self._sums.of(table).astype(np.int64)
            (small,) = np.nonzero(values < self.open.shape[1])
            self.seen[small, values[small]] = True
            if self._counted == len(self._values):
                self._values = np.vstack([self._values, np.empty_like(self._values)])
            self._values[self._counted] = values
            self._counted += 1
        self.open &= ~self.seen

    def tables_near(self, place: int, value: int) -> list[Counts]:
        """Tables in which this star has nearly this value, the nearest first; of those as near, the latest."""
        latest = range(self._counted - 1, -1, -1)
        distances = np.abs(self._values[latest, place] - value)
        return [self._possible.seen[latest[near]] for near in np.argsort(distances, kind="stable")[:FEW]]


class Wishes:
    """A linear programme in which every star may miss the value wished for, at a price."""

    def __init__(self, possible: PossibleTables, stars: Sequence[Groups]):
        self._count = possible.universe.group_count
        self._model = possible.model()
        self._model.setOptionValue("simplex_strategy", DUAL_SIMPLEX)
        if self._count >= LARGE:
            self._model.setOptionValue("solver", "ipm")
            self._model.setOptionValue("presolve", "on")
        self._first_row = self._model.getNumRow()
        self._missed = np.arange(self._count, self._count + 2 * len(stars), dtype=np.int32)
        self._model.addVars(2 * len(stars), np.zeros(2 * len(stars)), np.full(2 * len(stars), highspy.kHighsInf))
        for groups, (over, under) in zip(stars, self._missed.reshape(-1, 2), strict=True):
            columns = np.append(groups, [over, under]).astype(np.int32)
            weights = np.append(np.ones(len(groups)), [-1.0, 1.0])
            self._model.addRow(0.0, 0.0, len(columns), columns, weights)

    def nearest(self, values: NDArray[np.int64], prices: Counts) -> Counts | None:
        for row, value in enumerate(values, start=self._first_row):
            self._model.changeRowBounds(row, float(value), float(value))
        self._model.changeColsCost(len(self._missed), self._missed, np.repeat(prices, 2))
        self._model.run()
        if self._model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(self._model.getSolution().col_value)[: self._count]


def wish_together(possible: PossibleTables, wishes: Wishes, values: OpenValues) -> None:
    """One table shows wished-for values of many stars at once: ask for others until that no longer helps."""
    rng, idle = np.random.default_rng(0), 0
    while idle < PATIENCE and values.open.any():
        before = values.open.sum()
        wish = np.where(values.open, rng.random(values.open.shape), -1.0).argmax(axis=1)
        prices = np.where(values.open.any(axis=1), rng.uniform(0.5, 1.0, len(wish)), 0.0)
        prices[rng.permutation(np.flatnonzero(prices))[:DEAR]] *= 100
        point = wishes.nearest(wish, prices)
        if point is not None:
            possible.remember_near(point)
        values.strike_off()
        idle = idle + 1 if before - values.open.sum() < WORTHWHILE else 0
