"""
The best pattern of hidden cells, by cutting planes.

A small integer programme chooses what to hide; the outsider's linear programme looks for cells that the choice
gives away and answers with inequalities that forbid it; and so on until nothing is given away. The integer programme's
bound then proves that no safe pattern is cheaper.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from equity.disclosure.audit import Audit, Failure, OutOfTime
from equity.disclosure.cuts import Cut, cut_from, first_cuts, widening_cut
from equity.disclosure.master import Master
from equity.disclosure.moves import Moves
from equity.disclosure.nearby import Nearby
from equity.disclosure.pool import Pool
from equity.disclosure.problem import TOLERANCE, Flags, Pattern, Problem
from equity.disclosure.region import INFINITY, LARGE, Answer, Region
from equity.disclosure.relaxed import Relaxed
from equity.disclosure.repair import repaired, thinned

SHARPENING = 0.02
NEARLY_SAFE = 20
CLOSE_TO_BEST = 1.08
WORTH_THINNING = 1.1
RELAXED_ROUNDS = 5
RELAXED_SHARE = 0.15  # of the time
LAST_THINNING = 0.05  # of the time, once it has run out
LATE = 0.1  # of the time beyond it
FEW_CUTS = 3
ROUNDS_ALONE = 5
SHARE_ALONE = 0.2  # of the time
SHARE_FOR_SAFETY = 0.7  # of the time
A_ROUND = 2.0  # seconds at least, while many cells still fail
MANY_CELLS = 400


@dataclass(frozen=True)
class Effort:
    """How long to look for the best before settling for a safe pattern with a stated gap."""

    rounds: int = 400
    seconds: float = 60.0
    gap: float = 0.0


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
        self._latest = self._mended = np.zeros(problem.size, bool)
        self.pool = Pool(problem, self.unit)
        self._nearby: Nearby | None = None
        self._may_settle = True
        self._far = True  # many cells still fail, so an exact choice would be wasted
        self._started = time.process_time()

    def run(self) -> Pattern:
        self._cut_before_choosing()
        self._choose()
        if self.best is None or (self._latest is not self._mended and self._may_be_much_better(self.best)):
            self._make_safe()
        assert self.best is not None
        cost = self._cost(self.best)
        return Pattern(
            self.best, cost * self.unit, min(self.bound, cost) * self.unit, self.rounds, self.audit.questions
        )

    def _may_be_much_better(self, hidden: Flags) -> bool:
        """And trying is quick: where making a pattern safe took longer than was asked for, it is not done twice."""
        return self._cost(hidden) > self.bound * CLOSE_TO_BEST and not self._is_late()

    def _is_late(self) -> bool:
        return self._left() < -LATE * self.effort.seconds

    def _make_safe(self) -> None:
        safe = self._repaired(self._latest)
        self._keep(self._thinned(safe, floor=np.zeros(self.problem.size, bool)))

    def _repaired(self, hidden: Flags) -> Flags:
        """Made safe; or, where that takes too long, the safe pattern at hand if there is one."""
        try:
            return repaired(self.problem, self.audit, self.moves, hidden, self._left)
        except OutOfTime:
            if self.best is None:
                raise
            return self.best

    def _choose(self) -> None:
        while not self._is_over():
            if self._nearby is not None:
                self._look_nearby(self._nearby)
            elif self._is_stuck():
                self._settle()
            else:
                self._round_in_time()

    def _cut_before_choosing(self) -> None:
        relaxed = Relaxed(self.problem)
        for cut in first_cuts(self.problem):
            self.master.add(cut)
            self.pool.add(cut)
            relaxed.add(cut)
        for _ in range(RELAXED_ROUNDS):
            found = relaxed.violated(lambda: self._left() > self.effort.seconds * (1 - RELAXED_SHARE))
            for cut in found:
                self.master.add(cut)
                self.pool.add(cut)
            if len(found) <= FEW_CUTS:
                return

    def _is_over(self) -> bool:
        if self.best is not None and self.bound > self._cost(self.best) * (1 - self.effort.gap) - 0.999:
            return True
        return self.rounds >= self.effort.rounds or self._left() <= 0

    def _left(self) -> float:
        return self.effort.seconds - (time.process_time() - self._started)

    def _round_in_time(self) -> None:
        try:
            self._round()
        except OutOfTime:
            self._improve(self._latest)

    def _round(self) -> None:
        self.rounds += 1
        seconds = min(self._left(), max(A_ROUND, self.effort.seconds / 20) if self._far else INFINITY)
        hidden, bound = self.master.solve(seconds=seconds, roughly=self._far)
        self.bound = max(self.bound, bound)
        self._latest = hidden
        if self.unit > 1 and not self._far:  # else fixed weights tell equally good choices apart
            self.master.stay_near(hidden)
        small = self.audit.small_failures(hidden, has_time=self._may_ask_on)
        others = self.audit.open_failures(hidden, has_time=self._may_ask_on)
        gaps = self.audit.gap_failures(hidden)
        if not (small or others or gaps):
            self._keep(hidden)
            return
        if not self._may_ask_on():
            raise OutOfTime
        self._cut_off(hidden, small + gaps)
        self._cut_off_open(hidden, others)
        failures = len(small) + len(others) + len(gaps)
        self._far = failures > NEARLY_SAFE
        if not self._far:
            self._improve(hidden)

    def _may_ask_on(self) -> bool:
        """Until there is a safe pattern, some time must be left for making one."""
        return self.best is not None or self._left() > self.effort.seconds * SHARE_FOR_SAFETY

    def _is_stuck(self) -> bool:
        """After so much the whole choice still fails in many cells: proving the best is out of reach."""
        tried = self.rounds >= ROUNDS_ALONE or self._left() < self.effort.seconds * (1 - SHARE_ALONE)
        return self._may_settle and tried and self.rounds > 0 and self._far and self._has_many_cells()

    def _has_many_cells(self) -> bool:
        return len(self.problem.candidates) >= MANY_CELLS

    def _settle(self) -> None:
        """The bound is out of reach, so the rest of the time goes into small changes to a pattern that is safe."""
        self._improve(self._latest)
        self.audit.leans = self.problem.size < LARGE
        self._nearby = Nearby(self.problem, self.pool, self.audit, self.forbid)

    def _look_nearby(self, nearby: Nearby) -> None:
        assert self.best is not None
        self.best = nearby.look(self.best, self._left)
        if self._cost(self.best) <= self.bound * CLOSE_TO_BEST:  # proving it may be within reach after all
            self._nearby, self._far, self._may_settle = None, False, False
            self.audit.leans = False
            self.master.stay_near(self.best)

    def forbid(self, hidden: Flags, failures: list[Failure], others: list[Failure]) -> None:
        """As `_cut_off`, for the choices of a part alone."""
        self.sharp.hide(hidden)
        for failure in failures:
            for cut in self._cuts_for(failure, hidden):
                self.pool.add(cut)
        self.audit.nearest.hide(hidden)
        for failure in others:
            for cut in self._cuts_for(failure, hidden):
                self.pool.add(cut, about=failure.column, escapes=True)
            self.pool.add_support(failure.column, self._support(failure, hidden))

    def _support(self, failure: Failure, hidden: Flags) -> Flags:
        """Cells which, hidden together, let this one come down among the promised values."""
        point = self.audit.nearest.table_with(
            failure.column, 0.0, float(self.problem.top[failure.column]) + 2 * TOLERANCE
        )
        return hidden if point is None else self.moves.moved(point) & hidden

    def _improve(self, hidden: Flags) -> None:
        """From a choice that is not safe to one that is, and then without what it does not need."""
        self._mended = hidden
        safe = self._repaired(hidden)
        if self.best is None or self._cost(safe) < self._cost(self.best) * WORTH_THINNING:
            self._keep(self._thinned(safe, floor=hidden))
        self._keep(safe)

    def _thinned(self, hidden: Flags, *, floor: Flags) -> Flags:
        if self._is_late():
            return hidden
        until = min(self._left(), 0.0) - LAST_THINNING * self.effort.seconds
        return thinned(self.problem, self.audit, hidden, floor=floor, has_time=lambda: self._left() > until)

    def _cost(self, hidden: Flags) -> int:
        return int(self.problem.cost[hidden].sum()) // self.unit

    def _keep(self, hidden: Flags) -> None:
        if self.best is None or self._cost(hidden) < self._cost(self.best):
            self.best = hidden

    def _cut_off(self, hidden: Flags, failures: list[Failure]) -> None:
        self.sharp.hide(hidden)
        for failure in failures:
            for cut in self._cuts_for(failure, hidden):
                self.master.add(cut)
                self.pool.add(cut)

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
        for failure in failures:
            cuts = self._cuts_for(failure, hidden)
            for cut in cuts:
                if self.problem.watched[failure.column]:
                    self.master.add(cut)
                else:
                    self.master.add_if_hidden(failure.column, cut)
                    self.pool.add(cut, about=failure.column, escapes=True)


def find_pattern(problem: Problem, effort: Effort | None = None) -> Pattern:
    """A safe pattern, proven cheapest or with its distance from the cheapest."""
    return Search(problem, effort or Effort()).run()
