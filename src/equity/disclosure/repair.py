"""From any pattern to a safe one: hide what the cheapest moves need, then show again what nobody needs hidden."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from equity.disclosure.audit import Audit, Failure
from equity.disclosure.moves import Moves
from equity.disclosure.problem import Flags, NoSafePattern, Problem
from equity.disclosure.region import INFINITY


def repaired(problem: Problem, audit: Audit, moves: Moves, hidden: Flags) -> Flags:
    """A safe pattern that hides at least these cells."""
    hidden = hidden.copy()
    while True:
        failures = audit.small_failures(hidden) or audit.open_failures(hidden) or audit.gap_failures(hidden)
        if not failures:
            return hidden
        before = hidden.sum()
        impossible = [failure.column for failure in failures if not mend(problem, audit, moves, hidden, failure)]
        if hidden.sum() == before:
            raise NoSafePattern(impossible or [failure.column for failure in failures])


def mend(problem: Problem, audit: Audit, moves: Moves, hidden: Flags, failure: Failure) -> bool:
    """Hide what one column needs. False when nothing would help it."""
    column, top = failure.column, float(problem.top[failure.column])
    if problem.gaps[column] and reach(audit, moves, hidden, column, (failure.value + problem.gap_width, INFINITY)):
        return True
    reached = [reach(audit, moves, hidden, column, limits) for limits in wanted(problem, failure, top)]
    return all(reached)


def reach(audit: Audit, moves: Moves, hidden: Flags, column: int, limits: tuple[float, float]) -> bool:
    """Hide what lets the column lie between these limits."""
    moves.price(hidden)
    point = moves.table_with(column, *limits)
    if point is None:
        return False
    hidden |= moves.moved(point)
    audit.sightings.add(point)
    return True


def wanted(problem: Problem, failure: Failure, top: float) -> list[tuple[float, float]]:
    if problem.gaps[failure.column]:
        return [(0.0, 0.0), (top, INFINITY)]
    ranges = []
    if failure.down is not None:
        ranges.append((0.0, 0.0))
    if failure.up is not None:
        ranges.append((top, INFINITY))
    return ranges


def thinned(problem: Problem, audit: Audit, hidden: Flags, *, floor: Flags, has_time: Callable[[], bool]) -> Flags:
    """The same pattern without what can be shown again of the cells that were added to a good choice, dearest first."""
    hidden = hidden.copy()
    cells = np.flatnonzero(hidden & ~floor)
    for cell in cells[np.argsort(-problem.cost[cells], kind="stable")]:
        if not has_time():
            break
        hidden[cell] = False
        if not audit.is_safe(hidden):
            hidden[cell] = True
    return hidden
