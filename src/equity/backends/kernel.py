"""Fast counting of coded rows. The SQL of the plan stays the definition; the cells are equal one by one.

A row is one number, its dimensions above its states, and rows are sorted, so people who are alike lie together. Their
counters, several packed into one 64-bit word, are first added up for each kind of people and only then dealt out to
one cell of each covering table. One outer cell (such as a provider in a half-year) is counted at a time, so that its
tables stay in the processor's cache. Only NumPy is needed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from equity.backends.cells import Cells
from equity.backends.plan import Plan
from equity.backends.store import Codes, DoesNotFit, Store, shifts

Whole = NDArray[np.int64]
Counts = NDArray[np.signedinteger]
Names = tuple[str, ...]
ROWS_AT_ONCE = 1 << 16
WORD_BITS = 63


def count(plan: Plan, store: Store) -> "CodedCells":
    """Every cell of the plan from a prepared store."""
    if plan.counters[0].name != "n":
        raise DoesNotFit("The first counter must be the rows (n).")
    cells = store.outer_cells()
    counting = Counting(plan, store, max(int(store.times[rows].sum()) for rows in cells))
    counts = np.zeros((len(plan.counters), len(cells), counting.layout.groups), counting.kind)
    for place, rows in enumerate(cells):
        if rows.start < rows.stop:
            unpack(counting.groups_of(rows), counting.lanes, counts[:, place])
    shape = (len(plan.counters), *(one.size for one in store.outer), counting.layout.groups)
    return CodedCells(plan, store, counting.layout, rolled_up(plan, store, counts.reshape(shape)))


@dataclass(frozen=True)
class Fold:
    """An inner grouping: the sum over some axes of a table counted before it, and its place in the flat result."""

    names: Names
    source: Names
    axes: tuple[int, ...]
    place: slice


@dataclass(frozen=True)
class Layout:
    """The covering tables that are counted, and every inner grouping that is folded from them."""

    covers: tuple[Names, ...]
    folds: tuple[Fold, ...]
    groups: int

    def place_of(self, names: Names) -> slice:
        return next(fold.place for fold in self.folds if fold.names == names)


def layout(plan: Plan, sizes: Mapping[str, int]) -> Layout:
    """Widest groupings first; each is added up from the smallest table that has all its columns."""

    def inner(grouping: Iterable[str]) -> Names:
        return tuple(name for name in plan.ordered(grouping) if name not in plan.always_beside)

    def size(names: Names) -> int:
        return prod(sizes[name] for name in names)

    covers = tuple(inner(cover) for cover in plan.covers)
    made, folds, groups = list(covers), [], 0
    for names in sorted({inner(grouping) for grouping in plan.groupings}, key=lambda names: (-len(names), names)):
        source = min((one for one in made if set(names) <= set(one)), key=size)
        axes = tuple(place for place, name in enumerate(source, start=1) if name not in names)
        folds.append(Fold(names, source, axes, slice(groups, groups + size(names))))
        made.append(names)
        groups += size(names)
    return Layout(covers, tuple(folds), groups)


class Counting:
    """What counting one outer cell after another needs, worked out once."""

    def __init__(self, plan: Plan, store: Store, most_rows: int) -> None:
        self.store = store
        self.sizes = {one.name: one.size for one in store.inner}
        self.layout = layout(plan, self.sizes)
        self.lanes = packed_lanes(store.lanes, most_rows)
        self.kind = np.int64 if max(lane.bits for lane in self.lanes) > 31 else np.int32
        self.words = words_of(self.lanes, store.lanes)
        self.state_bits = sum(one.width for one in store.states)
        places = shifts(store.inner)
        self.inner = [(one.name, places[one.name], (1 << one.width) - 1) for one in store.inner]

    def groups_of(self, rows: slice) -> Whole:
        """Packed counts of every inner grouping from the rows of one outer cell."""
        tables = {cover: np.zeros((len(self.words), self.size(cover)), np.int64) for cover in self.layout.covers}
        for start in range(rows.start, rows.stop, ROWS_AT_ONCE):
            codes, sums = self.alike(slice(start, min(start + ROWS_AT_ONCE, rows.stop)))
            for cover, table in tables.items():
                cells = self.cells(cover, codes) if cover else np.zeros(sums.shape[1], np.int64)
                for row, word in zip(table, sums, strict=True):
                    np.add.at(row, cells, word)
        return self.folded(tables)

    def alike(self, rows: slice) -> tuple[dict[str, Whole], Whole]:
        """The different kinds of people among some rows: their codes, and the packed sums of their counters."""
        keys, times = self.store.keys[rows].view(np.int64), self.store.times[rows].astype(np.int64)
        people, states = keys >> self.state_bits, keys & ((1 << self.state_bits) - 1)
        is_new = np.concatenate([[True], people[1:] != people[:-1]])
        people, kind = people[is_new], np.cumsum(is_new) - 1
        sums = np.zeros((len(self.words), len(people)), np.int64)
        for row, word in zip(sums, self.words, strict=True):
            np.add.at(row, kind, word.take(states) * times)
        return {name: (people >> shift) & mask for name, shift, mask in self.inner}, sums

    def folded(self, flat: Mapping[Names, Whole]) -> Whole:
        """Every inner grouping, side by side."""
        tables = {cover: table.reshape(-1, *(self.sizes[name] for name in cover)) for cover, table in flat.items()}
        found = np.empty((len(self.words), self.layout.groups), np.int64)
        for fold in self.layout.folds:
            tables[fold.names] = tables[fold.source].sum(axis=fold.axes)
            found[:, fold.place] = tables[fold.names].reshape(len(found), -1)
        return found

    def cells(self, cover: Names, codes: Mapping[str, Whole]) -> Whole:
        """Where codes lie in a flat table of these columns."""
        cell = codes[cover[0]]
        for name in cover[1:]:
            cell = cell * self.sizes[name] + codes[name]
        return cell

    def size(self, names: Names) -> int:
        return prod(self.sizes[name] for name in names)


@dataclass(frozen=True)
class Lane:
    """Where a counter lies among the packed words."""

    word: int
    shift: int
    bits: int


def packed_lanes(adds: Whole, most_rows: int) -> tuple[Lane, ...]:
    """Fill words in the counters' order, each lane wide enough for the sum over the fullest outer cell."""
    if adds.min(initial=0) < 0:
        raise DoesNotFit("A counter adds numbers below 0.")
    lanes, word, used = [], 0, 0
    for most in adds.max(axis=0, initial=0).tolist():
        bits = max(most * most_rows, 1).bit_length()
        if bits > WORD_BITS:
            raise DoesNotFit(f"A counter can grow beyond {WORD_BITS} bits.")
        if used + bits > WORD_BITS:
            word, used = word + 1, 0
        lanes.append(Lane(word, used, bits))
        used += bits
    return tuple(lanes)


def words_of(lanes: Sequence[Lane], adds: Whole) -> Whole:
    """What a row in each state adds, packed: a line for each word."""
    words = np.zeros((lanes[-1].word + 1, len(adds)), np.int64)
    for lane, column in zip(lanes, adds.T, strict=True):
        words[lane.word] += column << lane.shift
    return words


def unpack(words: Whole, lanes: Sequence[Lane], counts: Counts) -> None:
    """Every counter out of its word."""
    for lane, row in zip(lanes, counts, strict=True):
        row[:] = (words[lane.word] >> lane.shift) & ((1 << lane.bits) - 1)


def rolled_up(plan: Plan, store: Store, table: Counts) -> dict[frozenset[str], Counts]:
    """The table itself and its sums over each set of outer dimensions that the plan asks for."""
    names = [one.name for one in store.outer]
    tables = {frozenset(names): table}
    for left in sorted({grouping & frozenset(names) for grouping in plan.groupings}, key=len, reverse=True):
        if left not in tables:
            parent = min((one for one in tables if left < one), key=len)
            kept = [name for name in names if name in parent]
            axes = tuple(axis for axis, name in enumerate(kept, start=1) if name not in left)
            tables[left] = tables[parent].sum(axis=axes, dtype=np.int64)
    return tables


@dataclass(frozen=True, eq=False)
class CodedCells:
    """Counts by outer and inner cell, counters first, with codes in place of words. `cells()` gives the words back."""

    plan: Plan
    store: Store
    layout: Layout
    tables: dict[frozenset[str], Counts]

    def cells(self) -> Cells:
        """Every cell that has rows, as all engines give them."""
        parts = [self.cells_of(grouping) for grouping in self.plan.groupings]
        return Cells(
            self.plan,
            np.concatenate([part.grouping for part in parts]),
            {name: np.concatenate([part.keys[name] for part in parts]) for name in self.plan.names},
            {one.name: np.concatenate([part.counts[one.name] for part in parts]) for one in self.plan.counters},
        )

    def cells_of(self, grouping: frozenset[str]) -> Cells:
        table, columns = self.of(grouping)
        filled = np.flatnonzero(table[0])
        where = np.unravel_index(filled, tuple(one.size for one in columns)) if columns else ()
        keys = {name: np.full(len(filled), None, dtype=object) for name in self.plan.names}
        for column, codes in zip(columns, where, strict=True):
            keys[column.name] = np.array(column.values, dtype=object)[codes]
        return Cells(
            self.plan,
            np.full(len(filled), self.plan.number(grouping)),
            keys,
            {one.name: counts[filled].astype(np.int64) for one, counts in zip(self.plan.counters, table, strict=True)},
        )

    def of(self, grouping: frozenset[str]) -> tuple[Counts, tuple[Codes, ...]]:
        """The counters of one grouping, each a flat table over these columns."""
        outer = tuple(one for one in self.store.outer if one.name in grouping)
        inner = tuple(one for one in self.store.inner if one.name in grouping)
        place = self.layout.place_of(tuple(one.name for one in inner))
        table = self.tables[frozenset(one.name for one in outer)][..., place]
        return table.reshape(len(self.plan.counters), -1), (*outer, *inner)
