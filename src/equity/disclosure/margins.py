"""Finds totals that are called something else: published as a category, one would give away what hides below it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from equity.disclosure.table import TOTAL, Dimension, Labels, Table, TableError

SOUNDS_LIKE_ALL = re.compile(
    r"(?:all(?! other)|every|everyone|everybody|overall|grand|sum|both)\b.*|.*\b(?:sub-?)?totals?\b.*", re.IGNORECASE
)
Slice = Sequence[str]


def check_totals(table: Table) -> None:
    """A label that behaves like a total in every row must be called Total, or have its place in the hierarchy."""
    for place, dimension in enumerate(table.dimensions):
        label = next(disguised(table, place, dimension), None)
        if label:
            raise TableError(
                f"In {dimension.name}, {label} looks like the total of others. If it is everybody, call it {TOTAL}. "
                "If it is a group, say what is in it with --hierarchy. If it is a category of its own, say so there: "
                f"{dimension.name},{label},{TOTAL}."
            )


def disguised(table: Table, place: int, dimension: Dimension) -> Iterator[str]:
    unplaced = [leaf for leaf in dimension.leaves if leaf not in dimension.parents]
    rest = [other.labels for other in table.dimensions[:place] + table.dimensions[place + 1 :]]
    slices = [(*others[:place], "", *others[place:]) for others in itertools.product(*rest)]
    column = Column(table, place, slices)
    for parent, children in dimension.children.items():
        for leaf in unplaced:
            others = [child for child in children if child != leaf]
            named = leaf in children and others and SOUNDS_LIKE_ALL.fullmatch(leaf)
            if named and all(column.is_at_least(leaf, other) for other in others):
                yield leaf
            if len(others) > 1 and column.adds_up(leaf, parent, others, is_inside=leaf in children):
                yield leaf


class Column:
    """The counts of the labels of one dimension, in every row that the others divide the table into."""

    def __init__(self, table: Table, place: int, slices: list[Labels]):
        self.table, self.place, self.slices = table, place, slices
        known = [count for count in table.counts.values() if count is not None]
        # Rounded numbers come to each other's sum by chance: once is not enough.
        self.enough = 1 if any(count % 5 for count in known) else 2

    def count(self, at: Labels, label: str) -> int | None:
        return self.table.counts[(*at[: self.place], label, *at[self.place + 1 :])]

    def is_at_least(self, label: str, other: str) -> bool:
        pairs = [(self.count(at, label), self.count(at, other)) for at in self.slices]
        return all(one is None or two is None or one >= two for one, two in pairs)

    def adds_up(self, label: str, parent: str, others: Sequence[str], *, is_inside: bool) -> bool:
        """As much as all the others of its parent together; or, if it is not one of these, as much as the parent."""
        share = 2 if is_inside else 1
        times = 0
        for at in self.slices:
            one, whole = self.count(at, label), self.count(at, parent)
            if one is None or whole is None:
                continue
            if share * one != whole:
                return False
            times += one > 0
        return times >= self.enough and sum(self.is_ever_something(other) for other in others) > 1

    def is_ever_something(self, label: str) -> bool:
        return any(self.count(at, label) != 0 for at in self.slices)
