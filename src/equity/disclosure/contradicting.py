"""Numbers that cannot be true together with what is out already: which cells, and which releases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from equity.disclosure.joint import Joined, Past, Requested, joined
from equity.disclosure.problem import Problem, Row
from equity.disclosure.region import INFINITY, Contradiction, Region
from equity.disclosure.system import System
from equity.disclosure.table import Labels


def fits(problem: Problem) -> bool:
    """Whether there is any table at all behind these numbers, with nothing hidden that may be shown."""
    region = Region(problem)
    region.hide(np.zeros(problem.size, dtype=bool))
    try:
        region.lowest(0)
    except Contradiction:
        return False
    return True


def contradicted_by(whole: Joined, system: System, request: Requested, known: Sequence[Past]) -> list[str]:
    """Those releases that each contradict these numbers alone, or all of them where only several together do."""
    linked = [past for past in known if past.name in whole.linked]
    alone = [past for past in linked if not fits(joined(system, request, [past]).problem)]
    return [past.name for past in alone or linked]


def cells_that_contradict(problem: Problem, system: System) -> list[Labels]:
    """As few of its own numbers as would have to be others, by as little as that takes."""
    shown = np.flatnonzero(np.isfinite(problem.high[: system.problem.size]))
    over = problem.size + np.arange(len(shown))
    under = over + len(shown)
    no = np.zeros(2 * len(shown), dtype=bool)
    apart = {int(column): (over[place], under[place]) for place, column in enumerate(shown)}
    elastic = replace(
        problem,
        rows=tuple(with_room(row, apart) for row in problem.rows),
        low=np.append(problem.low, np.zeros(len(no))),
        high=np.append(problem.high, np.full(len(no), INFINITY)),
        may_hide=np.append(problem.may_hide, no),
        small=np.append(problem.small, no),
        watched=np.append(problem.watched, no),
        gaps=np.append(problem.gaps, no),
        top=np.append(problem.top, no.astype(problem.top.dtype)),
        cost=np.append(problem.cost, no.astype(problem.cost.dtype)),
    )
    region = Region(elastic)
    region.hide(np.zeros(elastic.size, dtype=bool))
    point = region.lowest_together(np.append(over, under)).point
    wrong = point[over] + point[under] > 0.5
    return [system.cells[column] for column in shown[wrong]]


def with_room(row: Row, apart: dict[int, tuple[int, int]]) -> Row:
    """The same sum, in which each of its own numbers may be more or less than it says."""
    columns, signs = list(row.columns), list(row.signs)
    for column, sign in zip(row.columns, row.signs, strict=True):
        if int(column) in apart:
            over, under = apart[int(column)]
            columns += [over, under]
            signs += [-sign, sign]
    return Row(np.array(columns), np.array(signs))
