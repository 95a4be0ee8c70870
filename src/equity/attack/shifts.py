"""From a table that is known to one in which a sum has another value, by moving as few people as possible."""

from __future__ import annotations

import highspy
import numpy as np

from equity.attack.possible import DUAL_SIMPLEX, Counts, PossibleTables, delete_last_row, quiet_solver
from equity.attack.universe import Groups

DEARER = 1.5  # times another: moves cost much the same, but chance tells them apart


class Shifts:
    """
    A linear programme with two columns more for each group: how far it rises and falls from a table of whole people.

    Its extreme tables are mostly of whole people too, because the smallest moves are by one person here and there.
    """

    def __init__(self, possible: PossibleTables):
        self._possible, self._count = possible, possible.universe.group_count
        self._random = np.random.default_rng(0)
        self._model = quiet_solver()
        self._model.setOptionValue("simplex_strategy", DUAL_SIMPLEX)
        nothing = np.zeros(3 * self._count)
        self._model.addVars(3 * self._count, nothing, nothing)
        for groups, low, high in possible.limits():
            self._limit(groups, low, high)
        self._columns = np.arange(3 * self._count, dtype=np.int32)

    def try_from(self, table: Counts, groups: Groups, value: int) -> None:
        """Keep the nearest table in which these groups come to the value, if it is one of whole people."""
        model, possible = self._model, self._possible
        nothing = np.zeros(self._count)
        low = np.concatenate([table, nothing, nothing])
        high = np.concatenate([table, possible.most_of_each - table, table - possible.least_of_each])
        model.changeColsBounds(len(self._columns), self._columns, low, high)
        prices = np.concatenate([nothing, self._random.uniform(1.0, DEARER, 2 * self._count)])
        model.changeColsCost(len(self._columns), self._columns, prices)
        self._limit(groups, float(value), float(value))
        model.clearSolver()  # from nothing moved it is a few steps; from the answer before it is further
        model.run()
        if model.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            point, rises, falls = np.array(model.getSolution().col_value).reshape(3, -1)
            possible.remember(point + rises - falls)
        delete_last_row(model)

    def _limit(self, groups: Groups, low: float, high: float) -> None:
        """What was known of these groups, and how far they rise less how far they fall, lies between the two."""
        columns = np.concatenate([groups, groups + self._count, groups + 2 * self._count]).astype(np.int32)
        self._model.addRow(low, high, len(columns), columns, np.repeat([1.0, 1.0, -1.0], len(groups)))
