"""Every inequality found so far, kept so that a small part of the choice can be posed on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equity.disclosure.audit import OutOfTime
from equity.disclosure.choices import FINENESS, Choices, NoChoice
from equity.disclosure.cuts import Cut
from equity.disclosure.problem import TOLERANCE, Flags, Floats, Ints, Problem

ALWAYS = -1
NEARLY_ONE = 0.9  # choices whose costs differ by less cost the same


@dataclass(frozen=True)
class Part:
    """What is hidden now, what of it is chosen again, and prices that tell choices of the same cost apart."""

    now: Flags
    free: Flags
    prices: Floats

    @property
    def kept(self) -> Flags:
        return self.now & ~self.free


@dataclass(frozen=True)
class Rows:
    """Inequalities end to end: the columns and weights of each, and what it is about."""

    number: Ints
    columns: Ints
    weights: Floats
    about: Ints
    count: int


class Pool:
    """
    Two kinds of inequality. A cut says that a cell needs company, always or if it is hidden; a cell that is not small
    may also escape it by lying above every promised value. A support says what may not all be hidden if it does.
    """

    def __init__(self, problem: Problem, unit: int):
        self.problem, self.unit = problem, unit
        self._cuts: list[tuple[Ints, Floats, int]] = []
        self._escapes: list[bool] = []
        self._supports: list[tuple[Ints, Floats, int]] = []
        self._known: set[tuple[int, bytes, bytes]] = set()

    def __len__(self) -> int:
        return len(self._cuts) + len(self._supports)

    def add(self, cut: Cut, *, about: int = ALWAYS, escapes: bool = False) -> None:
        if cut.least == 0.0:  # a cell, and the company it needs
            helps = cut.weights > 0
            about, cut = int(cut.columns[~helps][0]), Cut(cut.columns[helps], cut.weights[helps])
        key = (about, cut.columns.tobytes(), np.round(cut.weights, 6).tobytes())
        if key not in self._known:
            self._known.add(key)
            self._cuts.append((cut.columns, cut.weights, about))
            self._escapes.append(escapes)

    def add_support(self, about: int, support: Flags) -> None:
        columns = np.flatnonzero(support)
        key = (about, columns.tobytes(), b"")
        if key not in self._known:
            self._known.add(key)
            self._supports.append((columns, np.ones(len(columns)), about))

    def cheapest(self, part: Part, seconds: float) -> Flags:
        """The cheapest choice for this part that meets everything known."""
        return Posed(self.problem, self.unit, part).solved(
            laid_out(self._cuts), np.array(self._escapes, dtype=bool), laid_out(self._supports), seconds
        )


def laid_out(found: Sequence[tuple[Ints, Floats, int]]) -> Rows:
    sizes = np.array([len(columns) for columns, _, _ in found], dtype=np.int64)
    nothing = np.empty(0)
    return Rows(
        number=np.repeat(np.arange(len(found)), sizes),
        columns=np.concatenate([nothing.astype(np.int64), *(columns for columns, _, _ in found)]),
        weights=np.concatenate([nothing, *(weights for _, weights, _ in found)]),
        about=np.array([about for _, _, about in found], dtype=np.int64),
        count=len(found),
    )


class Posed:
    """One part as an integer programme of its own."""

    def __init__(self, problem: Problem, unit: int, part: Part):
        self.part, self.kept, self._watched = part, part.kept, problem.watched
        self.cells = np.flatnonzero(part.free)
        self._place = np.full(problem.size, -1)
        self._place[self.cells] = np.arange(len(self.cells))
        self._above: dict[int, int] = {}
        self._costs = problem.cost[self.cells] / unit + part.prices[self.cells]
        self._rows: list[tuple[Ints, Floats, float]] = []

    def solved(self, cuts: Rows, escapes: Flags, supports: Rows, seconds: float) -> Flags:
        self._add_cuts(cuts, escapes)
        self._add_supports(supports)
        choices = Choices(len(self.cells) + len(self._above))
        for places, weights, least in self._rows:
            choices.require(places, weights, least)
        costs = np.append(np.rint(self._costs * FINENESS).astype(np.int64), np.zeros(len(self._above), dtype=np.int64))
        start = self.part.now[self.cells]
        try:
            found = choices.cheapest(costs, seconds=seconds, apart=NEARLY_ONE * FINENESS, start=start)
        except NoChoice:  # what is hidden now meets everything, but for the last digits of a weight
            found = None
        if found is None:
            raise OutOfTime
        hidden = self.kept.copy()
        hidden[self.cells] = found.yes[: len(self.cells)]
        return hidden

    def _add_cuts(self, cuts: Rows, escapes: Flags) -> None:
        part, always = self.part, (cuts.about == ALWAYS) | self._watched[cuts.about]
        missing = 1.0 - np.bincount(cuts.number, weights=cuts.weights * self.kept[cuts.columns], minlength=cuts.count)
        applies = always | self.kept[cuts.about] | part.free[cuts.about]
        active = applies & (missing > TOLERANCE)
        used = active[cuts.number] & part.free[cuts.columns]
        places = self._place[cuts.columns[used]]
        weights = np.minimum(cuts.weights[used] / missing[cuts.number[used]], 1.0)
        for row, index, value in split(cuts.number[used], places, weights, np.flatnonzero(active)):
            about, least = int(cuts.about[row]), 1.0
            if about != ALWAYS and part.free[about]:
                index, value = np.append(index, self._place[about]), np.append(value, -1.0)
                least = 0.0
            if escapes[row]:
                index, value = np.append(index, self._above_of(about)), np.append(value, 1.0)
            self._add(index, value, least)

    def _add_supports(self, supports: Rows) -> None:
        part = self.part
        possible = self.kept | part.free
        broken = np.bincount(supports.number, weights=~possible[supports.columns], minlength=supports.count)
        there = possible | self._watched
        active = (broken == 0) & there[supports.about] & np.isin(supports.about, list(self._above))
        used = active[supports.number] & part.free[supports.columns]
        places = self._place[supports.columns[used]]
        for row, index, _ in split(supports.number[used], places, supports.weights[used], np.flatnonzero(active)):
            above = self._above_of(int(supports.about[row]))
            self._add(np.append(index, above), np.append(np.full(len(index), -1.0), -1.0), -float(len(index)))

    def _above_of(self, column: int) -> int:
        return self._above.setdefault(column, len(self.cells) + len(self._above))

    def _add(self, index: Ints, value: Floats, least: float) -> None:
        self._rows.append((index, value, least))


def split(numbers: Ints, places: Ints, weights: Floats, rows: Ints) -> Sequence[tuple[int, Ints, Floats]]:
    """The entries of each of these rows; both come in order."""
    starts, ends = np.searchsorted(numbers, rows), np.searchsorted(numbers, rows, side="right")
    return [(int(r), places[a:b], weights[a:b]) for r, a, b in zip(rows, starts, ends, strict=True)]
