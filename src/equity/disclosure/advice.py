"""What would make a refused table safe: the coarsest change of each kind is tried, and named only if it works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from equity.disclosure.gate import Refused, Request, release
from equity.disclosure.table import TOTAL, Dimension, Labels, Table, TableError

JOIN_PERIODS = "Or join this period with the next, and release both together."


@contextmanager
def with_advice(request: Request, past: Sequence[Mapping[str, Any]]) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise Refused(refused.cells, refused.because_of, advice(request, past)) from refused


def advice(request: Request, past: Sequence[Mapping[str, Any]]) -> list[str]:
    found = [words for words, coarser in changes(request.table) if would_pass(request, coarser, past)]
    if request.specification.period:
        found.append(JOIN_PERIODS)
    return found or ["No single merged dimension makes it safe: leave this table out."]


def would_pass(request: Request, coarser: Table, past: Sequence[Mapping[str, Any]]) -> bool:
    try:
        release(replace(request, table=coarser), past)
    except (Refused, TableError):
        return False
    return True


def changes(table: Table) -> Iterator[tuple[str, Table]]:
    """Smallest losses first: groups instead of their parts, then a dimension fewer."""
    for place, dimension in enumerate(table.dimensions):
        if len(dimension.children) > 1:
            yield f"It would be safe with the groups of {dimension.name} merged.", merged(table, place)
    if len(table.dimensions) > 1:
        for place, dimension in enumerate(table.dimensions):
            yield f"It would be safe without {dimension.name}.", without(table, place)


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
