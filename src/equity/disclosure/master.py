"""The integer programme over "hide this cell", which knows every cut so far."""

from __future__ import annotations

import time

import highspy
import numpy as np
from highspy.highs import HighsCallbackEvent

from equity.disclosure.cuts import Cut
from equity.disclosure.problem import Flags, Indexes, NoSafePattern, Problem
from equity.disclosure.region import INFINITY, quiet_solver

NEARNESS = 500
ROUGH_GAP = 0.02
NEGLIGIBLE = 1e-6


class Master:
    """The integer programme over "hide this cell"."""

    def __init__(self, problem: Problem, unit: int):
        self.problem, self.unit = problem, unit
        self._stays_near = False
        self._cells = problem.candidates
        self._place = np.full(problem.size, -1)
        self._place[self._cells] = np.arange(len(self._cells))
        self._solver = quiet_solver()
        self._solver.cbMipInterrupt.subscribe(self._mind_the_time)
        self._until = 0.0
        self._least = 0.0  # what any choice costs at least: one that costs no more need not be proven best again
        self._known: set[tuple[bytes, bytes, float]] = set()
        self._add_choices(problem.cost[self._cells] / unit)

    def _add_choices(self, costs: np.ndarray) -> None:
        first, count = self._solver.getNumCol(), len(costs)
        columns = np.arange(first, first + count, dtype=np.int32)
        self._solver.addVars(count, np.zeros(count), np.ones(count))
        self._solver.changeColsCost(count, columns, costs)
        self._solver.changeColsIntegrality(count, columns, np.full(count, highspy.HighsVarType.kInteger))

    def add(self, cut: Cut) -> bool:
        """True when the cut is new."""
        columns = self._place[cut.columns].astype(np.int32)
        key = (columns.tobytes(), np.round(cut.weights, 6).tobytes(), cut.least)
        if key in self._known:
            return False
        self._known.add(key)
        self._solver.addRow(cut.least, INFINITY, len(columns), columns, cut.weights)
        return True

    def add_if_hidden(self, column: int, cut: Cut) -> None:
        """If this cell is hidden, the cut holds."""
        weights = {int(self._place[c]): float(w) for c, w in zip(cut.columns, cut.weights, strict=True)}
        cell = int(self._place[column])
        weights[cell] = weights.get(cell, 0.0) - 1.0
        self._add_row(weights, 0.0, INFINITY)

    def _add_row(self, weights: dict[int, float], low: float, high: float) -> None:
        columns = np.array(list(weights), dtype=np.int32)
        self._solver.addRow(low, high, len(columns), columns, np.array(list(weights.values())))

    def solve(self, *, nodes: int, seconds: float, roughly: bool) -> tuple[Flags, float]:
        """The cheapest choice that meets every cut so far, and a bound on any choice that does."""
        solver = self._solver
        near = 1 + 1 / NEARNESS if self._stays_near else 1.0
        solver.setOptionValue("mip_rel_gap", ROUGH_GAP if roughly else 0.0)
        solver.setOptionValue("mip_abs_gap", 0.5 if self._stays_near and not roughly else 0.99)
        solver.setOptionValue("mip_max_nodes", nodes)
        solver.setOptionValue("objective_target", self._least + 0.5)
        self._run(seconds)
        bound = float(solver.getInfo().mip_dual_bound) / near
        self._least = max(self._least, float(np.ceil(bound - NEGLIGIBLE)))
        return self._choice(), bound

    def _first(self, count: int) -> Indexes:
        return np.arange(count, dtype=np.int32)

    def _run(self, seconds: float) -> None:
        """Seconds of this process, not of the clock: a busy machine gives no other answer than a quiet one."""
        self._until = time.process_time() + seconds
        self._solver.run()
        if self._solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            raise NoSafePattern([])

    def _mind_the_time(self, event: HighsCallbackEvent) -> None:
        event.interrupt(time.process_time() > self._until)

    def _choice(self) -> Flags:
        hidden = np.zeros(self.problem.size, bool)
        values = np.array(self._solver.getSolution().col_value)
        if len(values):
            hidden[self._cells] = values[: len(self._cells)] > 0.5
        return hidden

    def stay_near(self, hidden: Flags) -> None:
        """Among choices of the same cost prefer those like this one, of which most is known: they seldom fail."""
        costs = self.problem.cost[self._cells] / self.unit
        further = np.where(hidden[self._cells], costs, costs * (1 + 1 / NEARNESS))
        self._solver.changeColsCost(len(further), self._first(len(further)), further)
        self._stays_near = True
