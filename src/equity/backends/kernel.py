"""Fast counting of coded rows. The SQL of the plan stays the definition; the cells are equal one by one.

For each outer cell (such as a provider in a half-year) the covering tables are small enough to stay in the processor's
cache. A row adds its state's record, several counters packed into each word, to one cell of each covering table: that
is a product with a sparse matrix of ones, which SciPy's compiled code does. The covers are folded into the groupings
the same way.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from equity.backends.cells import Cells
from equity.backends.plan import Plan
from equity.backends.prepared import Codes, DoesNotFit, Store, width

Words = NDArray[np.int64]
ROWS_AT_ONCE = 1 << 16


def count_covers(store: Store, records: Words, tables: tuple[NDArray[np.int32], ...], fold: csr_array) -> Words:
    """Packed counts of every inner cell within every outer cell."""
    covers = tables[0].shape[1]
    found = np.zeros((len(store.starts) - 1, fold.shape[0], records.shape[1]), np.int64)
    ones = np.ones(ROWS_AT_ONCE * covers, np.int64)
    steps = np.arange(0, (ROWS_AT_ONCE + 1) * covers, covers, dtype=np.int32)
    for place in np.flatnonzero(np.diff(store.starts)):
        table = np.zeros((fold.shape[1], records.shape[1]), np.int64)
        for start in range(int(store.starts[place]), int(store.starts[place + 1]), ROWS_AT_ONCE):
            end = min(start + ROWS_AT_ONCE, int(store.starts[place + 1]))
            where, size = cells_of(store.rows[start:end], tables), end - start
            matrix = csc_array((ones[: where.size], where.ravel(), steps[: size + 1]), shape=(len(table), size))
            table += matrix @ records.take(store.states[start:end], axis=0)
        found[place] = fold @ table
    return found


def cells_of(rows: NDArray[np.uint32], tables: tuple[NDArray[np.int32], ...]) -> NDArray[np.int32]:
    """One cell a cover for each row, from its low, middle and high bits."""
    low, middle, high = tables
    found = low.take(rows & np.uint32(2047), axis=0)
    if middle.any():
        found += middle.take((rows >> np.uint32(11)) & np.uint32(2047), axis=0)
    if high.any():
        found += high.take(rows >> np.uint32(22), axis=0)
    return np.asarray(found)


@dataclass(frozen=True)
class Packing:
    """Several counters side by side in one 64-bit word, each wide enough for its largest possible sum."""

    word: tuple[int, ...]
    shift: tuple[int, ...]
    bits: tuple[int, ...]

    @property
    def words(self) -> int:
        return self.word[-1] + 1

    def packed(self, lanes: NDArray[np.int32]) -> Words:
        records = np.zeros((len(lanes), self.words), np.int64)
        for lane, (word, shift) in enumerate(zip(self.word, self.shift, strict=True)):
            records[:, word] += lanes[:, lane].astype(np.int64) << shift
        return records

    def unpacked(self, words: Words) -> NDArray[np.int64]:
        counts = np.empty((*words.shape[:-1], len(self.word)), np.int64)
        for lane, (word, shift, bits) in enumerate(zip(self.word, self.shift, self.bits, strict=True)):
            counts[..., lane] = (words[..., word] >> shift) & ((1 << bits) - 1)
        return counts


def packing(lanes: NDArray[np.int32], most_rows: int) -> Packing:
    """Fill words in the counters' order; the first word starts with the rows themselves, so 0 there means an empty cell."""  # noqa: E501
    if lanes.min(initial=0) < 0:
        raise DoesNotFit("A counter adds numbers below 0.")
    bits = [max(int(lanes[:, lane].max(initial=0)) * most_rows, 1).bit_length() for lane in range(lanes.shape[1])]
    word, used, words, shifts = 0, 0, [], []
    for need in bits:
        if need > 63:
            raise DoesNotFit("A counter can grow beyond 63 bits.")
        if used + need > 63:
            word, used = word + 1, 0
        words.append(word)
        shifts.append(used)
        used += need
    return Packing(tuple(words), tuple(shifts), tuple(bits))


def pieces(
    strides: NDArray[np.int64], offsets: NDArray[np.int64], shifts: list[int], widths: list[int]
) -> tuple[NDArray[np.int32], ...]:
    """Where a packed row lies in each cover, as three small tables over its low, middle and high bits."""
    tables = []
    for start, size in ((0, 11), (11, 11), (22, 10)):
        values = np.arange(1 << size, dtype=np.int64) << start
        cells = np.zeros((1 << size, len(offsets)), np.int64)
        for one, (shift, wide) in enumerate(zip(shifts, widths, strict=True)):
            # A dimension may lie across two pieces: each piece adds its own bits.
            part = (values & (((1 << wide) - 1) << shift)) >> shift
            cells += part[:, None] * strides[None, :, one]
        if start == 0:
            cells += offsets[None, :]
        tables.append(cells.astype(np.int32))
    return tuple(tables)


@dataclass(frozen=True)
class Layout:
    """Where covers and groupings lie in the kernel's flat tables."""

    inner: tuple[tuple[str, ...], ...]
    places: tuple[int, ...]
    strides: NDArray[np.int64]
    offsets: NDArray[np.int64]
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    cells: int
    groups: int


def layout(plan: Plan, codes: dict[str, Codes]) -> Layout:
    outer = plan.always_beside
    names = tuple(name for name in plan.names if name not in outer)
    covers = [tuple(name for name in names if name in cover) for cover in plan.covers]
    inner = tuple(dict.fromkeys(tuple(name for name in names if name in grouping) for grouping in plan.groupings))
    strides, offsets, cells = np.zeros((len(covers), max(len(names), 1)), np.int64), [], 0
    for i, cover in enumerate(covers):
        offsets.append(cells)
        size = 1
        for name in reversed(cover):
            strides[i, names.index(name)] = size
            size *= codes[name].size
        cells += size
    sources, targets, places, groups = [], [], [], 0
    for grouping in inner:
        i = next(i for i, cover in enumerate(covers) if set(grouping) <= set(cover))
        sizes = [codes[name].size for name in covers[i]]
        grid = np.indices(sizes).reshape(len(sizes), -1) if sizes else np.zeros((0, 1), np.int64)
        target = np.zeros(grid.shape[1], np.int64)
        for name in grouping:
            target = target * codes[name].size + grid[covers[i].index(name)]
        sources.append(np.arange(grid.shape[1]) + offsets[i])
        targets.append(target + groups)
        places.append(groups)
        groups += int(np.prod([codes[name].size for name in grouping], dtype=np.int64))
    return Layout(
        inner,
        tuple(places),
        strides,
        np.array(offsets, np.int64),
        np.concatenate(sources),
        np.concatenate(targets),
        cells,
        groups,
    )


@dataclass(frozen=True, eq=False)
class CodedCells:
    """Counts by outer and inner cell, with codes in place of words. `cells()` gives the words back."""

    plan: Plan
    store: Store
    layout: Layout
    tables: dict[frozenset[str], NDArray[np.signedinteger]]

    def cells(self) -> Cells:
        """Every cell that has rows, as all engines give them."""
        grouping, keys, counts = [], {name: [] for name in self.plan.names}, []  # type: ignore[var-annotated]
        codes = {one.name: one for one in (*self.store.outer, *self.store.inner)}
        for wanted in self.plan.groupings:
            table, shape = self.of(wanted, codes)
            filled = np.flatnonzero(table[:, 0])
            where = np.unravel_index(filled, shape) if shape else ()
            grouping.append(np.full(len(filled), self.plan.number(wanted)))
            shown = dict(zip(self.plan_order(wanted), where, strict=True))
            for name in self.plan.names:
                values = np.array(codes[name].values, dtype=object)
                keys[name].append(values[shown[name]] if name in shown else np.full(len(filled), None, dtype=object))
            counts.append(table[filled].astype(np.int64))
        together = np.concatenate(counts)
        return Cells(
            self.plan,
            np.concatenate(grouping),
            {name: np.concatenate(parts) for name, parts in keys.items()},
            {counter.name: together[:, lane] for lane, counter in enumerate(self.plan.counters)},
        )

    def plan_order(self, wanted: frozenset[str]) -> tuple[str, ...]:
        """Outer dimensions first, then inner, each in the plan's order."""
        outer = tuple(one.name for one in self.store.outer if one.name in wanted)
        return (*outer, *(one.name for one in self.store.inner if one.name in wanted))

    def of(self, wanted: frozenset[str], codes: dict[str, Codes]) -> tuple[NDArray[np.signedinteger], tuple[int, ...]]:
        outer = frozenset(one.name for one in self.store.outer) & wanted
        inner = tuple(one.name for one in self.store.inner if one.name in wanted)
        start = self.layout.places[self.layout.inner.index(inner)]
        size = int(np.prod([codes[name].size for name in inner], dtype=np.int64))
        table = self.tables[outer][..., start : start + size, :]
        return table.reshape(-1, len(self.plan.counters)), tuple(codes[name].size for name in self.plan_order(wanted))


def count(plan: Plan, store: Store) -> CodedCells:
    """Every cell of the plan from a prepared store."""
    if plan.counters[0].name != "n":
        raise DoesNotFit("The first counter must be the rows (n).")
    codes = {one.name: one for one in store.inner}
    found = layout(plan, codes)
    widths = [width(one) for one in store.inner]
    shifts = [sum(widths[:i]) for i in range(len(widths))]
    together = packing(store.lanes, int(np.diff(store.starts).max(initial=1)))
    fold = csr_array(
        (np.ones(len(found.sources), np.int64), (found.targets, found.sources)), shape=(found.groups, found.cells)
    )
    counts = count_covers(
        store, together.packed(store.lanes), pieces(found.strides, found.offsets, shifts, widths), fold
    )
    unpacked = together.unpacked(counts.reshape(-1, together.words))
    return CodedCells(
        plan,
        store,
        found,
        rolled_up(plan, store, unpacked.reshape(*(one.size for one in store.outer), found.groups, len(plan.counters))),
    )


def rolled_up(
    plan: Plan, store: Store, table: NDArray[np.signedinteger]
) -> dict[frozenset[str], NDArray[np.signedinteger]]:
    """The table itself and its sums over each set of outer dimensions that the plan asks for."""
    names = [one.name for one in store.outer]
    wanted = {grouping & frozenset(names) for grouping in plan.groupings}
    tables = {frozenset(names): table}
    for kept in product((True, False), repeat=len(names)):
        left = frozenset(name for name, keep in zip(names, kept, strict=True) if keep)
        if left not in wanted and left != frozenset(names):
            continue
        parent = min((one for one in tables if left < one), key=len, default=None)
        if parent is not None:
            axes = [i for i, name in enumerate(name for name in names if name in parent) if name not in left]
            tables[left] = tables[parent].sum(axis=tuple(axes), dtype=np.int64)
    return tables
