"""A table of counts with every margin, as the protector holds it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from equity.problem import Problem

TOTAL = "Total"
STAR = "*"
Labels = tuple[str, ...]


class TableError(Problem):
    """The table cannot be used, and the message says why."""


def plain(text: str) -> str:
    """A name without its capitals and spare spaces, which make no other name of it."""
    return " ".join(text.casefold().split())


@dataclass(frozen=True)
class Dimension:
    """One way of dividing people: its smallest categories, and the groups they are gathered in."""

    name: str
    leaves: tuple[str, ...]
    parents: Mapping[str, str] = field(default_factory=dict)

    def parent(self, label: str) -> str:
        return self.parents.get(label, TOTAL)

    def line(self, label: str) -> list[str]:
        """The label, the group it is in, and so on up to the total."""
        found = [label]
        while found[-1] != TOTAL:
            found.append(self.parent(found[-1]))
            if len(found) > 50:
                raise TableError(f"In {self.name}, {label} is inside itself: check the hierarchy.")
        return found

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """The total first, each group before its parts, in the order in which the categories were first seen."""
        found: dict[str, list[str]] = {TOTAL: []}
        for leaf in self.leaves:
            line = self.line(leaf)
            for child, parent in itertools.pairwise(line):
                if child not in found.setdefault(parent, []):
                    found[parent].append(child)
        return found

    @cached_property
    def labels(self) -> list[str]:
        ordered: list[str] = []

        def visit(label: str) -> None:
            ordered.append(label)
            for child in self.children.get(label, []):
                visit(child)

        visit(TOTAL)
        return ordered

    def leaves_under(self, label: str) -> list[str]:
        return [leaf for leaf in self.leaves if label in self.line(leaf)]


@dataclass(frozen=True)
class Table:
    """Counts for every cell and margin. None is a count that was already suppressed by whoever supplied it."""

    dimensions: tuple[Dimension, ...]
    counts: Mapping[Labels, int | None]
    count_name: str = "count"
    impossible: frozenset[Labels] = frozenset()

    @property
    def cells(self) -> Iterable[Labels]:
        return itertools.product(*[dimension.labels for dimension in self.dimensions])

    @cached_property
    def sums(self) -> list[tuple[Labels, list[Labels]]]:
        """Every cell that is the sum of others, once for each dimension it can be divided by."""
        found = []
        for place, dimension in enumerate(self.dimensions):
            rest = [other.labels for other in self.dimensions[:place] + self.dimensions[place + 1 :]]
            for others in itertools.product(*rest):
                for parent, children in dimension.children.items():
                    cell = (*others[:place], parent, *others[place:])
                    found.append((cell, [(*others[:place], child, *others[place:]) for child in children]))
        return found


def build_table(
    dimensions: tuple[Dimension, ...],
    given: Mapping[Labels, int | None],
    *,
    count_name: str = "count",
    impossible: frozenset[Labels] = frozenset(),
) -> Table:
    """Fill in what was not given: an absent smallest cell is nothing, an absent margin is the sum of its parts."""
    leaves = itertools.product(*[dimension.leaves for dimension in dimensions])
    counts: dict[Labels, int | None] = {leaf: given.get(leaf, 0) for leaf in leaves}
    table = Table(dimensions, counts, count_name, with_margins(dimensions, impossible))
    for labels in sorted(table.cells, key=lambda cell: -depth(dimensions, cell)):
        if labels in given:
            counts[labels] = given[labels]
        elif labels not in counts:
            counts[labels] = total_of(dimensions, counts, labels)
    check_impossible(table)
    return table


def depth(dimensions: tuple[Dimension, ...], labels: Labels) -> int:
    return sum(len(dimension.line(label)) for dimension, label in zip(dimensions, labels, strict=True))


def total_of(dimensions: tuple[Dimension, ...], counts: Mapping[Labels, int | None], labels: Labels) -> int | None:
    place = next(p for p, label in enumerate(labels) if label in dimensions[p].children)
    parts = [counts[(*labels[:place], c, *labels[place + 1 :])] for c in dimensions[place].children[labels[place]]]
    return None if any(part is None for part in parts) else sum(part for part in parts if part is not None)


def with_margins(dimensions: tuple[Dimension, ...], impossible: frozenset[Labels]) -> frozenset[Labels]:
    """A margin is impossible when all of its smallest cells are."""
    if not impossible:
        return impossible
    found = set()
    for labels in itertools.product(*[dimension.labels for dimension in dimensions]):
        under = itertools.product(*[d.leaves_under(label) for d, label in zip(dimensions, labels, strict=True)])
        if all(leaf in impossible for leaf in under):
            found.add(labels)
    return frozenset(found)


def check_impossible(table: Table) -> None:
    for labels in table.impossible:
        if table.counts[labels]:
            raise TableError(f"{', '.join(labels)} was declared impossible but people are counted in it.")
