"""
The smallest groups of people that all the releases together can tell apart.

Each released cell is a box: a set of codes for every dimension. Codes that no release separates are one; a group is one
choice from each dimension. Every number ever shown is then a sum over groups, whichever release it came from.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from equity.attack.ages import years_of
from equity.attack.published import CannotRead, Published, Some, plain
from equity.attack.totals import TOTAL

Groups = NDArray[np.int64]
ANYTHING_ELSE = "\0anything else"
PEOPLE = "\0people"
PERIOD = "\0period"
MOST_GROUPS = 400_000
MOST_PATTERNS = 256


@dataclass(frozen=True)
class Cell:
    """One published number or star, and the groups it counts."""

    release: int
    labels: tuple[str, ...]
    shown: int | None
    box: tuple[frozenset[int], ...]
    groups: Groups


@dataclass(frozen=True)
class Universe:
    group_count: int
    cells: tuple[Cell, ...]
    shape: tuple[int, ...]

    def groups_in(self, box: Sequence[Iterable[int]]) -> Groups:
        grids = np.meshgrid(*[sorted(part) for part in box], indexing="ij")
        return np.ravel_multi_index([grid.ravel() for grid in grids], self.shape)


def universe_of(releases: Sequence[Published]) -> Universe:
    axes = sorted({name for release in releases for name in release.dimensions})
    parts = [*(partition(axis, releases) for axis in axes), people(axes, releases), periods(releases)]
    shape = tuple(count for count, _ in parts)
    if np.prod([float(n) for n in shape]) > MOST_GROUPS:
        raise CannotRead("These releases cut people into too many small groups to be attacked together.")
    empty = Universe(int(np.prod(shape)), (), shape)
    cells = []
    for number, release in enumerate(releases):
        for labels, shown in release.cells.items():
            box = tuple(
                sets[number][labels[release.dimensions.index(axis)] if axis in release.dimensions else TOTAL]
                for axis, (_, sets) in zip([*axes, PEOPLE, PERIOD], parts, strict=True)
            )
            if all(box):
                cells.append(Cell(number, labels, shown, box, empty.groups_in(box)))
    return Universe(empty.group_count, tuple(cells), shape)


Partition = tuple[int, list[dict[str, frozenset[int]]]]


def partition(axis: str, releases: Sequence[Published]) -> Partition:
    """Numbered parts of one dimension, and for each release the parts that each label covers."""
    read = as_written_by_all(axis, releases)
    tree = family(axis, releases, read)
    sets = [label_sets(axis, release, tree, read) for release in releases]
    named = [(number, label, chosen) for number, labels in enumerate(sets) for label, chosen in labels.items()]
    codes = {code for _, _, chosen in named for code in chosen.codes}
    if any(chosen.all_but and chosen.codes for _, _, chosen in named) or not uses(axis, releases):
        codes.add(ANYTHING_ELSE)
    signature = {code: tuple((code in chosen.codes) != chosen.all_but for _, _, chosen in named) for code in codes}
    numbers = {key: place for place, key in enumerate(sorted(set(signature.values())))}
    found: list[dict[str, frozenset[int]]] = [{} for _ in releases]
    for number, label, chosen in named:
        members = (code for code in codes if (code in chosen.codes) != chosen.all_but)
        found[number][label] = frozenset(numbers[signature[code]] for code in members)
    return len(numbers), found


def people(axes: Sequence[str], releases: Sequence[Published]) -> Partition:
    """Everything that limits whom a release counts and is not in a table: one part for each choice of releases."""
    limits = [partition(axis, releases) for axis in sorted({a for one in releases for a in one.where} - {*axes})]
    counted_in = {
        frozenset(
            number
            for number in range(len(releases))
            if all(code in sets[number][TOTAL] for code, (_, sets) in zip(person, limits, strict=True))
        )
        for person in itertools.product(*(range(count) for count, _ in limits))
    } - {frozenset()}
    ordered = sorted(counted_in, key=sorted)
    return len(ordered), [
        {TOTAL: frozenset(place for place, those in enumerate(ordered) if number in those)}
        for number in range(len(releases))
    ]


def uses(axis: str, releases: Sequence[Published]) -> bool:
    return any(axis in release.dimensions for release in releases)


Reading = Callable[[str], str]


def as_written_by_all(axis: str, releases: Sequence[Published]) -> Reading:
    """The same word in other letters is the same category, unless one release has it in both."""
    both: set[str] = set()
    for release in releases:
        tree = release.parents.get(axis, {})
        words = {*tree, *tree.values(), *(release.where[axis].codes if axis in release.where else ())}
        if axis in release.dimensions:
            words |= {key[release.dimensions.index(axis)] for key in release.cells}
        seen: set[str] = set()
        for word in sorted(words):
            (both if plain(word) in seen else seen).add(plain(word))
    return lambda word: word if plain(word) in both else plain(word)


def family(axis: str, releases: Sequence[Published], read: Reading) -> dict[str, set[str]]:
    """The codes below every code, taken from all the hierarchies that were published."""
    children: dict[str, set[str]] = {}
    for release in releases:
        for child, parent in release.parents.get(axis, {}).items():
            children.setdefault(read(parent), set()).add(read(child))
    return children


def label_sets(axis: str, release: Published, tree: dict[str, set[str]], read: Reading) -> dict[str, Some]:
    """Which codes each label of a release stands for; a release without the dimension has only its total."""
    limit = release.where.get(axis)
    if axis not in release.dimensions:
        return {TOTAL: expanded(limit, tree, read) if limit else Some(frozenset(), all_but=True)}
    place = release.dimensions.index(axis)
    labels = {key[place] for key in release.cells}
    covers = {read(label): codes for label, codes in release.covers.get(axis, {}).items()}
    found = {label: Some(codes_under(read(label), covers, tree)) for label in labels - {TOTAL}}
    found[TOTAL] = Some(frozenset().union(*(chosen.codes for chosen in found.values())))
    return found


def expanded(limit: Some, tree: dict[str, set[str]], read: Reading) -> Some:
    return Some(frozenset().union(*(codes_under(read(code), {}, tree) for code in limit.codes)), limit.all_but)


def codes_under(
    code: str, covers: Mapping[str, frozenset[str]], tree: dict[str, set[str]], above: tuple[str, ...] = ()
) -> frozenset[str]:
    """The smallest codes that one stands for: what its release says, what is below it, or the years of an age band."""
    if code in above:
        raise CannotRead(f"{code} is inside itself when the hierarchies of all releases are put together.")
    if code in covers:
        return covers[code]
    if code not in tree:
        return years_of(code) or frozenset({code})
    return frozenset().union(*(codes_under(child, covers, tree, (*above, code)) for child in sorted(tree[code])))


def periods(releases: Sequence[Published]) -> Partition:
    """
    The ways in which someone can be present over time.

    Events happen once. A person may be counted in several periods, so a way of being present is any union of moments.
    """
    spans = sorted({release.period for release in releases if release.period})
    edges = sorted({edge for first, last in spans for edge in (first.toordinal(), last.toordinal() + 1)})
    moments = {
        frozenset(span for span in spans if span[0].toordinal() <= start and end <= span[1].toordinal() + 1)
        for start, end in itertools.pairwise(edges)
    }
    ways = {way for way in moments if way}
    if any(release.counts_people for release in releases):
        ways = closed_under_union(ways)
    if any(release.period is None for release in releases):
        ways = ways or {frozenset()}
    ordered = sorted(ways, key=sorted)
    everything = frozenset(range(len(ordered)))
    found = [
        {
            TOTAL: frozenset(n for n, way in enumerate(ordered) if release.period in way)
            if release.period
            else everything
        }
        for release in releases
    ]
    return len(ordered), found


Way = frozenset[tuple[date, date]]


def closed_under_union(ways: set[Way]) -> set[Way]:
    def grown(known: set[Way], way: Way) -> set[Way]:
        more = known | {way} | {way | other for other in known}
        if len(more) > MOST_PATTERNS:
            raise CannotRead("Too many of these periods overlap. Use fixed periods that do not.")
        return more

    return reduce(grown, sorted(ways, key=sorted), set())
