"""The set of tables an outsider thinks possible, held in one linear programme that is asked many questions."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from equity.disclosure.problem import Flags, Floats, Indexes, Ints, Problem

INFINITY = highspy.kHighsInf
PRIMAL_SIMPLEX = 4
LARGE = 1_500  # columns; with fewer an interior point is no quicker than the simplex method from where it stands


@dataclass(frozen=True)
class Answer:
    """The most extreme table for one question, and the prices that prove nothing is more extreme."""

    point: Floats
    prices: Floats


class Contradiction(ValueError):  # noqa: N818
    """No table at all fits the numbers."""


def quiet_solver() -> highspy.Highs:
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("threads", 1)
    return solver


def run_from_inside(solver: highspy.Highs) -> None:
    """By an interior point and then to a corner: for a large problem that is far from where the last one ended."""
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("presolve", "on")
    solver.run()
    solver.setOptionValue("solver", "simplex")
    solver.setOptionValue("presolve", "off")
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:  # not believed before another way says so too
        solver.clearSolver()
        solver.run()


class Region:
    """Tables that fit what is shown. `give` lets shown cells move a little, which makes for sharper proofs."""

    def __init__(self, problem: Problem, *, give: float = 0.0):
        self.problem = problem
        self.give = give
        self._solver = quiet_solver()
        self._solver.setOptionValue("presolve", "off")
        self._solver.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        # Questions follow each other closely and take few steps, so starting each well made costs more than it saves.
        self._solver.setOptionValue("primal_simplex_bound_perturbation_multiplier", 0.0)
        self._solver.setOptionValue("no_unnecessary_rebuild_refactor", False)
        self._asked: Indexes = np.empty(0, dtype=np.int32)
        self._is_far = True  # from the last answer to the next
        self._chance = np.random.default_rng(1)
        self._build()

    def _build(self) -> None:
        size = self.problem.size
        self._all = np.arange(size, dtype=np.int32)
        self._solver.addVars(size, self.problem.low, self.problem.high)
        for row in self.problem.rows:
            self._solver.addRow(0.0, 0.0, len(row.columns), row.columns.astype(np.int32), row.signs)

    def hide(self, hidden: Flags) -> None:
        """From now on these cells, beside those that must be, are hidden."""
        problem = self.problem
        moves = problem.may_hide & ~hidden
        self._low = np.where(hidden, 0.0, problem.low - np.where(moves, self.give * problem.low, 0.0))
        self._high = np.where(hidden, INFINITY, problem.high + np.where(moves, self.give * 5, 0.0))
        self._solver.changeColsBounds(problem.size, self._all, self._low, self._high)
        self._is_far = True

    def hide_partly(self, shares: Floats, rise: float) -> None:
        """As if so much of each cell were hidden: it may fall by that share of its count, and rise by that of this."""
        problem = self.problem
        self._low = np.where(problem.may_hide, problem.low * (1 - shares), problem.low)
        self._high = np.where(problem.may_hide, problem.high + rise * shares, problem.high)
        self._solver.changeColsBounds(problem.size, self._all, self._low, self._high)
        self._is_far = True

    def lowest(self, column: int) -> Answer:
        return self._ask(np.array([column], dtype=np.int32), np.ones(1))

    def highest(self, column: int, enough: int) -> Answer:
        """As high as the column goes, or as high as is enough."""
        within = min(self._high[column], float(enough))
        self._solver.changeColBounds(column, self._low[column], within)
        try:
            return self._ask(np.array([column], dtype=np.int32), -np.ones(1))
        finally:
            self._solver.changeColBounds(column, self._low[column], self._high[column])

    def lowest_together(self, columns: Ints) -> Answer:
        """One table in which many of these are low at once."""
        return self._ask(columns.astype(np.int32), self._mixed(columns))

    def highest_together(self, columns: Ints) -> Answer:
        """One table in which many of these are as large as is promised at once."""
        few, top = columns.astype(np.int32), self.problem.top[columns].astype(float)
        within = np.minimum(self._high[columns], np.maximum(top, self._low[columns]))
        self._solver.changeColsBounds(len(few), few, self._low[columns], within)
        try:
            return self._ask(few, -self._mixed(columns))
        except Contradiction:
            return self._ask(few[:0], np.empty(0))
        finally:
            self._solver.changeColsBounds(len(few), few, self._low[columns], self._high[columns])

    def _mixed(self, columns: Ints) -> Floats:
        """In a large table not all can be had at once: some are had wholly then, instead of all by halves."""
        return np.ones(len(columns)) if self.problem.size < LARGE else self._chance.uniform(0.0, 1.0, len(columns))

    def _ask(self, columns: Indexes, costs: Floats) -> Answer:
        solver = self._solver
        if len(self._asked):
            solver.changeColsCost(len(self._asked), self._asked, np.zeros(len(self._asked)))
        solver.changeColsCost(len(columns), columns, costs)
        self._asked = columns
        if self.problem.size >= LARGE and (self._is_far or len(columns) > 1):
            run_from_inside(solver)
        else:
            solver.run()
        self._is_far = False
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            solver.clearSolver()  # the last answer can lead astray: ask again from nothing before this is believed
            solver.run()
        self._check()
        solution = solver.getSolution()
        return Answer(np.array(solution.col_value), np.array(solution.col_dual))

    def _check(self) -> None:
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return
        if status == highspy.HighsModelStatus.kInfeasible:
            raise Contradiction("the numbers contradict each other")
        raise RuntimeError(f"the solver stopped with {status}")
