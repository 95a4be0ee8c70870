"""Compiled counting of coded rows. The SQL of the plan stays the definition; the cells are equal one by one.

For each outer cell (such as a provider in a half-year) the covering tables are small enough to stay in the processor's cache.
A row adds its state's record of 16 lanes to one cell of each covering table; the covers are then folded into the groupings.
"""

from dataclasses import dataclass
from itertools import product

import numba
import numpy as np
from numpy.typing import NDArray

from equity.backends.cells import Cells
from equity.backends.plan import Plan
from equity.backends.prepared import Codes, DoesNotFit, Store, width

LANES = 16


@numba.njit(cache=True, nogil=True)
def sort_by(where, rows, states, places):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """Rows sorted by where they belong, in one counting pass."""
    starts = np.zeros(places + 1, np.int64)
    for i in range(len(where)):
        starts[where[i] + 1] += 1
    for i in range(places):
        starts[i + 1] += starts[i]
    at = starts[:-1].copy()
    sorted_rows, sorted_states = np.empty_like(rows), np.empty_like(states)
    for i in range(len(where)):
        place = at[where[i]]
        sorted_rows[place], sorted_states[place] = rows[i], states[i]
        at[where[i]] = place + 1
    return sorted_rows, sorted_states, starts


@numba.njit(cache=True, nogil=True)
def count_covers(rows, states, starts, lanes, shifts, masks, strides, offsets, sources, targets, cells, groups):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Counts of every inner cell within every outer cell."""
    places, covers, width = len(starts) - 1, strides.shape[0], strides.shape[1]
    found = np.zeros((places, groups, LANES), np.int64)
    table = np.zeros((cells, LANES), np.int32)
    for place in range(places):
        if starts[place] == starts[place + 1]:
            continue
        table[:] = 0
        for i in range(starts[place], starts[place + 1]):
            row, state = rows[i], states[i]
            for cover in range(covers):
                cell = offsets[cover]
                for one in range(width):
                    cell += np.int64((row >> shifts[one]) & masks[one]) * strides[cover, one]
                for lane in range(LANES):
                    table[cell, lane] += lanes[state, lane]
        for fold in range(len(sources)):
            for lane in range(LANES):
                found[place, targets[fold], lane] += table[sources[fold], lane]
    return found


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
    return Layout(inner, tuple(places), strides, np.array(offsets, np.int64), np.concatenate(sources), np.concatenate(targets), cells, groups)


@dataclass(frozen=True, eq=False)
class CodedCells:
    """Counts by outer and inner cell, with codes in place of words. `cells()` gives the words back."""

    plan: Plan
    store: Store
    layout: Layout
    tables: dict[frozenset[str], NDArray[np.int64]]

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
            counts.append(table[filled])
        together = np.concatenate(counts)
        return Cells(
            self.plan, np.concatenate(grouping), {name: np.concatenate(parts) for name, parts in keys.items()},
            {counter.name: together[:, lane] for lane, counter in enumerate(self.plan.counters)},
        )

    def plan_order(self, wanted: frozenset[str]) -> tuple[str, ...]:
        """Outer dimensions first, then inner, each in the plan's order."""
        outer = tuple(one.name for one in self.store.outer if one.name in wanted)
        return (*outer, *(one.name for one in self.store.inner if one.name in wanted))

    def of(self, wanted: frozenset[str], codes: dict[str, Codes]) -> tuple[NDArray[np.int64], tuple[int, ...]]:
        outer = frozenset(one.name for one in self.store.outer) & wanted
        inner = tuple(one.name for one in self.store.inner if one.name in wanted)
        start = self.layout.places[self.layout.inner.index(inner)]
        size = int(np.prod([codes[name].size for name in inner], dtype=np.int64))
        table = self.tables[outer][..., start:start + size, :]
        return table.reshape(-1, LANES), tuple(codes[name].size for name in self.plan_order(wanted))


def count(plan: Plan, store: Store) -> CodedCells:
    """Every cell of the plan from a prepared store."""
    if len(plan.counters) > LANES or plan.counters[0].name != "n":
        raise DoesNotFit("The kernel counts at most 16 counters, the first of them rows (n).")
    codes = {one.name: one for one in store.inner}
    found = layout(plan, codes)
    names = [one.name for one in store.inner]
    widths = [width(codes[name]) for name in names]
    shifts = np.array([sum(widths[:i]) for i in range(len(widths))] or [0], np.uint32)
    masks = np.array([(1 << w) - 1 for w in widths] or [0], np.uint32)
    table = count_covers(
        store.rows, store.states, store.starts, store.lanes, shifts, masks, found.strides, found.offsets, found.sources, found.targets, found.cells, found.groups
    )
    shaped = table.reshape(*(one.size for one in store.outer), found.groups, LANES)
    return CodedCells(plan, store, found, rolled_up(plan, store, shaped))


def rolled_up(plan: Plan, store: Store, table: NDArray[np.int64]) -> dict[frozenset[str], NDArray[np.int64]]:
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
            tables[left] = tables[parent].sum(axis=tuple(axes))
    return tables
