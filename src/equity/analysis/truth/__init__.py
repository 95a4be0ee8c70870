"""Recompute a directory of inputs and expected numbers through the engine's own functions."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from equity.analysis.truth import counts, inequality, people, providers
from equity.analysis.truth.tables import Computed, File, Near, Row, read
from equity.problem import Problem

KNOWN: dict[str, File] = counts.FILES | providers.FILES | inequality.FILES | people.FILES
# A limit that should be 0 (up to the last digits) is compared absolutely.
ZERO = 1e-12
TINIEST = 1e-300


@dataclass(frozen=True)
class Apart:
    """How far a computed cell is from the expected one, and how far it may be; `why` when that is not the tolerance."""

    error: float
    allowed: float
    why: str = ""

    @property
    def is_fine(self) -> bool:
        return self.error <= self.allowed


@dataclass
class Tally:
    """What has been compared so far."""

    cells: int = 0
    worst: float = 0.0
    near: dict[str, list[float]] = field(default_factory=dict)
    failed: str = ""

    def add(self, apart: Apart, said: str) -> None:
        self.cells += 1
        if not apart.is_fine:
            self.failed = self.failed or said
        if apart.why:
            self.near.setdefault(apart.why, []).append(apart.error / apart.allowed)
        elif np.isfinite(apart.error):
            self.worst = max(self.worst, apart.error)

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(
            f"{len(shares)} cells {why}; the furthest uses {max(shares):.0%} of it" for why, shares in self.near.items()
        )


@dataclass(frozen=True)
class Checked:
    file: str
    cells: int
    worst: float
    passed: bool
    detail: str = ""
    notes: tuple[str, ...] = ()


class TruthError(Problem):
    """The directory cannot be checked, said plainly."""


def check(folder: Path) -> Iterator[Checked]:
    """Every pair of the manifest: recompute, compare cell by cell with its tolerance."""
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        raise TruthError(f"{folder} has no manifest.json.")
    for pair in json.loads(manifest.read_text(encoding="utf-8"))["pairs"]:
        yield check_pair(folder, str(pair["expected"]), float(pair["relative_tolerance"]))


def check_pair(folder: Path, file: str, tolerance: float) -> Checked:
    known = KNOWN.get(Path(file).name)
    if known is None:
        return Checked(file, 0, np.nan, False, "this file's method is not known")
    expected, computed = read(folder / file), known.compute(folder)
    if len(computed) != len(expected):
        return Checked(file, 0, np.nan, False, f"{len(computed)} rows computed, {len(expected)} expected")
    if left_out := [name for name in expected[0] if name not in computed[0]]:
        return Checked(file, 0, np.nan, False, f"columns not computed: {', '.join(left_out)}")
    tally = compared(expected, by_key(known.key, computed), known.key, tolerance)
    return Checked(file, tally.cells, tally.worst, not tally.failed, tally.failed, tally.notes)


Key = tuple[str, ...]


def by_key(names: Key, computed: Computed) -> dict[Key, dict[str, object]]:
    """Computed rows by the columns that name them."""
    return {name_of(row, names): row for row in computed}


def name_of(row: Mapping[str, object], names: Key) -> Key:
    return tuple(text(row[name]) for name in names)


def text(value: object) -> str:
    """Whole numbers are written without a point, so that 5 and 5.0 name the same row."""
    try:
        number = float(str(value))
    except ValueError:
        return str(value).upper()
    return str(int(number)) if number == int(number) else str(number)


def compared(expected: list[Row], computed: dict[Key, dict[str, object]], names: Key, tolerance: float) -> Tally:
    tally = Tally()
    for line, wanted in enumerate(expected, start=2):
        got = computed.get(name_of(wanted, names))
        if got is None:
            tally.failed = tally.failed or f"line {line}: no such row was computed"
            continue
        for name, value in wanted.items():
            said = f"line {line}, {name}: expected {value or 'nothing'}, computed {got[name]}"
            tally.add(distance(value, got[name], tolerance, is_lower=name.startswith("lower")), said)
    return tally


def distance(value: str, got: object, tolerance: float, *, is_lower: bool = False) -> Apart:
    if value == "" or is_nothing(got):
        return Apart(0.0 if value == "" and is_nothing(got) else np.inf, tolerance)
    if isinstance(got, str | bool | np.bool_):
        return Apart(0.0 if text(got) == text(value) else np.inf, tolerance)
    wanted, found = float(value), got.value if isinstance(got, Near) else float(str(got))
    apart = abs(wanted - found)
    if wanted == 0 or (is_lower and abs(wanted) <= ZERO):
        return Apart(0.0 if apart <= ZERO else np.inf, tolerance)
    if abs(wanted) < TINIEST:
        return Apart(0.0 if abs(found) < TINIEST else np.inf, tolerance)
    if isinstance(got, Near) and apart / abs(wanted) > tolerance:
        return Apart(apart, got.margin, got.why)
    return Apart(apart / abs(wanted), tolerance)


def is_nothing(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, float | np.floating) and not np.isfinite(value))
