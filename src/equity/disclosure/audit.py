"""Asks of a pattern whether it keeps the promise, with the fewest linear programmes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from equity.disclosure.bounds import Bounds
from equity.disclosure.nearest import Nearest
from equity.disclosure.problem import TOLERANCE, Flags, Floats, Ints, Problem
from equity.disclosure.region import INFINITY, LARGE, Answer, Region

MOST_HEIGHTS = 500
NEGLIGIBLE = 1e-9
CLEARLY = 1e-5
WORTH_ASKING_TOGETHER = 3
MANY_UNPROVEN = 60  # small cells; with fewer, each is asked alone for a proof that leans on little
SHARE_WORTH_ASKING, MANY = 0.3, 20  # of those asked for together, so many must come


@dataclass(frozen=True)
class Failure:
    """A column that gives itself away under a pattern: the proofs, and the value it can be pushed to."""

    column: int
    down: Answer | None = None
    up: Answer | None = None
    value: float = 0.0


class Sightings:
    """Tables already found to be possible. One table proves many cells, and stays proof while its moves stay hidden."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.columns = np.flatnonzero(problem.small | problem.watched | problem.may_hide)
        self._count = 0
        self._moved = np.zeros((64, len(problem.candidates)), dtype=bool)
        self._lows = np.zeros((64, len(self.columns)), dtype=bool)
        self._highs = np.zeros((64, len(self.columns)), dtype=bool)

    def add(self, point: Floats) -> None:
        problem = self.problem
        cells, values = problem.candidates, point[self.columns]
        low, high = problem.low[cells] - TOLERANCE, problem.high[cells] + TOLERANCE
        if self._count == len(self._moved):
            self._moved, self._lows, self._highs = map(doubled, (self._moved, self._lows, self._highs))
        self._moved[self._count] = (point[cells] < low) | (point[cells] > high)
        self._lows[self._count] = values <= TOLERANCE
        self._highs[self._count] = values >= problem.top[self.columns] - TOLERANCE
        self._count += 1

    def proven(self, hidden: Flags) -> tuple[Flags, Flags]:
        """Which columns can be nothing, and which can be the largest promised value, for certain."""
        shown = np.flatnonzero(~hidden[self.problem.candidates])
        holds = np.flatnonzero(~self._moved[: self._count, shown].any(axis=1))
        lows, highs = np.zeros(self.problem.size, bool), np.zeros(self.problem.size, bool)
        lows[self.columns] = self._lows[holds].any(axis=0)
        highs[self.columns] = self._highs[holds].any(axis=0)
        return lows, highs

    def show(self, column: int, limits: tuple[float, float], hidden: Flags) -> bool:
        """Whether the column is known to be able to be nothing, or to be at least so large, whichever is asked."""
        if limits[0] not in (0.0, self.problem.top[column]) or column not in self.columns:
            return False
        place = np.searchsorted(self.columns, column)
        reached = (self._lows if limits[0] == 0.0 else self._highs)[: self._count, place]
        shown = ~hidden[self.problem.candidates]
        return bool((~self._moved[: self._count][reached][:, shown].any(axis=1)).any())


class Heights:
    """Proofs that a column lies above every promised value. One stays a proof while nothing it leans on is hidden."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self._next = self._count = 0
        self._columns = np.zeros(MOST_HEIGHTS, dtype=np.int64)
        self._falls = np.zeros((MOST_HEIGHTS, problem.size))
        self._rises = np.zeros((MOST_HEIGHTS, problem.size), dtype=bool)
        self._high = np.zeros(MOST_HEIGHTS)

    def add(self, column: int, prices: Floats) -> None:
        """The lowest the column can be is what the prices say, less what each hidden cell could take from it."""
        problem, place = self.problem, self._next
        rises = prices < -NEGLIGIBLE
        if not np.isfinite(problem.high[rises]).all():
            return
        self._columns[place] = column
        self._falls[place] = np.where(prices > NEGLIGIBLE, prices * problem.low, 0.0)
        self._rises[place] = rises
        self._high[place] = self._falls[place].sum() + prices[rises] @ problem.high[rises] - problem.top[column]
        self._next = (place + 1) % MOST_HEIGHTS
        self._count = max(self._count, place + 1)

    def proven(self, hidden: Flags) -> Flags:
        known = slice(self._count)
        stands = ~self._rises[known][:, hidden].any(axis=1)
        stands &= self._high[known] - self._falls[known][:, hidden].sum(axis=1) > CLEARLY
        above = np.zeros(self.problem.size, bool)
        above[self._columns[known][stands]] = True
        return above


class OutOfTime(Exception):  # noqa: N818
    """Nothing was found, and nobody knows whether there is something."""


def always() -> bool:
    return True


def in_time(found: list[Failure]) -> list[Failure]:
    if not found:
        raise OutOfTime
    return found


def doubled(flags: Flags) -> Flags:
    return np.vstack([flags, np.zeros_like(flags)])


class Audit:
    """
    The outsider's questions, put to one pattern after another. Where patterns differ little from one to the next it
    `leans`: proofs then take longer to find, and still hold for most of the next patterns.
    """

    def __init__(self, problem: Problem):
        self.problem = problem
        self.sightings = Sightings(problem)
        self.heights = Heights(problem)
        self.bounds = Bounds(problem)
        self.nearest = Nearest(problem)
        self._region = Region(problem)
        self._hidden, self._region_is_behind = np.zeros(problem.size, bool), True
        self.questions = 0
        self._is_large = problem.size >= LARGE
        self.leans = False
        self._chance = np.random.default_rng(1)

    def look(self, hidden: Flags) -> None:
        self.nearest.hide(hidden)
        self._hidden, self._region_is_behind = hidden.copy(), True
        self._low, self._high = self.sightings.proven(hidden)
        self._least, self._most = np.full(self.problem.size, np.inf), np.full(self.problem.size, -np.inf)

    @property
    def region(self) -> Region:
        if self._region_is_behind:
            self._region.hide(self._hidden)
            self._region_is_behind = False
        return self._region

    def small_failures(
        self, hidden: Flags, *, most: int | None = None, has_time: Callable[[], bool] = always
    ) -> list[Failure]:
        """Small cells of which some promised value can be ruled out; those found in time, if there are any."""
        self.look(hidden)
        open_ = self.problem.small & ~(self._low & self._high)
        if not self.leans or np.count_nonzero(open_) > MANY_UNPROVEN:
            self.together(self.problem.small, has_time)
        return self._failing(self.problem.small, self._small_failure, most, has_time)

    def _failing(
        self, asked: Flags, ask: Callable[[int], Failure | None], most: int | None, has_time: Callable[[], bool]
    ) -> list[Failure]:
        found: list[Failure] = []
        for column in map(int, np.flatnonzero(asked)):
            if self._low[column] and self._high[column]:
                continue
            if not has_time():
                return in_time(found)
            failure = ask(column)
            if failure is not None:
                found.append(failure)
                if len(found) == most:
                    return found
        return found

    def unproven(self, hidden: Flags, asked: Flags, *, nothing: bool) -> Ints:
        """Those of them not yet known to be able to be nothing, or else the largest promised value."""
        low, high = self.sightings.proven(hidden)
        return np.flatnonzero(asked & ~(low if nothing else high))

    def together(self, wanted: Flags, has_time: Callable[[], bool]) -> None:
        """One table often shows many cells at their lowest, or highest, at once."""
        self._show(wanted, self.region.lowest_together, lambda: self._low, has_time)
        self._show(wanted, self.region.highest_together, lambda: self._high, has_time)

    def _show(
        self,
        wanted: Flags,
        ask: Callable[[Ints], Answer],
        reached: Callable[[], Flags],
        has_time: Callable[[], bool],
    ) -> None:
        """Where they stand too much in each other's way fewer are asked for, until each alone is as quick."""
        at_once = self.problem.size
        while at_once > WORTH_ASKING_TOGETHER and has_time():
            left = np.flatnonzero(wanted & ~reached())
            if len(left) <= WORTH_ASKING_TOGETHER:
                return
            at_once = min(at_once, len(left))
            some = np.sort(self._chance.choice(left, at_once, replace=False))
            self._note(ask(some))
            came = len(left) - int((wanted & ~reached()).sum())
            if not self._is_large and came < SHARE_WORTH_ASKING * at_once:
                return
            if came < min(MANY, SHARE_WORTH_ASKING * at_once):
                at_once //= 2

    def _small_failure(self, column: int) -> Failure | None:
        down = up = None
        if not self._low[column] and not self._can_take(column, 0.0, 0.0):
            answer = self._lowest(column)
            down = answer if answer.point[column] > TOLERANCE else None
        if not self._high[column] and not self._can_take(column, self.problem.top[column], INFINITY):
            answer = self._highest(column)
            up = answer if answer.point[column] < self.problem.top[column] - TOLERANCE else None
        return Failure(column, down, up) if down or up else None

    def open_failures(
        self, hidden: Flags, *, most: int | None = None, has_time: Callable[[], bool] = always
    ) -> list[Failure]:
        """Other stars of which some promised values are possible and some are not; again those found in time."""
        self.look(hidden)
        asked = (hidden | self.problem.watched) & ~self.problem.small & ~self.heights.proven(hidden)
        if self._is_large:  # in a small table a question is quick, and what it finds is of use
            asked &= self.bounds.least(hidden) <= self.problem.top + TOLERANCE
        if not self.leans:
            self.together(asked, has_time)
        return self._failing(asked, self._open_failure, most, has_time)

    def _open_failure(self, column: int) -> Failure | None:
        if self._can_take(column, 0.0, 0.0) and (
            self._high[column] or self._can_take(column, self.problem.top[column], INFINITY)
        ):
            return None
        down = self._lowest(column)
        if down.point[column] > self.problem.top[column] + TOLERANCE:
            self.heights.add(column, down.prices)
            return None
        up = self._highest(column) if not self._high[column] else None
        rises = up is None or up.point[column] >= self.problem.top[column] - TOLERANCE
        falls = down.point[column] <= TOLERANCE
        if rises and falls:
            return None
        return Failure(column, None if falls else down, None if rises else up, float(down.point[column]))

    def gap_failures(self, hidden: Flags, *, most: int | None = None) -> list[Failure]:
        """Differences between releases that come to a small number with too few values possible."""
        self.look(hidden)
        found: list[Failure] = []
        for column in np.flatnonzero(self.problem.gaps):
            failure = self._gap_failure(int(column))
            if failure is not None:
                found.append(failure)
                if len(found) == most:
                    return found
        return found

    def _gap_failure(self, column: int) -> Failure | None:
        width = self.problem.gap_width
        if self._most[column] - self._least[column] >= width:
            return None
        down = self._lowest(column)
        low = float(down.point[column])
        if low > self.problem.top[column] + TOLERANCE:
            return None
        up = self._highest(column, int(np.ceil(low + width)))
        return Failure(column, down, up, low) if up.point[column] < low + width - TOLERANCE else None

    def _can_take(self, column: int, low: float, high: float) -> bool:
        """Whether it is quickly shown that the column can lie between these."""
        if not self.leans:
            return False
        self.questions += 1
        point = self.nearest.table_with(column, low, high)
        if point is None:
            return False
        self._saw(point)
        return bool(low - TOLERANCE <= point[column] <= high + TOLERANCE)

    def _lowest(self, column: int) -> Answer:
        return self._note(self.region.lowest(column))

    def _highest(self, column: int, enough: int | None = None) -> Answer:
        return self._note(self.region.highest(column, int(self.problem.top[column]) if enough is None else enough))

    def _note(self, answer: Answer) -> Answer:
        self.questions += 1
        self._saw(answer.point)
        return answer

    def _saw(self, point: Floats) -> None:
        self.sightings.add(point)
        self._low |= point <= TOLERANCE
        self._high |= point >= self.problem.top - TOLERANCE
        self._least = np.minimum(self._least, point)
        self._most = np.maximum(self._most, point)

    def is_safe(self, hidden: Flags) -> bool:
        return not (
            self.small_failures(hidden, most=1)
            or self.open_failures(hidden, most=1)
            or self.gap_failures(hidden, most=1)
        )
