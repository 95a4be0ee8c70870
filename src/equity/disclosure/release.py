"""
What may leave. Only these types can be rendered or exported, and only the gate can make them.

Nothing in a `Released` was computed from a hidden count, so nothing that draws, words or exports it can leak one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from equity.disclosure.published import ShownTable
from equity.disclosure.rules import Rule
from equity.disclosure.specification import Specification
from equity.disclosure.system import State
from equity.disclosure.table import STAR, TOTAL, Dimension, Labels

NOT_PROTECTED = "Not protected: these counts must not leave the organisation."


class NotReleased(TypeError):  # noqa: N818
    """Something tried to make a released result without passing the gate."""


@dataclass(frozen=True)
class ShownCount:
    """One published number, with the counts it could stand for; or a star."""

    value: int | None
    low: int
    high: int | None

    @property
    def is_hidden(self) -> bool:
        return self.value is None

    def __str__(self) -> str:
        return STAR if self.value is None else str(self.value)


@dataclass(frozen=True)
class AttackSummary:
    """What the attack found, without any number of the table."""

    stars: int
    differences: int
    broken: int
    releases: tuple[str, ...]
    solver: str
    seconds: float


@dataclass(frozen=True)
class Quality:
    """How much was lost, and how near that is to the least possible."""

    shown: int
    hidden_small: int
    hidden_beyond: int
    gap: float
    proven_best: bool


class _Seal:
    """Holds on to what the gate let through, so that no other table can go out under it."""

    def __init__(self, *content: object):
        self._content = content

    def covers(self, *content: object) -> bool:
        return all(mine is other for mine, other in zip(self._content, content, strict=True))


@dataclass(frozen=True)
class Released:
    """A table that has passed the gate. Nothing in it can be changed afterwards."""

    table: ShownTable
    attack: AttackSummary
    quality: Quality
    seal: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.seal, _Seal) or not self.seal.covers(self.table, self.attack, self.quality):
            raise NotReleased("Only the gate releases results, and nothing in them may be changed afterwards.")

    @property
    def rule(self) -> Rule:
        return self.table.rule

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        return self.table.dimensions

    @property
    def specification(self) -> Specification:
        return self.table.specification

    @property
    def warning(self) -> str | None:
        """What every page must say when protection was turned off."""
        return None if self.rule.protects else NOT_PROTECTED

    def count(self, labels: Labels) -> ShownCount:
        value = self.table.shown[labels]
        if value is None:
            return ShownCount(None, 0, None)
        if self.table.states[labels] is State.IMPOSSIBLE or not self.rule.protects:
            return ShownCount(value, value, value)
        return ShownCount(value, *self.rule.range_of(value))

    def counts(self) -> Iterator[tuple[Labels, ShownCount]]:
        return ((labels, self.count(labels)) for labels in self.table.shown)

    def as_csv(self) -> str:
        return self.table.as_csv()

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.as_csv().encode()).hexdigest()

    def who_disappears(self) -> list[Visible]:
        """For each category, how many of its cells are shown and how many there are: those least seen first."""
        found = []
        for place, dimension in enumerate(self.dimensions):
            for label in dimension.labels:
                if label != TOTAL:
                    states = [state for labels, state in self.table.states.items() if labels[place] == label]
                    found.append(visibility(dimension.name, label, states))
        return sorted(found, key=lambda row: row.share)


@dataclass(frozen=True)
class Visible:
    """How much of one category can be seen in a table."""

    dimension: str
    category: str
    cells: int
    shown: int

    @property
    def share(self) -> float:
        return self.shown / self.cells


def visibility(dimension: str, label: str, states: list[State]) -> Visible:
    shown = sum(state in (State.SHOWN, State.IMPOSSIBLE) for state in states)
    return Visible(dimension, label, len(states), shown)


def sealed(table: ShownTable, attack: AttackSummary, quality: Quality) -> Released:
    """For the gate alone; the import contract holds everyone else to it."""
    fixed = replace(table, shown=MappingProxyType({**table.shown}), states=MappingProxyType({**table.states}))
    return Released(fixed, attack, quality, _Seal(fixed, attack, quality))


def states_in_words(states: Mapping[Labels, State]) -> dict[str, int]:
    found = dict.fromkeys((state.value for state in State), 0)
    for state in states.values():
        found[state.value] += 1
    return found
