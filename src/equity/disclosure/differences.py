"""People counted in some releases and not in others, where the releases are alike in all other respects."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from equity.disclosure.table import Labels

NOW = "this release"
Some = frozenset[int]
Box = tuple[Some, ...]
Earlier = tuple[str, Labels, Box]


@dataclass(frozen=True)
class Difference:
    """Nobody's cell, but anybody can subtract: an earlier release and its cell that this takes, and who is counted."""

    release: str
    labels: Labels
    box: Box


def differences(
    boxes: Mapping[Labels, Box], earlier: Sequence[Earlier], promises: Mapping[str, int]
) -> Iterator[Difference]:
    """
    Where a new cell and an earlier one differ in one respect only, and one contains the other: the people between.

    What one release tells on its own is not a difference between releases. What several tell comes once for each
    promise.
    """
    own = set(boxes.values()) | {box for _, _, box in earlier}
    told: set[tuple[Box, int]] = set()
    held: dict[str, set[Box]] = defaultdict(set)
    for name, _, box in earlier:
        held[name].add(box)
    new = set(boxes.values())
    axes = len(next(iter(boxes.values())))
    for axis in range(axes):
        alike: dict[Box, list[Earlier]] = defaultdict(list)
        for name, labels, box in earlier:
            alike[box[:axis] + box[axis + 1 :]].append((name, labels, box))
        for mine in boxes.values():
            for name, labels, box in alike[mine[:axis] + mine[axis + 1 :]]:
                between = larger_less_smaller(mine[axis], box[axis])
                rest = (*mine[:axis], between, *mine[axis + 1 :])
                told_by_one = mine in held[name] or box in new
                if between and rest not in own and (rest, promises[name]) not in told and not told_by_one:
                    told.add((rest, promises[name]))
                    yield Difference(name, labels, rest)


def larger_less_smaller(one: frozenset[int], other: frozenset[int]) -> frozenset[int]:
    if one < other:
        return other - one
    return one - other if other < one else frozenset()


def differences_of_three(
    boxes: Mapping[Labels, Box], earlier: Sequence[Earlier], known: set[Box]
) -> Iterator[Difference]:
    """
    What three cells tell that no two do: one less two others, or what two have in common that make up the third.

    Left out is what one release tells on its own, and what was known before the new one.
    """
    mine = [(NOW, labels, box) for labels, box in boxes.items()]
    done = known | {box for _, _, box in (*mine, *earlier)}
    for axis in range(len(mine[0][2])):
        for line in lines_along(axis, [*mine, *earlier]):
            for between, three in told_by_three({along: set(cells) for along, cells in line.items()}):
                name, (labels, box) = next(
                    (name, cell) for along in three for name, cell in line[along].items() if name != NOW
                )
                rest = (*box[:axis], between, *box[axis + 1 :])
                if all(rest) and rest not in done:
                    done.add(rest)
                    yield Difference(name, labels, rest)


def lines_along(axis: int, cells: Sequence[Earlier]) -> Iterator[dict[Some, dict[str, tuple[Labels, Box]]]]:
    """Cells that are alike in all but one respect, when no single release has them all."""
    found: dict[Box, dict[Some, dict[str, tuple[Labels, Box]]]] = defaultdict(lambda: defaultdict(dict))
    for name, labels, box in cells:
        found[box[:axis] + box[axis + 1 :]][box[axis]][name] = (labels, box)
    for line in found.values():
        if not set.intersection(*(set(holders) for holders in line.values())):
            yield line


def told_by_three(held: Mapping[Some, set[str]]) -> Iterator[tuple[Some, tuple[Some, Some, Some]]]:
    for one, other in itertools.combinations(held, 2):
        both = one | other
        if one.isdisjoint(other):
            found = [(whole - both, whole) for whole in held if both < whole]
        else:
            found = [(one & other, both)] if both in held and both not in (one, other) else []
        for between, whole in found:
            holders = (held[one], held[other], held[whole])
            if any(NOW in names for names in holders) and not set.intersection(*holders):
                yield between, (one, other, whole)
