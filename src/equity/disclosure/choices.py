"""Yes or no for each of many cells, under many conditions, at the least cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equity.disclosure.problem import TOLERANCE, Flags, Floats, Ints

try:
    from ortools.sat.python import cp_model_helper as cp_sat  # the layer below `cp_model`, which would load pandas
except ImportError as failed:
    if isinstance(failed.__cause__, KeyboardInterrupt):  # stopped by hand while its library was being loaded
        raise failed.__cause__ from None
    raise

# Weights as whole numbers, rounded up: a condition may become a little weaker, never stronger.
FINENESS = 10_000
ROUNDED = 1e-4
MOST = 2**62  # no sum comes to more
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
        self._model = cp_sat.CpModelProto()
        for _ in range(count):
            self._model.variables.add().domain.extend([0, 1])

    def require(self, places: Ints, weights: Floats, least: float) -> None:
        """Those chosen, so weighted, come to at least this."""
        condition = self._model.constraints.add()
        if is_clause(weights, least):
            condition.bool_or.literals.extend(np.where(weights < 0, ~places, places).tolist())
            return
        whole = np.ceil(weights * FINENESS - ROUNDED).astype(np.int64)
        condition.linear.vars.extend(places.tolist())
        condition.linear.coeffs.extend(whole.tolist())
        condition.linear.domain.extend([int(np.floor(least * FINENESS + ROUNDED)), MOST])

    def cheapest(
        self, costs: Ints, *, seconds: float, apart: float, share: float = 0.0, start: Flags | None = None
    ) -> Chosen | None:
        """
        The cheapest choice, or one that costs more by less than `apart`, or by less than this share of it; nothing if
        none was found in time. Raises `NoChoice` if there is none.
        """
        self._price(costs)
        self._start_from([] if start is None else start.tolist())
        limits = cp_sat.SatParameters()
        limits.num_workers = 1
        limits.catch_sigint_signal = False  # stopping by hand stops the program, not this one question
        limits.linearization_level = LINEAR
        limits.max_deterministic_time = max(seconds, 0.0)
        limits.max_time_in_seconds = max(seconds, 0.0) * FAR_TOO_LONG
        limits.absolute_gap_limit = apart
        limits.relative_gap_limit = share
        solver = cp_sat.SolveWrapper()
        solver.set_parameters(limits)
        answer = solver.solve(self._model)  # type: ignore[no-untyped-call]
        if answer.status == cp_sat.INFEASIBLE:
            raise NoChoice
        if answer.status == cp_sat.MODEL_INVALID:
            raise RuntimeError("the chooser could not read the question")
        if answer.status == cp_sat.UNKNOWN:
            return None
        return Chosen(np.array(answer.solution, dtype=bool), float(answer.best_objective_bound))

    def _price(self, costs: Ints) -> None:
        self._model.clear_objective()
        self._model.objective.vars.extend(range(len(costs)))
        self._model.objective.coeffs.extend(costs.tolist())

    def _start_from(self, choice: list[int]) -> None:
        self._model.clear_solution_hint()
        self._model.solution_hint.vars.extend(range(len(choice)))
        self._model.solution_hint.values.extend(choice)


def is_clause(weights: Floats, least: float) -> bool:
    """At least one of these, or not one of those."""
    whole = bool((np.abs(np.abs(weights) - 1) < TOLERANCE).all())
    return whole and abs(least - (1 - (weights < 0).sum())) < TOLERANCE
