"""Recompute a directory of inputs and expected numbers through the engine's own functions."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from equity.analysis import truth_files
from equity.problem import Problem

# A limit that should be 0 (up to the last digits) is compared absolutely.
ZERO = 1e-12
TINIEST = 1e-300

Row = dict[str, str]


@dataclass(frozen=True)
class Checked:
    file: str
    cells: int
    worst: float
    passed: bool
    detail: str = ""


class TruthError(Problem):
    """The directory cannot be checked, said plainly."""


def check(folder: Path) -> Iterator[Checked]:
    """Every pair of the manifest: recompute, compare cell by cell with its tolerance."""
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        raise TruthError(f"{folder} has no manifest.json.")
    for pair in json.loads(manifest.read_text(encoding="utf-8"))["pairs"]:
        yield check_pair(folder, pair)


def check_pair(folder: Path, pair: dict[str, object]) -> Checked:
    file, tolerance = str(pair["expected"]), float(str(pair["relative_tolerance"]))
    compute: Callable[[Path], list[dict[str, object]]] | None = truth_files.KNOWN.get(Path(file).name)
    if compute is None:
        return Checked(file, 0, np.nan, False, "this file's method is not known")
    expected = read(folder / file)
    computed = compute(folder)
    if len(computed) != len(expected):
        return Checked(file, 0, np.nan, False, f"{len(computed)} rows computed, {len(expected)} expected")
    return compared(file, expected, by_key(file, expected, computed), tolerance)


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def by_key(file: str, expected: list[Row], computed: list[dict[str, object]]) -> list[dict[str, object] | None]:
    """Put the computed rows in the order of the expected ones, by the columns that name a row."""
    names = truth_files.KEYS[Path(file).name]
    found = {tuple(text(row[name]) for name in names): row for row in computed}
    return [found.get(tuple(text(row[name]) for name in names)) for row in expected]


def text(value: object) -> str:
    """Whole numbers are written without a point, so that 5 and 5.0 name the same row."""
    try:
        number = float(str(value))
    except ValueError:
        return str(value).upper()
    return str(int(number)) if number == int(number) else str(number)


def compared(file: str, expected: list[Row], computed: list[dict[str, object] | None], tolerance: float) -> Checked:
    cells, worst, failed, detail = 0, 0.0, False, ""
    for number, (wanted, got) in enumerate(zip(expected, computed, strict=True), start=2):
        if got is None:
            return Checked(file, cells, np.nan, False, f"line {number}: no such row was computed")
        for name, value in wanted.items():
            if name not in got:
                continue
            cells += 1
            error, allowed = distance(value, got[name], name, wanted, tolerance, file)
            if not error <= allowed and not failed:
                failed, detail = True, f"line {number}, {name}: expected {value or 'nothing'}, computed {got[name]}"
            if allowed == tolerance and error == error:
                worst = max(worst, error)
    compared_names = [name for name in expected[0] if computed[0] and name in computed[0]]
    if left_out := [name for name in expected[0] if name not in compared_names]:
        return Checked(file, cells, worst, False, f"columns not computed: {', '.join(left_out)}")
    return Checked(file, cells, worst, not failed, detail)


def distance(value: str, got: object, name: str, row: Row, tolerance: float, file: str) -> tuple[float, float]:
    """How far a computed cell is from the expected one, and how far it may be."""
    if value == "":
        return (0.0 if is_nothing(got) else np.inf), tolerance
    if isinstance(got, str | bool | np.bool_):
        return (0.0 if text(got) == text(value) else np.inf), tolerance
    if is_nothing(got):
        return np.inf, tolerance
    wanted, found = float(value), float(str(got))
    share = truth_files.share_of_width(file, name, row)
    if share is not None:
        return abs(wanted - found) / truth_files.width(name, row), share
    if abs(wanted) < TINIEST:
        return (0.0 if abs(found) < (ZERO if wanted == 0 else TINIEST) else np.inf), tolerance
    if abs(wanted) <= ZERO and name.startswith("lower"):
        return (0.0 if abs(wanted - found) <= ZERO else np.inf), tolerance
    return abs(wanted - found) / abs(wanted), tolerance


def is_nothing(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, float | np.floating) and not np.isfinite(value))
