"""The integer programme over "hide this cell", which knows every cut so far."""

from __future__ import annotations

import numpy as np

from equity.disclosure.choices import Choices, NoChoice
from equity.disclosure.cuts import Cut
from equity.disclosure.problem import Flags, Floats, Ints, NoSafePattern, Problem

NEARNESS = 500
ROUGHLY = 0.02


class Master:
    """The integer programme over "hide this cell"."""

    def __init__(self, problem: Problem, unit: int):
        self.problem = problem
        self._cells = problem.candidates
        self._place = np.full(problem.size, -1)
        self._place[self._cells] = np.arange(len(self._cells))
        self._choices = Choices(len(self._cells))
        self._costs = problem.cost[self._cells] // unit * NEARNESS
        self._further = np.zeros_like(self._costs)
        self._last: Flags | None = None
        self._known: set[tuple[bytes, bytes, float]] = set()

    def add(self, cut: Cut) -> bool:
        """True when the cut is new."""
        places = self._place[cut.columns]
        key = (places.tobytes(), np.round(cut.weights, 6).tobytes(), cut.least)
        if key in self._known:
            return False
        self._known.add(key)
        self._choices.require(places, cut.weights, cut.least)
        return True

    def add_if_hidden(self, column: int, cut: Cut) -> None:
        """If this cell is hidden, the cut holds."""
        places, weights = with_one_less(self._place[cut.columns], cut.weights, int(self._place[column]))
        self._choices.require(places, weights, 0.0)

    def solve(self, *, seconds: float, roughly: bool) -> tuple[Flags, float]:
        """The cheapest choice that meets every cut so far, and a bound on any choice that does."""
        is_near = bool(self._further.any())
        try:
            found = self._choices.cheapest(
                self._costs + self._further,
                seconds=seconds,
                apart=NEARNESS * (0.5 if is_near and not roughly else 0.99),
                share=ROUGHLY if roughly else 0.0,
                start=self._last,
            )
        except NoChoice:
            raise NoSafePattern([]) from None
        hidden = np.zeros(self.problem.size, bool)
        if found is None:
            return hidden, 0.0
        self._last = found.yes
        hidden[self._cells] = found.yes
        return hidden, found.bound / (NEARNESS + is_near)

    def stay_near(self, hidden: Flags) -> None:
        """Among choices of the same cost prefer those like this one, of which most is known: they seldom fail."""
        self._further = np.where(hidden[self._cells], 0, self._costs // NEARNESS)


def with_one_less(places: Ints, weights: Floats, place: int) -> tuple[Ints, Floats]:
    """The same sum less this one, which may be among them already."""
    among = places == place
    if among.any():
        return places, weights - among
    return np.append(places, place), np.append(weights, -1.0)
