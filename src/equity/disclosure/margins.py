"""Finds totals that are called something else: published as a category, one would give away what hides below it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator

from equity.disclosure.table import TOTAL, Labels, Table, TableError

SOUNDS_LIKE_ALL = re.compile(
    r"(?:all(?! other)|every|everyone|everybody|overall|grand|sum|both)\b.*|.*\b(?:sub-?)?totals?\b.*", re.IGNORECASE
)


def check_totals(table: Table, given: Collection[Labels]) -> None:
    """A label that behaves like a total in every row must be called Total, or have its place in the hierarchy."""
    for place, dimension in enumerate(table.dimensions):
        label = next(disguised(table, given, place), None)
        if label:
            raise TableError(
                f"In {dimension.name}, {label} looks like the total of others. If it is everybody, call it {TOTAL}. "
                "If it is a group, say what is in it with --hierarchy. If it is a category of its own, say so there: "
                f"{dimension.name},{label},{TOTAL}."
            )


def disguised(table: Table, given: Collection[Labels], place: int) -> Iterator[str]:
    dimension = table.dimensions[place]
    unplaced = [leaf for leaf in dimension.leaves if leaf not in dimension.parents]
    rest = [other.labels for other in table.dimensions[:place] + table.dimensions[place + 1 :]]
    slices = [(*others[:place], "", *others[place:]) for others in itertools.product(*rest)]
    column = Column(table, given, place, slices)
    for parent, children in dimension.children.items():
        inside = set(children)
        for leaf in unplaced:
            if leaf in inside and SOUNDS_LIKE_ALL.fullmatch(leaf) and column.is_largest(leaf, inside - {leaf}):
                yield leaf
            if column.adds_up(leaf, parent, inside):
                yield leaf


class Column:
    """The counts of the labels of one dimension, in every row that the others divide the table into."""

    def __init__(self, table: Table, given: Collection[Labels], place: int, slices: list[Labels]):
        self.table, self.given, self.place, self.slices = table, given, place, slices
        known = [count for count in table.counts.values() if count is not None]
        # Rounded numbers come to each other's sum by chance: once is not enough.
        self.enough = 1 if any(count % 5 for count in known) else 2

    def cell(self, at: Labels, label: str) -> Labels:
        return (*at[: self.place], label, *at[self.place + 1 :])

    def count(self, at: Labels, label: str) -> int | None:
        return self.table.counts[self.cell(at, label)]

    def is_largest(self, label: str, others: Collection[str]) -> bool:
        """In every row that has it: some files have only the total of everything."""
        rows = [at for at in self.slices if self.cell(at, label) in self.given]
        pairs = [(self.count(at, label), self.count(at, other)) for at in rows for other in others]
        return bool(others) and all(one is None or two is None or one >= two for one, two in pairs)

    def adds_up(self, label: str, parent: str, children: Collection[str]) -> bool:
        """As much as all the other children together; or, if it is not one of them, as much as the parent."""
        share = 2 if label in children else 1
        times = 0
        for at in self.slices:
            one, whole = self.count(at, label), self.count(at, parent)
            if one is None or whole is None:
                continue
            if share * one != whole:
                return False
            times += one > 0
        return times >= self.enough and sum(map(self.is_ever_something, {*children} - {label})) > 1

    def is_ever_something(self, label: str) -> bool:
        return any(self.count(at, label) != 0 for at in self.slices)
