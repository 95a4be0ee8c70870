"""The cheapest way to let one column take one value: which more cells would have to be hidden."""

from __future__ import annotations

import highspy
import numpy as np

from equity.disclosure.problem import TOLERANCE, Flags, Floats, Indexes, Ints, Problem
from equity.disclosure.region import INFINITY, LARGE, quiet_solver, run_from_inside

# A move of this many people is priced like hiding the cell once.
FAIR_MOVE = 5.0
# A number up to this many times the largest promised value is easily pushed among them when it is hidden.
EASILY_SQUEEZED = 4
# One person more in the right place is worth hiding this many cells, when many columns are mended together.
WORTH_MOVING = 4.0
# Of that, what it is worth where nothing more should be hidden for it.
FOR_NOTHING = 1e-4


class Tables:
    """
    Every table an outsider could think of, as one linear programme. Cells that may be hidden have two more columns:
    how far they rise above, and fall below, what would be shown.
    """

    def __init__(self, problem: Problem):
        self.problem = problem
        self._cells = problem.candidates
        self._solver = quiet_solver()
        self._solver.setOptionValue("presolve", "off")
        self._build()

    def _build(self) -> None:
        problem, size, more = self.problem, self.problem.size, len(self._cells)
        self._place = np.full(size, -1)
        self._place[self._cells] = np.arange(more)
        self._rises = np.arange(size, size + more, dtype=np.int32)
        self._falls = self._rises + more
        self._solver.addVars(size, problem.low, problem.high)
        self._solver.addVars(more, np.zeros(more), np.full(more, INFINITY))
        self._solver.addVars(more, np.zeros(more), problem.low[self._cells])
        for row in problem.rows:
            columns, signs = self._with_moves(row.columns, row.signs)
            self._solver.addRow(0.0, 0.0, len(columns), columns, signs)

    def _with_moves(self, columns: Ints, signs: Floats) -> tuple[Indexes, Floats]:
        open_ = self._place[columns] >= 0
        places = self._place[columns[open_]]
        every = np.concatenate([columns, self._rises[places], self._falls[places]]).astype(np.int32)
        return every, np.concatenate([signs, signs[open_], -signs[open_]])

    def _point(self) -> Floats | None:
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        values = np.array(self._solver.getSolution().col_value)
        point = values[: self.problem.size].copy()
        point[self._cells] += values[self._rises] - values[self._falls]
        return point

    def moved(self, point: Floats) -> Flags:
        problem = self.problem
        outside = (point < problem.low - TOLERANCE) | (point > problem.high + TOLERANCE)
        return problem.may_hide & outside


class Moves(Tables):
    """Which more cells would have to be hidden, as prices."""

    def __init__(self, problem: Problem):
        super().__init__(problem)
        self._worth = WORTH_MOVING * float(problem.cost[self._cells].max(initial=0))

    def price(self, hidden: Flags) -> None:
        """What is hidden already moves freely; anything else costs what hiding it costs."""
        low, top = self.problem.low[self._cells], self.problem.top[self._cells]
        squeezed = np.clip((EASILY_SQUEEZED * top - low) / (EASILY_SQUEEZED - 1) / top, 0.0, 1.0)
        costs = np.where(hidden[self._cells], 0.0, self.problem.cost[self._cells] * (1 + squeezed) / FAIR_MOVE)
        self._solver.changeColsCost(len(costs), self._rises, costs)
        self._solver.changeColsCost(len(costs), self._falls, costs)

    def table_with(self, column: int, low: float, high: float) -> Floats | None:
        """The cheapest table in which the column lies between these, if there is one."""
        with_place = self._place[column] >= 0
        if with_place:
            self._solver.addRow(low, high, *self._total_of(column))
        else:
            self._solver.changeColBounds(column, low, high)
        self._run()
        found = self._point()
        if with_place:
            self._solver.deleteRows(1, np.array([self._solver.getNumRow() - 1], dtype=np.int32))
        else:
            self._solver.changeColBounds(column, self.problem.low[column], self.problem.high[column])
        return found

    def table_towards(self, columns: Ints, others: Ints, *, nothing: bool) -> Floats | None:
        """
        A table in which as many of these as is cheap are nothing, or else as large as is promised; and as many of the
        others as costs nothing. Cells that may be hidden are hidden already, and only asked to be nothing.
        """
        every, problem = np.append(columns, others).astype(np.int32), self.problem
        worth = np.append(np.full(len(columns), self._worth), np.full(len(others), self._worth * FOR_NOTHING))
        self._solver.changeColsCost(len(every), every, worth if nothing else -worth)
        falling = self._place[every] >= 0
        self._price_falls(every[falling], -worth[falling], 0.0)
        if not nothing:
            top = problem.top[every].astype(float)
            self._solver.changeColsBounds(len(every), every, problem.low[every], np.minimum(problem.high[every], top))
        self._run()
        found = self._point()
        self._solver.changeColsCost(len(every), every, np.zeros(len(every)))
        self._solver.changeColsBounds(len(every), every, problem.low[every], problem.high[every])
        self._price_falls(every[falling], np.zeros(falling.sum()), INFINITY)
        return found

    def _price_falls(self, columns: Indexes, prices: Floats, rise: float) -> None:
        places, none = self._place[columns], np.zeros(len(columns))
        self._solver.changeColsCost(len(places), self._falls[places], prices)
        self._solver.changeColsBounds(len(places), self._rises[places], none, none + rise)

    def _run(self) -> None:
        if self.problem.size >= LARGE:
            run_from_inside(self._solver)
        else:
            self._solver.run()

    def _total_of(self, column: int) -> tuple[int, Indexes, Floats]:
        place = self._place[column]
        columns = np.array([column, self._rises[place], self._falls[place]], dtype=np.int32)
        return 3, columns, np.array([1.0, 1.0, -1.0])
