"""From any pattern to a safe one: hide what the cheapest moves need, then show again what nobody needs hidden."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np

from equity.disclosure.audit import Audit, Failure, OutOfTime
from equity.disclosure.moves import Moves
from equity.disclosure.problem import Flags, Ints, NoSafePattern, Problem
from equity.disclosure.region import INFINITY, LARGE

SHARE_FOR_SMALL = 0.5  # of the time that is left
MOST_AT_ONCE = 50
A_MOMENT = 0.01  # seconds
PATIENCE = 300.0  # seconds beyond what was asked for, until a pattern is safe


def repaired(problem: Problem, audit: Audit, moves: Moves, hidden: Flags, left: Callable[[], float]) -> Flags:
    """
    A safe pattern that hides at least these cells; the less time is left for it, the more it hides.

    Raises `OutOfTime` when the time has run out for so long that nobody would wait any more.
    """
    hidden = hidden.copy()
    for nothing in (True, False):
        hide_together(audit, moves, hidden, problem.small, left, nothing=nothing)

    def is_patient() -> bool:
        return left() > -PATIENCE

    while True:
        failures = (
            audit.small_failures(hidden, has_time=is_patient)
            or audit.open_failures(hidden, has_time=is_patient)
            or audit.gap_failures(hidden)
        )
        if not failures:
            return hidden
        before = hidden.sum()
        if problem.size >= LARGE:
            hide_together(audit, moves, hidden, that_must_fall(problem, failures), left, nothing=True)
        impossible = []
        for failure in failures:
            if not is_patient():
                raise OutOfTime
            if not mend(problem, audit, moves, hidden, failure):
                impossible.append(failure.column)
        if hidden.sum() == before:
            raise NoSafePattern(impossible or [failure.column for failure in failures])


def hide_together(
    audit: Audit, moves: Moves, hidden: Flags, asked: Flags, left: Callable[[], float], *, nothing: bool
) -> None:
    """
    Hide what lets these columns be nothing, or the largest promised value, for as many at once as the time asks for:
    one by one costs the fewest cells.
    """
    waiting, at_once = audit.unproven(hidden, asked, nothing=nothing), 1
    until = left() * (1 - SHARE_FOR_SMALL)
    while len(waiting) and left() > -PATIENCE:
        started = time.process_time()
        reach_together(audit, moves, hidden, waiting, at_once, nothing=nothing)
        waiting = np.intersect1d(waiting[at_once:], audit.unproven(hidden, asked, nothing=nothing))
        seconds = len(waiting) * (time.process_time() - started)
        if seconds <= left() - until:
            break
        at_once = max(1, min(MOST_AT_ONCE, math.ceil(seconds / max(left() - until, A_MOMENT))))


def that_must_fall(problem: Problem, failures: list[Failure]) -> Flags:
    falling = np.zeros(problem.size, bool)
    falling[[failure.column for failure in failures if failure.down is not None]] = True
    return falling & ~problem.gaps


def reach_together(audit: Audit, moves: Moves, hidden: Flags, waiting: Ints, at_once: int, *, nothing: bool) -> None:
    """Hide what lets as many as is cheap of the first of these columns be nothing, or the largest promised value."""
    moves.price(hidden)
    point = moves.table_towards(waiting[:at_once], waiting[at_once:], nothing=nothing)
    if point is not None:
        hidden |= moves.moved(point)
        audit.sightings.add(point)


def mend(problem: Problem, audit: Audit, moves: Moves, hidden: Flags, failure: Failure) -> bool:
    """Hide what one column needs. False when nothing would help it."""
    column, top = failure.column, float(problem.top[failure.column])
    if problem.gaps[column] and reach(audit, moves, hidden, column, (failure.value + problem.gap_width, INFINITY)):
        return True
    reached = [reach(audit, moves, hidden, column, limits) for limits in wanted(problem, failure, top)]
    return all(reached)


def reach(audit: Audit, moves: Moves, hidden: Flags, column: int, limits: tuple[float, float]) -> bool:
    """Hide what lets the column lie between these limits."""
    if audit.sightings.show(column, limits, hidden):
        return True
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
