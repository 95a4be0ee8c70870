"""Yes or no for each of many cells, under many conditions, at the least cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equity.disclosure.problem import TOLERANCE, Flags, Floats, Ints

# Weights as whole numbers, rounded up: a condition may become a little weaker, never stronger.
FINENESS = 10_000
ROUNDED = 1e-4
LINEAR = 2  # how much of the problem the solver keeps as a linear programme: all of it, which makes for good bounds
FAR_TOO_LONG = 20  # times the seconds, by the clock: only for a machine that is much slower than any we know


@dataclass(frozen=True)
class Chosen:
    yes: Flags
    bound: float  # no choice costs less


class NoChoice(Exception):  # noqa: N818
    """The conditions contradict each other."""


class Choices:
    """
    Kept from one question to the next, and only ever given more conditions.

    The solver counts its own work instead of seconds, so that the same question has the same answer on a busy
    machine and on a quiet one.
    """

    def __init__(self, count: int):
        from ortools.sat.python import cp_model  # takes half a second, and few commands need it

        self._cp = cp_model
        self._model = cp_model.CpModel()
        self._yes = [self._model.new_bool_var("") for _ in range(count)]
        self._no = [choice.negated() for choice in self._yes]

    def require(self, places: Ints, weights: Floats, least: float) -> None:
        """Those chosen, so weighted, come to at least this."""
        against = weights < 0
        if is_clause(weights, least):
            pairs = zip(places.tolist(), against.tolist(), strict=True)
            self._model.add_bool_or([self._no[place] if no else self._yes[place] for place, no in pairs])
        else:
            whole = np.ceil(weights * FINENESS - ROUNDED).astype(np.int64)
            self._model.add(self._sum(places, whole) >= int(np.floor(least * FINENESS + ROUNDED)))

    def _sum(self, places: Ints, whole: Ints):  # type: ignore[no-untyped-def]
        return self._cp.LinearExpr.weighted_sum([self._yes[place] for place in places.tolist()], whole.tolist())

    def cheapest(
        self, costs: Ints, *, seconds: float, apart: float, share: float = 0.0, start: Flags | None = None
    ) -> Chosen | None:
        """
        The cheapest choice, or one that costs more by less than `apart`, or by less than this share of it; nothing if
        none was found in time. Raises `NoChoice` if there is none.
        """
        self._model.minimize(self._sum(np.arange(len(costs)), costs))
        self._model.clear_hints()  # type: ignore[no-untyped-call]
        for choice, yes in zip(self._yes, [] if start is None else start.tolist(), strict=False):
            self._model.add_hint(choice, yes)
        solver = self._cp.CpSolver()
        limits = solver.parameters
        limits.num_workers = 1
        limits.linearization_level = LINEAR
        limits.max_deterministic_time = max(seconds, 0.0)
        limits.max_time_in_seconds = max(seconds, 0.0) * FAR_TOO_LONG
        limits.absolute_gap_limit = apart
        limits.relative_gap_limit = share
        found = solver.solve(self._model)
        if found == self._cp.INFEASIBLE:
            raise NoChoice
        if found == self._cp.MODEL_INVALID:
            raise RuntimeError("the chooser could not read the question")
        if found == self._cp.UNKNOWN:
            return None
        yes = np.array([solver.boolean_value(choice) for choice in self._yes], dtype=bool)
        return Chosen(yes, float(solver.best_objective_bound))


def is_clause(weights: Floats, least: float) -> bool:
    """At least one of these, or not one of those."""
    whole = bool((np.abs(np.abs(weights) - 1) < TOLERANCE).all())
    return whole and abs(least - (1 - (weights < 0).sum())) < TOLERANCE
