"""
Inequalities that every safe pattern meets.

Prices (reduced costs) from the outsider's linear programme prove how far a hidden cell can move while nothing more is
hidden; what each further hidden cell could add to that is its price times how far it can fall, or without limit when it
rises. After M. Fischetti and J. J. Salazar-Gonzalez (2001), Solving the cell suppression problem on tabular data
with linear constraints, Management Science 47, 1008-1027; here the bounds are absolute (a cell must be able to
be nothing, and to be the largest promised value), so small counts play no part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from equity.disclosure.problem import TOLERANCE, Floats, Ints, Problem, Row

NEGLIGIBLE = 1e-9


@dataclass(frozen=True)
class Cut:
    """Hidden cells, so weighted, come to at least `least`."""

    columns: Ints
    weights: Floats
    least: float = 1.0


def proven_extreme(problem: Problem, prices: Floats) -> float:
    """The bound that the prices prove while every cell that may be shown is shown."""
    up, down = prices > NEGLIGIBLE, prices < -NEGLIGIBLE
    return float(prices[up] @ problem.low[up] + prices[down] @ problem.high[down])


def contributions(problem: Problem, prices: Floats, need: float) -> Floats:
    """How much of what is needed each cell could bring if it were hidden; never more than all of it."""
    falls = np.where(prices > NEGLIGIBLE, np.minimum(prices * problem.low, need), 0.0)
    brings = np.where(prices < -NEGLIGIBLE, need, falls)
    return np.where(problem.may_hide, brings, 0.0)


def cut_from(problem: Problem, prices: Floats, reach: float) -> Cut | None:
    """
    The cut that says: the extreme the prices bound must get down to `reach`.

    For a highest value the question was asked of its negative, so `reach` is the negative of what is wanted.
    """
    need = proven_extreme(problem, prices) - reach
    if not TOLERANCE < need < np.inf:
        return None
    return trimmed(contributions(problem, prices, need) / need)


def widening_cut(problem: Problem, down: Floats, up: Floats, width: float) -> Cut | None:
    """The cut that says: highest less lowest must come to at least `width`."""
    need = proven_extreme(problem, down) + proven_extreme(problem, up) + width
    if not TOLERANCE < need < np.inf:
        return None
    return trimmed(np.minimum((contributions(problem, down, need) + contributions(problem, up, need)) / need, 1.0))


def trimmed(weights: Floats) -> Cut:
    columns = np.flatnonzero(weights > TOLERANCE)
    return Cut(columns, np.minimum(weights[columns] + 1e-9, 1.0))


def first_cuts(problem: Problem) -> Iterator[Cut]:
    """What can be said before any search: each row on its own must not give a hidden cell away."""
    exact = problem.low == problem.high
    for row in problem.rows:
        yield from small_cell_cuts(problem, row)
        if exact[row.columns].all():
            yield from bridge_cuts(problem, row)


def small_cell_cuts(problem: Problem, row: Row) -> Iterator[Cut]:
    """A small cell that stands alone in a row, or whose row has too little hidden in it, needs company."""
    for place in np.flatnonzero(problem.small[row.columns]):
        column = row.columns[place]
        prices = np.zeros(problem.size)
        prices[row.columns] = -row.signs / row.signs[place]
        prices[column] = 0.0
        for sign, reach in ((1.0, 0.0), (-1.0, -float(problem.top[column]))):
            if is_bounded(problem, prices * sign, row.columns):
                cut = cut_from(problem, prices * sign, reach)
                if cut is not None:
                    yield cut


def is_bounded(problem: Problem, prices: Floats, columns: Ints) -> bool:
    return bool(np.isfinite(problem.high[columns][prices[columns] < 0]).all())


def bridge_cuts(problem: Problem, row: Row) -> Iterator[Cut]:
    """A cell hidden alone in a row of exact numbers is not hidden, so hiding it is never worth while."""
    open_columns = row.columns[problem.may_hide[row.columns]]
    for column in open_columns:
        others = open_columns[open_columns != column]
        yield Cut(np.append(others, column), np.append(np.ones(len(others)), -1.0), 0.0)
