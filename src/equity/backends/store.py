"""A prepared store: rows coded once, equal rows kept once with how many they are, so that every later count is cheap.

A store is a folder with `keys.npy` (a row as one number: outer dimensions, inner dimensions, then what the counters
need, from the highest bits down; sorted, each once), `times.npy` (how many rows have that number), `lanes.npy` (what
a row adds to each counter) and `store.json` (the values behind the codes and a fingerprint of plan and source). It
holds no person's number or name, but a row that only one person has is still that person's row: treat a store as you
treat the file it came from.
"""

import json
from dataclasses import dataclass
from itertools import product
from operator import lshift
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from equity.problem import Problem
from equity.whole import whole

FORMAT = 2


class DoesNotFit(Problem):
    """The plan or its data is too wide for the fast kernel; plain SQL counts it instead."""


@dataclass(frozen=True)
class Codes:
    """The values behind one column's codes; the last is for missing."""

    name: str
    values: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.values)

    @property
    def width(self) -> int:
        """How many bits a code needs."""
        return max((self.size - 1).bit_length(), 1)


@dataclass(frozen=True, eq=False)
class Store:
    """Coded rows, sorted; equal rows are one row with how many times it came."""

    outer: tuple[Codes, ...]
    inner: tuple[Codes, ...]
    states: tuple[Codes, ...]
    keys: NDArray[np.uint64]
    times: NDArray[np.unsignedinteger]
    lanes: NDArray[np.int64]
    fingerprint: str

    def outer_cells(self) -> list[slice]:
        """Where the rows of each outer cell lie, in the order of the outer codes."""
        above = np.uint64(sum(one.width for one in (*self.inner, *self.states)))
        places = shifts(self.outer).values()
        codes = product(*(range(one.size) for one in self.outer))
        first = np.array([sum(map(lshift, cell, places)) for cell in codes], np.uint64)
        starts, ends = (np.searchsorted(self.keys, side << above).tolist() for side in (first, first + np.uint64(1)))
        return list(map(slice, starts, ends))


def shifts(columns: tuple[Codes, ...]) -> dict[str, int]:
    """Where each column's code begins in the number: the last column lies lowest."""
    return {one.name: sum(after.width for after in columns[place + 1 :]) for place, one in enumerate(columns)}


def save(store: Store, folder: Path) -> None:
    """Write the numbers, then move the description last: a store without it is not a store."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "store.json").unlink(missing_ok=True)
    arrays = {"keys": store.keys, "times": store.times, "lanes": store.lanes}
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    about = {
        "format": FORMAT,
        "fingerprint": store.fingerprint,
        **{
            part: [[one.name, one.values] for one in columns]
            for part, columns in (("outer", store.outer), ("inner", store.inner), ("states", store.states))
        },
    }
    with whole(folder / "store.json") as beside:
        beside.write_text(json.dumps(about), encoding="utf-8")


def load(folder: Path) -> Store:
    """Open a store without reading it: its numbers are mapped and read when they are counted."""
    try:
        about = json.loads((folder / "store.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Problem(f"{folder} is not a prepared store.") from None
    if about["format"] != FORMAT:
        raise Problem(f"{folder} was prepared by another version: prepare it again.")

    def array(name: str) -> NDArray[np.unsignedinteger]:
        return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))

    outer, inner, states = (
        tuple(Codes(name, tuple(values)) for name, values in about[part]) for part in ("outer", "inner", "states")
    )
    keys, times, lanes = array("keys").view(np.uint64), array("times"), array("lanes").view(np.int64)
    return Store(outer, inner, states, keys, times, lanes, about["fingerprint"])
