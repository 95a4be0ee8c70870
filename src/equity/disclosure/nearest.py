"""The table nearest to what is shown in which a column takes some value: a proof that leans on few hidden cells."""

from __future__ import annotations

import numpy as np

from equity.disclosure.moves import Tables
from equity.disclosure.problem import Flags, Floats, Problem
from equity.disclosure.region import INFINITY

DUAL_SIMPLEX = 1


class Nearest(Tables):
    """
    Only hidden cells move, and each person moved costs the same, so a proof stays one while the few cells in it are
    hidden. From one question to the next only bounds change: each starts from the last answer.
    """

    def __init__(self, problem: Problem):
        super().__init__(problem)
        self._solver.setOptionValue("simplex_strategy", DUAL_SIMPLEX)
        self._solver.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)
        self._solver.setOptionValue("no_unnecessary_rebuild_refactor", False)
        for moves in (self._rises, self._falls):
            self._solver.changeColsCost(len(moves), moves, np.ones(len(moves)))

    def hide(self, hidden: Flags) -> None:
        """From now on these cells, beside those that must be, are hidden."""
        is_hidden, none = hidden[self._cells], np.zeros(len(self._cells))
        self._rise = np.where(is_hidden, INFINITY, 0.0)
        self._fall = np.where(is_hidden, self.problem.low[self._cells], 0.0)
        self._solver.changeColsBounds(len(none), self._rises, none, self._rise)
        self._solver.changeColsBounds(len(none), self._falls, none, self._fall)

    def table_with(self, column: int, low: float, high: float) -> Floats | None:
        """A table in which the column lies between these, if there is one; a cell that may be hidden only falls."""
        return self._fallen(column, high) if self._place[column] >= 0 else self._within(column, low, high)

    def _within(self, column: int, low: float, high: float) -> Floats | None:
        problem, solver = self.problem, self._solver
        solver.changeColBounds(column, max(low, problem.low[column]), min(high, problem.high[column]))
        solver.run()
        found = self._point()
        solver.changeColBounds(column, problem.low[column], problem.high[column])
        return found

    def _fallen(self, column: int, high: float) -> Floats | None:
        """Bounds alone say that it falls so far: from the least that would be shown, and never rising."""
        problem, solver, place = self.problem, self._solver, int(self._place[column])
        rise, fall, shown = self._rises[place], self._falls[place], problem.low[column]
        if shown - high > self._fall[place]:
            return None
        solver.changeColBounds(column, shown, shown)
        solver.changeColBounds(rise, 0.0, 0.0)
        solver.changeColBounds(fall, max(shown - high, 0.0), self._fall[place])
        solver.run()
        found = self._point()
        solver.changeColBounds(column, shown, problem.high[column])
        solver.changeColBounds(rise, 0.0, self._rise[place])
        solver.changeColBounds(fall, 0.0, self._fall[place])
        return found
