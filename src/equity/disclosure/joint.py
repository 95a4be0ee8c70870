"""Puts a new table into one system with every earlier release that counted the same people at an overlapping time."""

from __future__ import annotations

import csv
import io
import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from equity.disclosure.ages import band_of
from equity.disclosure.differences import NOW, Box, differences, differences_of_three
from equity.disclosure.problem import Problem, Row
from equity.disclosure.records import TableRecord
from equity.disclosure.rules import Rule, rule_named
from equity.disclosure.specification import Chosen, Period, Specification, expand, period_of
from equity.disclosure.system import System
from equity.disclosure.table import STAR, TOTAL, Dimension, Labels, Table, TableError, plain

MOST_GROUPS = 200_000
MOST_WAYS = 256
ANYONE = Chosen(frozenset(), all_but=True)
REST = "\0rest"
Spelling = Callable[[str], str]


@dataclass(frozen=True)
class Past:
    """An earlier release, as its readers have it."""

    name: str
    rule: Rule
    dimensions: tuple[Dimension, ...]
    shown: Mapping[Labels, int | None]
    specification: Specification

    @classmethod
    def from_record(cls, record: TableRecord) -> Past:
        said = record["specification"]
        rows = list(csv.reader(io.StringIO(record["published"])))
        shown = {tuple(row[:-1]): None if row[-1] == STAR else int(row[-1]) for row in rows[1:]}
        dimensions = tuple(
            dimension_said(name, said["dimensions"][name]["parents"], [labels[place] for labels in shown])
            for place, name in enumerate(rows[0][:-1])
        )
        where = {n: Chosen(frozenset(c["codes"]), c["all_but"], c.get("parents", {})) for n, c in said["where"].items()}
        period = period_of(*said["period"]) if said["period"] else None
        by = tuple(said.get("by", ()))
        about = Specification(said["population"], said["measure"], said["counts"], period, where, by)
        return cls(record["id"], rule_named(record["rule"]["name"]), dimensions, shown, about)

    def parents_of(self, axis: str) -> Mapping[str, str]:
        limit = self.specification.where.get(axis)
        return next((one.parents for one in self.dimensions if plain(one.name) == axis), limit.parents if limit else {})

    def range_of(self, labels: Labels) -> tuple[float, float]:
        value = self.shown[labels]
        if value is None:
            return 0.0, math.inf
        return (0.0, 0.0) if value == 0 else self.rule.range_of(value)


def dimension_said(name: str, parents: Mapping[str, str], labels: Sequence[str]) -> Dimension:
    groups = set(parents.values())
    return Dimension(name, tuple(label for label in dict.fromkeys(labels) if label not in groups | {TOTAL}), parents)


class Requested(Protocol):
    @property
    def table(self) -> Table: ...
    @property
    def rule(self) -> Rule: ...
    @property
    def specification(self) -> Specification: ...


@dataclass(frozen=True)
class Joined:
    problem: Problem
    names: Mapping[int, tuple[str, Labels]]
    linked: tuple[str, ...] = ()


def joined(system: System, request: Requested, known: Sequence[Past]) -> Joined:
    """Its own columns first; then the smallest groups all releases tell apart, earlier cells, and differences."""
    linked = linked_with(request.specification, [past for past in known if past.rule.protects])
    names = {column: (NOW, labels) for column, labels in enumerate(system.cells)}
    if not linked:
        return Joined(system.problem, names)
    now = Past(NOW, request.rule, request.table.dimensions, {}, request.specification)
    return Joining(system, now, linked).result(names)


def linked_with(about: Specification, known: Sequence[Past]) -> list[Past]:
    """Those that bear on it, and those that bear on these."""
    found, asked = [False] * len(known), [about]
    while asked:
        one = asked.pop()
        for place, past in enumerate(known):
            if not found[place] and past.specification.meets(one):
                found[place] = True
                asked.append(past.specification)
    return [past for past, is_linked in zip(known, found, strict=True) if is_linked]


class Joining:
    def __init__(self, system: System, now: Past, linked: Sequence[Past]):
        self.system, self.now, self.linked = system, now, linked
        self.views = [now, *linked]
        self.axes = sorted({name for view in self.views for name in names_of(view)})
        parts = [*(self._parts(axis) for axis in self.axes), self._whom(), self._times()]
        self.shape = tuple(count for count, _ in parts)
        if math.prod(self.shape) > MOST_GROUPS:
            raise TableError("Together with earlier releases this table cuts people into too many small groups.")
        self.labels = [found for _, found in parts]
        self.rows: list[Row] = list(system.problem.rows)
        self.ranges: list[tuple[float, float]] = [(0.0, math.inf)] * math.prod(self.shape)
        self.first_group = system.problem.size

    def result(self, names: dict[int, tuple[str, Labels]]) -> Joined:
        size = self.system.problem.size
        boxes = {labels: self._box(0, labels) for labels in self.system.cells}
        for column, labels in enumerate(self.system.cells):
            if all(label in d.leaves for label, d in zip(labels, self.now.dimensions, strict=True)):
                self._equate(column, boxes[labels])
        watched, tops = [], []
        earlier: list[tuple[Past, Labels, Box]] = []
        for number, past in enumerate(self.linked, start=1):
            for labels, value in past.shown.items():
                box = self._box(number, labels)
                column = self._new_column(past.range_of(labels), box)
                earlier.append((past, labels, box))
                if value is None:
                    names[column] = (past.name, labels)
                    watched.append(column)
                    tops.append((column, past.rule.promises_up_to))
        gaps = []
        promises = {view.name: view.rule.promises_up_to for view in self.views}
        held = [(past.name, labels, box) for past, labels, box in earlier]
        two = list(differences(boxes, held, promises))
        for difference in two + list(differences_of_three(boxes, held, {one.box for one in two})):
            column = self._new_column((0.0, math.inf), difference.box)
            names[column] = (difference.release, difference.labels)
            gaps.append(column)
            tops.append((column, min(promises[NOW], promises[difference.release])))
        linked = tuple(past.name for past in self.linked)
        return Joined(self._problem(size, watched, gaps, tops), names, linked)

    def _problem(self, size: int, watched: list[int], gaps: list[int], tops: list[tuple[int, int]]) -> Problem:
        before, more = self.system.problem, len(self.ranges)
        extra = np.array(self.ranges, dtype=float).reshape(more, 2)
        no = np.zeros(more, dtype=bool)
        top = np.append(before.top, np.zeros(more, dtype=before.top.dtype))
        top[[column for column, _ in tops]] = [promised for _, promised in tops]
        return replace(
            before,
            rows=tuple(self.rows),
            low=np.append(before.low, extra[:, 0]),
            high=np.append(before.high, extra[:, 1]),
            may_hide=np.append(before.may_hide, no),
            small=np.append(before.small, no),
            watched=flagged(np.append(before.watched, no), watched),
            gaps=flagged(np.append(before.gaps, no), gaps),
            top=top,
            cost=np.append(before.cost, np.zeros(more, dtype=before.cost.dtype)),
        )

    def _new_column(self, limits: tuple[float, float], box: Box) -> int:
        column = self.first_group + len(self.ranges)
        self.ranges.append(limits)
        self._equate(column, box)
        return column

    def _equate(self, column: int, box: Box) -> None:
        groups = [self.first_group + int(np.ravel_multi_index(g, self.shape)) for g in itertools.product(*box)]
        self.rows.append(Row(np.array([column, *groups]), np.array([1.0] + [-1.0] * len(groups))))

    def _box(self, number: int, labels: Labels) -> Box:
        named = dict(zip(names_of(self.views[number]), labels, strict=True))
        return tuple(
            found[number][named.get(axis, TOTAL)] for axis, found in zip([*self.axes, "", ""], self.labels, strict=True)
        )

    def _parts(self, axis: str) -> tuple[int, list[dict[str, frozenset[int]]]]:
        """Codes that no view separates are one part."""
        spelled = one_spelling([named_on(axis, view) for view in self.views])
        below = self._below(axis, spelled)
        meant = [meanings(axis, view, below, spelled) for view in self.views]
        flat = [chosen for labels in meant for chosen in labels.values()]
        codes = sorted(frozenset().union(*(chosen.codes for chosen in flat)))
        in_a_table = any(axis in names_of(view) for view in self.views)
        if not in_a_table or any(chosen.all_but and chosen.codes for chosen in flat):
            codes.append(REST)
        kinds: dict[tuple[bool, ...], int] = {}
        part = {code: kinds.setdefault(tuple(has(c, code) for c in flat), len(kinds)) for code in codes}
        return len(kinds), [
            {label: frozenset(part[code] for code in codes if has(chosen, code)) for label, chosen in labels.items()}
            for labels in meant
        ]

    def _whom(self) -> tuple[int, list[dict[str, frozenset[int]]]]:
        """Whom each view counts by what is in no table. People who are in the same views are one part."""
        axes = sorted({name for view in self.views for name in view.specification.where} - {*self.axes})
        parts = [self._parts(axis) for axis in axes]
        limits = [[found[number][TOTAL] for _, found in parts] for number in range(len(self.views))]
        kinds = {
            tuple(all(one in some for one, some in zip(who, limit, strict=True)) for limit in limits)
            for who in itertools.product(*(range(count) for count, _ in parts))
        }
        ordered = sorted(kind for kind in kinds if any(kind))
        return len(ordered), [
            {TOTAL: frozenset(place for place, kind in enumerate(ordered) if kind[number])}
            for number in range(len(self.views))
        ]

    def _below(self, axis: str, spelled: Spelling) -> dict[str, set[str]]:
        below: dict[str, set[str]] = defaultdict(set)
        for view in self.views:
            for child, parent in view.parents_of(axis).items():
                below[spelled(parent)].add(spelled(child))
        return below

    def _times(self) -> tuple[int, list[dict[str, frozenset[int]]]]:
        """Ways of being there: the sets of periods in which the same person, or event, is counted."""
        spans = [view.specification.period for view in self.views]
        dated = sorted({span for span in spans if span})
        ends = {span: (span[0].toordinal(), span[1].toordinal() + 1) for span in dated}
        edges = sorted({edge for pair in ends.values() for edge in pair})
        ways = {
            frozenset(span for span in dated if ends[span][0] <= start and end <= ends[span][1])
            for start, end in itertools.pairwise(edges)
        } - {frozenset()}
        if self.now.specification.counts == "people":
            ways = unions(ways)
        ordered = sorted(ways or {frozenset()}, key=sorted)
        return len(ordered), [
            {TOTAL: frozenset(n for n, way in enumerate(ordered) if span is None or span in way)} for span in spans
        ]


def names_of(view: Past) -> list[str]:
    return [plain(dimension.name) for dimension in view.dimensions]


def has(chosen: Chosen, code: str) -> bool:
    return (code in chosen.codes) != chosen.all_but


def flagged(flags: np.ndarray, columns: list[int]) -> np.ndarray:
    flags[columns] = True
    return flags


def named_on(axis: str, view: Past) -> set[str]:
    """Every category that a view speaks of along one dimension."""
    limit = view.specification.where.get(axis)
    labels = {label for one in view.dimensions if plain(one.name) == axis for label in one.labels}
    groups = view.parents_of(axis)
    return {*labels, *(limit.codes if limit else ()), *groups, *groups.values()}


def one_spelling(named: Sequence[Collection[str]]) -> Spelling:
    """Capitals and spaces make no other category, unless a release tells two apart by them."""
    spellings = [Counter(map(plain, names)) for names in named]
    apart = {code for counted in spellings for code, times in counted.items() if times > 1}
    return lambda label: label if plain(label) in apart else plain(label)


def meanings(axis: str, view: Past, below: Mapping[str, set[str]], spelled: Spelling) -> dict[str, Chosen]:
    """What each label of a view stands for along one dimension."""
    dimension = next((d for d in view.dimensions if plain(d.name) == axis), None)
    if dimension is None:
        limit = view.specification.where.get(axis)
        if limit is None:
            return {TOTAL: ANYONE}
        codes = frozenset().union(*(smallest(spelled(code), below) for code in limit.codes))
        return {TOTAL: Chosen(expand(codes), limit.all_but)}
    found = {}
    for label in dimension.labels:
        leaves = dimension.leaves_under(label)
        found[label] = Chosen(expand(frozenset().union(*(smallest(spelled(leaf), below) for leaf in leaves))))
    return found


def smallest(label: str, below: Mapping[str, set[str]], inside: tuple[str, ...] = ()) -> frozenset[str]:
    if label in inside:
        raise TableError(f"{label} is inside itself when the hierarchies of all releases are put together.")
    if label not in below or band_of(label):
        return frozenset({label})
    return frozenset().union(*(smallest(child, below, (*inside, label)) for child in sorted(below[label])))


def unions(ways: set[frozenset[Period]]) -> set[frozenset[Period]]:
    """A person can be there in any combination of stretches."""
    found: set[frozenset[Period]] = set()
    for way in sorted(ways, key=sorted):
        found |= {way} | {way | other for other in found}
        if len(found) > MOST_WAYS:
            raise TableError("Too many earlier periods overlap with this one. Use fixed periods that do not overlap.")
    return found
