"""Turns a table and a rule into the numbers that the search works on, in an order that does not depend on names."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np

from equity.disclosure.problem import Problem, Row
from equity.disclosure.rules import Objective, Rule
from equity.disclosure.table import Dimension, Labels, Table, TableError


class State(Enum):
    SHOWN = "shown"
    SMALL = "hidden: small"
    COMPANY = "hidden: would give a small one away"
    SOURCE = "suppressed at source"
    IMPOSSIBLE = "cannot happen"


# Up to this many cells that may be hidden, equally good patterns are told apart by fixed weights, so that the choice
# between them cannot depend on a hidden number.
TELLS_APART = 320
WEIGHT = 10_000
Shown = Mapping[Labels, int | None]


@dataclass(frozen=True)
class System:
    """The table's cells as numbered columns."""

    problem: Problem
    cells: tuple[Labels, ...]
    states: Mapping[Labels, State]

    def column(self, labels: Labels) -> int:
        return self.cells.index(labels)


def states_of(table: Table, rule: Rule) -> dict[Labels, State]:
    def state(labels: Labels) -> State:
        count = table.counts[labels]
        if labels in table.impossible:
            return State.IMPOSSIBLE
        if count is None:
            return State.SOURCE
        return State.SMALL if rule.is_small(count) else State.SHOWN

    return {labels: state(labels) for labels in table.cells}


def system_of(table: Table, rule: Rule, objective: Objective = Objective.CELLS) -> System:
    check_sums(table, rule)
    states = states_of(table, rule)
    as_seen = {labels: as_shown(table.counts[labels], rule, states[labels]) for labels in table.cells}
    cells = ordered_cells(table, as_seen)
    place = {labels: number for number, labels in enumerate(cells)}
    kinds = [states[labels] for labels in cells]
    ranges = np.array([range_for(table, rule, labels, states[labels]) for labels in cells], dtype=float)
    may_hide = np.array([kind is State.SHOWN for kind in kinds])
    problem = Problem(
        rows=tuple(row_for(place, parent, parts) for parent, parts in ordered_sums(table, place)),
        low=ranges[:, 0],
        high=ranges[:, 1],
        may_hide=may_hide,
        small=np.array([kind is State.SMALL for kind in kinds]),
        watched=np.array([kind is State.SOURCE for kind in kinds]),
        gaps=np.zeros(len(cells), dtype=bool),
        top=np.full(len(cells), rule.promises_up_to),
        cost=costs(table, cells, as_seen, objective),
    )
    return System(problem, cells, states)


def as_shown(count: int | None, rule: Rule, state: State) -> int | None:
    """All that order and costs may depend on: the number as it would be published, and nothing of a hidden one."""
    if state is State.IMPOSSIBLE:
        return 0
    if state is not State.SHOWN or count is None:
        return None
    return rule.shown(count)


def range_for(table: Table, rule: Rule, labels: Labels, state: State) -> tuple[float, float]:
    count = table.counts[labels]
    if state is State.IMPOSSIBLE:
        return 0.0, 0.0
    if state is not State.SHOWN or count is None:
        return 0.0, math.inf
    return rule.range_of(rule.shown(count))


def row_for(place: Mapping[Labels, int], parent: Labels, parts: list[Labels]) -> Row:
    columns = np.array([place[parent], *(place[part] for part in parts)])
    return Row(columns, np.array([1.0] + [-1.0] * len(parts)))


def ordered_sums(table: Table, place: Mapping[Labels, int]) -> list[tuple[Labels, list[Labels]]]:
    inside = [(parent, sorted(parts, key=place.__getitem__)) for parent, parts in table.sums]
    return sorted(inside, key=lambda found: (place[found[0]], [place[part] for part in found[1]]))


def ordered_cells(table: Table, as_seen: Shown) -> tuple[Labels, ...]:
    """
    Cells by the size of the categories they are in, however rows are sorted.

    Names decide between categories that look the same, because the order of rows may have been that of hidden counts.
    """
    ranks = [rank_labels(table, as_seen, place) for place in range(len(table.dimensions))]
    names = [dimension.name for dimension in table.dimensions]
    axes = sorted(range(len(ranks)), key=lambda axis: (len(ranks[axis]), ranks[axis].signatures, names[axis]))
    ordered = sorted(table.cells, key=lambda cell: tuple(ranks[axis].order[cell[axis]] for axis in axes))
    return tuple(ordered)


@dataclass(frozen=True)
class Ranks:
    order: dict[str, int]
    signatures: list[tuple[int, ...]]

    def __len__(self) -> int:
        return len(self.order)


def rank_labels(table: Table, as_seen: Shown, axis: int) -> Ranks:
    """Labels of one dimension by what may be shown of them; small counts and exact ones do not enter."""
    dimension = table.dimensions[axis]
    values: dict[str, list[int]] = {label: [] for label in dimension.labels}
    for cell in table.cells:
        shown = as_seen[cell]
        values[cell[axis]].append(-1 if shown is None else shown)
    signatures = {label: signature(dimension, label, found) for label, found in values.items()}
    ordered = sorted(dimension.labels, key=lambda label: (signatures[label], label))
    return Ranks({label: number for number, label in enumerate(ordered)}, [signatures[label] for label in ordered])


def signature(dimension: Dimension, label: str, values: list[int]) -> tuple[int, ...]:
    return (len(dimension.line(label)), *sorted(-value for value in values))


def costs(table: Table, cells: tuple[Labels, ...], as_seen: Shown, objective: Objective) -> np.ndarray:
    """What it costs to hide each cell: the same, more for more people, or more where a community has little to show."""
    shown = sum(1 for labels in cells if as_seen[labels])
    weights = {
        Objective.CELLS: lambda: [WEIGHT] * len(cells),
        Objective.PEOPLE: lambda: [people_weight(as_seen[labels]) for labels in cells],
        Objective.GROUPS: lambda: group_weights(table, cells, as_seen),
    }[objective]()
    finer = np.arange(len(cells)) * 7919 % 10 if shown <= TELLS_APART else np.zeros(len(cells), dtype=int)
    return np.array(weights, dtype=np.int64) + finer


def people_weight(shown: int | None) -> int:
    """People to one significant figure, so that a few people more or less seldom change the choice."""
    if not shown:
        return 1
    step = int(10 ** (len(str(shown)) - 1))
    return WEIGHT // 5 * max(1, shown // step * step)


def group_weights(table: Table, cells: tuple[Labels, ...], as_seen: Shown) -> list[int]:
    """Losing one of three numbers costs a community more than losing one of thirty."""
    visible = [dict.fromkeys(dimension.labels, 0) for dimension in table.dimensions]
    for labels in cells:
        if as_seen[labels]:
            for place, label in enumerate(labels):
                visible[place][label] += 1
    fewest = [min(visible[place][label] for place, label in enumerate(labels)) for labels in cells]
    return [WEIGHT + 20 * WEIGHT // max(1, few) for few in fewest]


def check_sums(table: Table, rule: Rule) -> None:
    """Parts must come to their total, unless all of them were rounded before they reached us."""
    for parent, parts in table.sums:
        values = [table.counts[labels] for labels in (parent, *parts)]
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            continue
        rounded = not rule.is_exact and all(rule.shown(value) == value for value in known)
        if known[0] != sum(known[1:]) and not rounded:
            raise TableError(f"The parts of {', '.join(parent)} do not come to its total.")
