"""
The best pattern of hidden cells, by cutting planes.

A small integer programme chooses what to hide; the outsider's linear programme looks for cells that the choice
gives away and answers with inequalities that forbid it; and so on until nothing is given away. The integer programme's
bound then proves that no safe pattern is cheaper.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import highspy
import numpy as np

from equity.disclosure.audit import Audit, Failure
from equity.disclosure.cuts import Cut, cut_from, first_cuts, widening_cut
from equity.disclosure.moves import Moves
from equity.disclosure.problem import TOLERANCE, Flags, NoSafePattern, Pattern, Problem
from equity.disclosure.region import INFINITY, Answer, Region, quiet_solver
from equity.disclosure.relaxed import Relaxed
from equity.disclosure.repair import repaired, thinned

SHARPENING = 0.02
NEARLY_SAFE = 20
NEARNESS = 500
ROUGH_GAP = 0.02
CLOSE_TO_BEST = 1.08
WORTH_THINNING = 1.1
RELAXED_ROUNDS = 5
RELAXED_SHARE = 0.15  # of the time
LAST_THINNING = 0.3  # of the time, once it has run out
FEW_CUTS = 3
ROUNDS_ALONE = 7
PATTERNS_TO_MERGE = 4
FEW_NODES = 300
MANY_CELLS = 400


@dataclass(frozen=True)
class Effort:
    """How long to look for the best before settling for a safe pattern with a stated gap."""

    rounds: int = 400
    nodes: int = 20_000
    seconds: float = 60.0
    gap: float = 0.0
    may_lie_above: bool = False  # prove the bound for patterns too in which a cell is saved by showing another


class Master:
    """The integer programme over "hide this cell"."""

    def __init__(self, problem: Problem, unit: int):
        self.problem, self.unit = problem, unit
        self._stays_near = False
        self._cells = problem.candidates
        self._place = np.full(problem.size, -1)
        self._place[self._cells] = np.arange(len(self._cells))
        self._solver = quiet_solver()
        self._known: set[tuple[bytes, bytes, float]] = set()
        self._either: dict[int, int] = {}
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

    def add_either(self, column: int, cut: Cut, support: Flags) -> None:
        """If this cell is hidden, either the cut holds or not all of the support is hidden."""
        if column not in self._either:
            self._either[column] = self._solver.getNumCol()
            self._add_choices(np.zeros(1))
        choice, cell = self._either[column], int(self._place[column])
        weights = {int(self._place[c]): float(w) for c, w in zip(cut.columns, cut.weights, strict=True)}
        weights[cell] = weights.get(cell, 0.0) - 1.0
        weights[choice] = -1.0
        self._add_row(weights, -1.0, INFINITY)
        parts = self._place[np.flatnonzero(support)]
        self._add_row({int(p): 1.0 for p in parts} | {choice: -1.0}, -INFINITY, len(parts) - 1.0)

    def _add_row(self, weights: dict[int, float], low: float, high: float) -> None:
        columns = np.array(list(weights), dtype=np.int32)
        self._solver.addRow(low, high, len(columns), columns, np.array(list(weights.values())))

    def solve(self, *, nodes: int, seconds: float, roughly: bool, among: Flags | None = None) -> tuple[Flags, float]:
        """The cheapest choice that meets every cut so far, and a bound on any choice that does (within `among`)."""
        solver, count = self._solver, len(self._cells)
        most = np.ones(count) if among is None else among[self._cells].astype(float)
        solver.changeColsBounds(count, np.arange(count, dtype=np.int32), np.zeros(count), most)
        near = 1 + 1 / NEARNESS if self._stays_near else 1.0
        solver.setOptionValue("mip_rel_gap", ROUGH_GAP if roughly else 0.0)
        solver.setOptionValue("mip_abs_gap", 0.01 if self._stays_near and not roughly else 0.99)
        solver.setOptionValue("mip_max_nodes", nodes)
        solver.setOptionValue("time_limit", solver.getRunTime() + seconds)
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            raise NoSafePattern([])
        hidden = np.zeros(self.problem.size, bool)
        values = np.array(solver.getSolution().col_value)
        if len(values):
            hidden[self._cells] = values[: len(self._cells)] > 0.5
        return hidden, float(solver.getInfo().mip_dual_bound) / near

    def stay_near(self, hidden: Flags) -> None:
        """Among choices of the same cost prefer those like this one, which is safe: they seldom fail."""
        costs = self.problem.cost[self._cells] / self.unit
        further = np.where(hidden[self._cells], costs, costs * (1 + 1 / NEARNESS))
        self._solver.changeColsCost(len(further), np.arange(len(further), dtype=np.int32), further)
        self._stays_near = True


class Search:
    def __init__(self, problem: Problem, effort: Effort):
        self.problem, self.effort = problem, effort
        self.audit = Audit(problem)
        self.sharp = Region(problem, give=SHARPENING)
        self.moves = Moves(problem)
        self.unit = int(np.gcd.reduce(problem.cost[problem.candidates])) if len(problem.candidates) else 1
        self.master = Master(problem, self.unit)
        self.best: Flags | None = None
        self.bound = 0.0
        self.rounds = 0
        self._latest = np.zeros(problem.size, bool)
        self._pool = np.zeros(problem.size, bool)
        self._alone_until = ROUNDS_ALONE
        self._far = True  # many cells still fail, so an exact choice would be wasted
        self._started = time.process_time()

    def run(self) -> Pattern:
        self._cut_before_choosing()
        while not self._is_over():
            if self._is_stuck():
                self._merge()
            else:
                self._round()
        if self.best is None or self._cost(self.best) > self.bound * CLOSE_TO_BEST:
            safe = repaired(self.problem, self.audit, self.moves, self._latest)
            self._keep(self._thinned(safe, floor=np.zeros(self.problem.size, bool)))
        assert self.best is not None
        cost = self._cost(self.best)
        return Pattern(
            self.best, cost * self.unit, min(self.bound, cost) * self.unit, self.rounds, self.audit.questions
        )

    def _cut_before_choosing(self) -> None:
        relaxed = Relaxed(self.problem)
        for cut in first_cuts(self.problem):
            self.master.add(cut)
            relaxed.add(cut)
        for _ in range(RELAXED_ROUNDS):
            found = relaxed.violated(lambda: self._left() > self.effort.seconds * (1 - RELAXED_SHARE))
            for cut in found:
                self.master.add(cut)
            if len(found) <= FEW_CUTS:
                return

    def _is_over(self) -> bool:
        if self.best is not None and self.bound > self._cost(self.best) * (1 - self.effort.gap) - 0.999:
            return True
        return self.rounds >= self.effort.rounds or self._left() <= 0

    def _left(self) -> float:
        return self.effort.seconds - (time.process_time() - self._started)

    def _round(self) -> None:
        self.rounds += 1
        hidden, bound = self.master.solve(nodes=self.effort.nodes, seconds=self._left(), roughly=self._far)
        self.bound = max(self.bound, bound)
        self._latest = hidden
        small = self.audit.small_failures(hidden)
        others = self.audit.open_failures(hidden)
        gaps = self.audit.gap_failures(hidden)
        if not (small or others or gaps):
            self._keep(hidden)
            return
        self._cut_off(hidden, small + gaps)
        self._cut_off_open(hidden, others)
        failures = len(small) + len(others) + len(gaps)
        self._far = failures > NEARLY_SAFE
        if not self._far:
            self._improve(hidden)
        elif self.rounds > self._alone_until - PATTERNS_TO_MERGE and self._has_many_cells():
            safe = repaired(self.problem, self.audit, self.moves, hidden)
            self._keep(safe)
            self._pool |= safe

    def _is_stuck(self) -> bool:
        """After so many rounds the whole choice still fails in many cells: proving the best is out of reach."""
        return self.rounds >= self._alone_until and self._far and self._has_many_cells()

    def _has_many_cells(self) -> bool:
        return len(self.problem.candidates) >= MANY_CELLS

    def _merge(self) -> None:
        """
        The best choice among the cells that some safe pattern hides: far fewer, so that it is soon safe itself.

        After C. Blum and others (2016), Construct, Merge, Solve & Adapt, Computers & Operations Research 68, 75-88.
        """
        self.rounds += 1
        try:
            hidden, _ = self.master.solve(nodes=FEW_NODES, seconds=self._left(), roughly=True, among=self._pool)
        except NoSafePattern:
            self._alone_until = self.rounds + PATTERNS_TO_MERGE
            return
        self._latest = hidden
        small, others = self.audit.small_failures(hidden), self.audit.open_failures(hidden)
        gaps = self.audit.gap_failures(hidden)
        if not (small or others or gaps):
            self._keep(hidden)
            self._alone_until = self.rounds + PATTERNS_TO_MERGE
            return
        self._cut_off(hidden, small + gaps)
        self._cut_off_open(hidden, others)
        if len(small) + len(others) + len(gaps) <= NEARLY_SAFE:
            self._improve(hidden)
            assert self.best is not None
            self._pool |= self.best

    def _improve(self, hidden: Flags) -> None:
        """From a choice that is not safe to one that is, and then without what it does not need."""
        safe = repaired(self.problem, self.audit, self.moves, hidden)
        if self.best is None or self._cost(safe) < self._cost(self.best) * WORTH_THINNING:
            self._keep(self._thinned(safe, floor=hidden))
        self._keep(safe)

    def _thinned(self, hidden: Flags, *, floor: Flags) -> Flags:
        until = min(self._left(), 0.0) - LAST_THINNING * self.effort.seconds
        return thinned(self.problem, self.audit, hidden, floor=floor, has_time=lambda: self._left() > until)

    def _cost(self, hidden: Flags) -> int:
        return int(self.problem.cost[hidden].sum()) // self.unit

    def _keep(self, hidden: Flags) -> None:
        if self.best is None or self._cost(hidden) < self._cost(self.best):
            self.best = hidden
            if self.unit > 1 and self._cost(hidden) < self.bound * CLOSE_TO_BEST:
                self.master.stay_near(hidden)

    def _cut_off(self, hidden: Flags, failures: list[Failure]) -> None:
        self.sharp.hide(hidden)
        for failure in failures:
            for cut in self._cuts_for(failure, hidden):
                self.master.add(cut)

    def _cuts_for(self, failure: Failure, hidden: Flags) -> list[Cut]:
        column, top = failure.column, int(self.problem.top[failure.column])
        if self.problem.gaps[column] and failure.down is not None and failure.up is not None:
            cut = widening_cut(self.problem, failure.down.prices, failure.up.prices, self.problem.gap_width)
            return [cut] if cut else []
        cuts = []
        if failure.down is not None:
            cuts += self._both(failure.down, self.sharp.lowest(column), column, 0.0)
        if failure.up is not None:
            cuts += self._both(failure.up, self.sharp.highest(column, top), column, -float(top))
        return cuts

    def _both(self, plain: Answer, sharp: Answer, column: int, reach: float) -> list[Cut]:
        """The plain proof, and the one that still holds when shown cells may move a little."""
        answers = [plain, sharp] if abs(sharp.point[column] + reach) > TOLERANCE else [plain]
        cuts = (cut_from(self.problem, answer.prices, reach) for answer in answers)
        return [cut for cut in cuts if cut is not None]

    def _cut_off_open(self, hidden: Flags, failures: list[Failure]) -> None:
        if not failures:
            return
        self.sharp.hide(hidden)
        self.moves.price_only_among(hidden)
        for failure in failures:
            cuts = self._cuts_for(failure, hidden)
            if self.problem.watched[failure.column]:
                for cut in cuts:
                    self.master.add(cut)
                continue
            if not self.effort.may_lie_above:
                for cut in cuts:
                    self.master.add_if_hidden(failure.column, cut)
                continue
            point = self.moves.table_with(failure.column, 0.0, float(self.problem.top[failure.column]))
            assert point is not None
            support = self.moves.moved(point)
            for cut in cuts:
                self.master.add_either(failure.column, cut, support & hidden)


def find_pattern(problem: Problem, effort: Effort | None = None) -> Pattern:
    """A safe pattern, proven cheapest or with its distance from the cheapest."""
    return Search(problem, effort or Effort()).run()
