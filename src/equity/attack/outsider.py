"""The attack: for every star, and every difference between releases, what values remain possible."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np

from equity.attack.possible import CLOSE, PossibleTables
from equity.attack.published import Published
from equity.attack.shifts import Shifts
from equity.attack.universe import Cell, Groups, Universe, universe_of
from equity.attack.wishes import OpenValues, Wishes, wish_together

# A difference between two releases is nobody's star: it may be narrower, but never narrower than five values.
VALUES_IN_A_DIFFERENCE = 5


@dataclass(frozen=True)
class Finding:
    """What can be proven about one hidden number."""

    release: str
    labels: tuple[str, ...]
    low: int
    high: int | None  # None: no limit is known
    missing: tuple[int, ...]  # promised values that are proven impossible
    keeps_promise: bool
    other_release: str | None = None  # set when this is a difference between two releases

    @property
    def is_only_larger(self) -> bool:
        """Kept only because all small values are ruled out: somebody who knows less may rule out some of them."""
        if self.other_release is None:
            return self.keeps_promise and bool(self.missing)
        narrow = self.high is not None and self.high - self.low + 1 < VALUES_IN_A_DIFFERENCE
        return self.keeps_promise and narrow


@dataclass(frozen=True)
class Report:
    findings: tuple[Finding, ...]
    solver: str
    seconds: float

    @property
    def broken(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.keeps_promise)

    @property
    def pinned(self) -> int:
        return sum(1 for finding in self.findings if not finding.keeps_promise and finding.low == finding.high)


@dataclass
class Target:
    """Something hidden: the groups it sums over, and the values that must stay possible."""

    groups: Groups
    promised_up_to: int
    release: str
    labels: tuple[str, ...]
    other_release: str | None = None

    @property
    def is_difference(self) -> bool:
        return self.other_release is not None


def attack(releases: Sequence[Published], *, only_about: str | None = None, intervals: bool = True) -> Report:
    """
    Attack everything together. `only_about` leaves out releases that have no link to the one named.

    A finding keeps the promise when every promised value is possible in some table of whole people, or when all of
    them are impossible, so that the star is known to hide a larger number. Without `intervals` the answer is as certain
    but quicker, and the bounds of a star that keeps the promise are only as wide as was needed to see that.
    """
    started = time.monotonic()
    findings: list[Finding] = []
    for linked in linked_releases(releases):
        if only_about is None or any(release.name == only_about for release in linked):
            findings.extend(findings_in(linked, intervals=intervals))
    return Report(tuple(findings), f"HiGHS {version('highspy')}", time.monotonic() - started)


def linked_releases(releases: Sequence[Published]) -> Iterator[list[Published]]:
    """
    Releases about the same people at overlapping times belong together; others say nothing about each other.

    Nor do two of which each is safe from whoever knows its totals, if they divide people by other characteristics.
    """
    waiting = list(releases)
    while waiting:
        group = [waiting.pop(0)]
        grew = True
        while grew:
            joining = [release for release in waiting if any(are_linked(release, member) for member in group)]
            waiting = [release for release in waiting if not any(release is one for one in joining)]
            group.extend(joining)
            grew = bool(joining)
        yield group


def are_linked(one: Published, other: Published) -> bool:
    if one.subject != other.subject or (one.by and other.by and not one.by & other.by):
        return False
    if one.period is None or other.period is None:
        return True
    return one.period[0] <= other.period[1] and other.period[0] <= one.period[1]


def findings_in(releases: Sequence[Published], *, intervals: bool) -> list[Finding]:
    universe = universe_of(releases)
    possible = PossibleTables(universe, releases)
    possible.must_exist()
    stars = [
        Target(cell.groups, releases[cell.release].convention.promised_up_to, releases[cell.release].name, cell.labels)
        for cell in universe.cells
        if cell.shown is None
    ]
    values = OpenValues(possible, [star.groups for star in stars], [star.promised_up_to for star in stars])
    wishes = Wishes(possible, [star.groups for star in stars])
    wish_together(possible, wishes, values)
    likely_larger = [place for place in range(len(stars)) if not values.seen[place].any()]
    for place in range(len(stars)) if intervals else likely_larger:
        values.bound(place, *bounds_of(possible, stars[place]))
    wish_together(possible, wishes, values)
    shifts = Shifts(possible)
    found = [star_finding(possible, shifts, star, values, place) for place, star in enumerate(stars)]
    return found + [difference_finding(possible, target) for target in differences(universe, releases)]


def bounds_of(possible: PossibleTables, target: Target) -> tuple[int, int | None]:
    low, high = possible.least(target.groups), possible.most(target.groups)
    return math.ceil(low - CLOSE), None if math.isinf(high) else math.floor(high + CLOSE)


def star_finding(possible: PossibleTables, shifts: Shifts, star: Target, values: OpenValues, place: int) -> Finding:
    promised = star.promised_up_to
    if values.open[place].any() and place not in values.bounds:
        values.bound(place, *bounds_of(possible, star))
    low, high = values.bounds.get(place, (0, promised))
    for value in range(promised + 1):
        for table in values.tables_near(place, value):
            if not values.open[place, value]:
                break
            shifts.try_from(table, star.groups, value)
            values.strike_off()
        if values.open[place, value]:
            possible.whole_table_with(star.groups, value, value)
            values.strike_off()
    missing = tuple(int(value) for value in np.flatnonzero(~values.seen[place, : promised + 1]))
    lies_above = len(missing) == promised + 1 and (high is None or high > promised)
    return Finding(star.release, star.labels, low, high, missing, not missing or lies_above)


def difference_finding(possible: PossibleTables, target: Target) -> Finding:
    low, high = bounds_of(possible, target)
    enough = low + VALUES_IN_A_DIFFERENCE - 1
    if low > target.promised_up_to or high is None:
        return Finding(target.release, target.labels, low, high, (), True, target.other_release)
    keeps = high >= enough and spread_is_real(possible, target, low, high)
    return Finding(target.release, target.labels, low, high, (), keeps, target.other_release)


def spread_is_real(possible: PossibleTables, target: Target, low: int, high: int) -> bool:
    """Five values apart in whole people too."""
    least, most = np.inf, -np.inf
    for table in possible.seen:
        value = table[target.groups].sum()
        least, most = min(least, value), max(most, value)
        if most - least >= VALUES_IN_A_DIFFERENCE - 1:
            return True
    for start in range(low, high - VALUES_IN_A_DIFFERENCE + 2):
        down = possible.whole_table_with(target.groups, -np.inf, start)
        up = (
            None
            if down is None
            else possible.whole_table_with(target.groups, start + VALUES_IN_A_DIFFERENCE - 1, np.inf)
        )
        if up is not None:
            return True
    return False


def differences(universe: Universe, releases: Sequence[Published]) -> Iterator[Target]:
    """
    People counted in one release's cell and not in another's, where the two are alike in all but one respect. What is
    said of people outside the tables (their stage, their provider) is one respect.

    What one release tells on its own is not a difference between releases. What several pairs tell is held to the
    promise of each.
    """
    released = {cell.groups.tobytes() for cell in universe.cells}
    told: dict[bytes, set[int]] = defaultdict(set)
    held = {(cell.release, cell.box) for cell in universe.cells}
    for bigger, smaller, axis in nested_pairs(universe.cells):
        if (bigger.release, smaller.box) in held or (smaller.release, bigger.box) in held:
            continue
        box = list(bigger.box)
        box[axis] = bigger.box[axis] - smaller.box[axis]
        groups = universe.groups_in(box)
        target = difference_between(releases, bigger, smaller.release, groups)
        key, promised = groups.tobytes(), target.promised_up_to
        if key not in released and promised not in told[key]:
            told[key].add(promised)
            yield target
    yield from differences_of_three(universe, releases, released | set(told))


def difference_between(releases: Sequence[Published], cell: Cell, other: int, groups: Groups) -> Target:
    one, against = releases[cell.release], releases[other]
    promised = min(one.convention.promised_up_to, against.convention.promised_up_to)
    return Target(groups, promised, one.name, cell.labels, against.name)


def differences_of_three(universe: Universe, releases: Sequence[Published], told: set[bytes]) -> Iterator[Target]:
    """
    Three cells alike in all but one respect: one without two others, or where two overlap that together make a third.

    What one release tells on its own, and what is told already, is left out.
    """
    for axis in range(len(universe.cells[0].box)):
        rows: dict[tuple[frozenset[int], ...], dict[frozenset[int], dict[int, Cell]]] = {}
        for cell in universe.cells:
            row = rows.setdefault(cell.box[:axis] + cell.box[axis + 1 :], {})
            row.setdefault(cell.box[axis], {}).setdefault(cell.release, cell)
        for row in rows.values():
            if len(row) < 3 or frozenset.intersection(*(frozenset(holders) for holders in row.values())):
                continue
            for among, three in overlaps(list(row)):
                if frozenset.intersection(*(frozenset(row[part]) for part in three)):
                    continue
                holders = [row[part] for part in three]
                first = holders[0][min(holders[0])]
                other = next(n for holder in holders[1:] for n in sorted(holder) if n != first.release)
                groups = universe.groups_in((*first.box[:axis], among, *first.box[axis + 1 :]))
                if groups.tobytes() not in told:
                    told.add(groups.tobytes())
                    yield difference_between(releases, first, other, groups)


def overlaps(sets: Sequence[frozenset[int]]) -> Iterator[tuple[frozenset[int], tuple[frozenset[int], ...]]]:
    """Who is left when two are taken from a third, and who is in both of two that make up a third."""
    known = set(sets)
    for place, one in enumerate(sets):
        for other in sets[place + 1 :]:
            if not one & other:
                for large in sets:
                    if large > one and large > other and large != one | other:
                        yield large - one - other, (large, one, other)
            elif one | other in known - {one, other}:
                yield one & other, (one | other, one, other)


def nested_pairs(cells: Sequence[Cell]) -> Iterator[tuple[Cell, Cell, int]]:
    for axis in range(len(cells[0].box)):
        alike: dict[tuple[frozenset[int], ...], list[Cell]] = defaultdict(list)
        for cell in cells:
            alike[cell.box[:axis] + cell.box[axis + 1 :]].append(cell)
        for group in alike.values():
            for bigger in group:
                for smaller in group:
                    if bigger.release != smaller.release and smaller.box[axis] < bigger.box[axis]:
                        yield bigger, smaller, axis
