"""What would make a refused table safe: each single change is tried, and named only if it works, the coarsest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from equity.disclosure.gate import Refused, Request, release
from equity.disclosure.records import TableRecord
from equity.disclosure.specification import Period
from equity.disclosure.table import TOTAL, Dimension, Labels, Table, TableError

JOINED = "It would be safe together with the next period, if that turns out like this one."
LEAVE_OUT = "No single merged dimension or joined period makes it safe: leave this table out."
TRIAL_SECONDS = 10.0


@contextmanager
def with_advice(request: Request, past: Sequence[TableRecord]) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise refused.advised(advice(request, past)) from refused


def advice(request: Request, past: Sequence[TableRecord]) -> list[str]:
    """Every single change that was tried and would be accepted."""
    trial = replace(request, effort=replace(request.effort, seconds=min(request.effort.seconds, TRIAL_SECONDS)))
    return [words for words, changed in changes(trial) if would_pass(changed, past)] or [LEAVE_OUT]


def would_pass(request: Request, past: Sequence[TableRecord]) -> bool:
    try:
        release(request, past)
    except (Refused, TableError):
        return False
    return True


def changes(request: Request) -> Iterator[tuple[str, Request]]:
    """The coarsest first: those that leave the fewest numbers. A longer period leaves as many as there were."""
    yield from sorted(single_changes(request), key=lambda change: len(change[1].table.counts))


def single_changes(request: Request) -> Iterator[tuple[str, Request]]:
    table = request.table
    for place, dimension in enumerate(table.dimensions):
        if len(dimension.children) > 1:
            words = f"It would be safe with the groups of {dimension.name} merged."
            yield words, replace(request, table=merged(table, place))
    if len(table.dimensions) > 1:
        for place, dimension in enumerate(table.dimensions):
            yield f"It would be safe without {dimension.name}.", replace(request, table=without(table, place))
    if request.specification.period:
        yield JOINED, with_the_next_period(request, request.specification.period)


def with_the_next_period(request: Request, period: Period) -> Request:
    """The next period's counts are not here yet; for the trial they are the same again."""
    first, last = period
    longer = (first, last + (last - first) + timedelta(days=1))
    counts = {labels: None if count is None else 2 * count for labels, count in request.table.counts.items()}
    specification = replace(request.specification, period=longer)
    return replace(request, table=replace(request.table, counts=counts), specification=specification)


def merged(table: Table, place: int) -> Table:
    """Only the groups just below the total."""
    dimension = table.dimensions[place]
    groups = tuple(dimension.children[TOTAL])
    kept = {TOTAL, *groups}
    return cut_to(table, place, Dimension(dimension.name, groups), kept)


def cut_to(table: Table, place: int, dimension: Dimension, kept: set[str]) -> Table:
    dimensions = (*table.dimensions[:place], dimension, *table.dimensions[place + 1 :])
    counts = {labels: count for labels, count in table.counts.items() if labels[place] in kept}
    impossible = frozenset(labels for labels in table.impossible if labels[place] in kept)
    return Table(dimensions, counts, table.count_name, impossible)


def without(table: Table, place: int) -> Table:
    def shorter(labels: Labels) -> Labels:
        return (*labels[:place], *labels[place + 1 :])

    dimensions = (*table.dimensions[:place], *table.dimensions[place + 1 :])
    counts = {shorter(labels): count for labels, count in table.counts.items() if labels[place] == TOTAL}
    impossible = frozenset(shorter(labels) for labels in table.impossible if labels[place] == TOTAL)
    return Table(dimensions, counts, table.count_name, impossible)
