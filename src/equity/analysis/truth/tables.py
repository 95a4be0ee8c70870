"""Read the inputs as columns of numbers, and give results back as rows."""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from equity.stats import rates
from equity.stats.normal import Floats

Row = dict[str, str]
Computed = list[dict[str, object]]
Compute = Callable[[Path], Computed]


@dataclass(frozen=True)
class Near:
    """A number that the reference itself knows only up to a margin: it drew, searched or differentiated numerically."""

    value: float
    margin: float
    why: str


@dataclass(frozen=True)
class File:
    """One file of expected numbers: the columns that name a row, and how its rows are computed."""

    key: tuple[str, ...]
    compute: Compute


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def numbers(table: list[Row], name: str) -> Floats:
    return np.array([float(row[name]) if row[name] else np.nan for row in table])


def columns(table: list[Row], *names: str) -> tuple[Floats, ...]:
    return tuple(numbers(table, name) for name in names)


def texts(table: list[Row], name: str) -> list[str]:
    return [row[name] for row in table]


def grouped(table: list[Row], *names: str) -> Iterable[tuple[tuple[str, ...], list[Row]]]:
    def key(row: Row) -> tuple[str, ...]:
        return tuple(row[name] for name in names)

    for found, members in groupby(sorted(table, key=key), key=key):
        yield found, list(members)


def as_rows(table: Mapping[str, object]) -> Computed:
    """Columns as rows; what is not a column is the same in every row."""
    length = next(len(values) for values in table.values() if isinstance(values, np.ndarray | list))
    wide = {
        name: values if isinstance(values, np.ndarray | list) else [values] * length for name, values in table.items()
    }
    return [dict(zip(wide, values, strict=True)) for values in zip(*wide.values(), strict=True)]


def both_limits(limits: Callable[[float], tuple[object, object]]) -> dict[str, object]:
    """The four columns of limits at 95 and 99.8."""
    return {
        f"{side}{name}cl": value
        for name, level in (("95_0", 0.95), ("99_8", 0.998))
        for side, value in zip(("lower", "upper"), limits(level), strict=True)
    }


def pair(name: str, limits: tuple[object, object]) -> dict[str, object]:
    return {f"{name}_lower": limits[0], f"{name}_upper": limits[1]}


def poisson_method(x: Floats) -> NDArray[np.object_]:
    """Which limits a count got, in the words of the expected files."""
    named = np.where(rates.limits_method(x) == "Byar", "Byars", "Exact").astype(object)
    named[np.isnan(x)] = None
    return named
