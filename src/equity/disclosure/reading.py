"""Reads counts, hierarchies and impossible combinations from CSV files, and checks them once."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Mapping
from pathlib import Path

from equity.disclosure.table import STAR, TOTAL, Dimension, Labels, Table, TableError, build_table

MOST_CELLS = 12_000


def read_table(path: Path, *, count: str, hierarchy: Path | None = None, impossible: Path | None = None) -> Table:
    """One row a cell, a column for each dimension. Margins are used where they are given, and worked out where not."""
    rows, headings = rows_of(path)
    if count not in headings:
        raise TableError(f"{path.name} has no column called {count}. Its columns are {', '.join(headings)}.")
    names = [heading for heading in headings if heading != count]
    if not names:
        raise TableError(f"{path.name} needs at least one column beside {count}, such as ethnicity or age.")
    parents = read_parents(hierarchy) if hierarchy else {}
    dimensions = tuple(dimension_from(name, [row[name] for row in rows], parents.get(name, {})) for name in names)
    check_size(dimensions)
    given: dict[Labels, int | None] = {}
    for line, row in enumerate(rows, start=2):
        labels = tuple(row[name] for name in names)
        if labels in given:
            raise TableError(f"Line {line} of {path.name} repeats the cell {', '.join(labels)}.")
        given[labels] = count_in(row[count], f"line {line} of {path.name}")
    never = read_impossible(impossible, dimensions) if impossible else frozenset()
    return build_table(dimensions, given, count_name=count, impossible=never)


def rows_of(path: Path) -> tuple[list[dict[str, str]], list[str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file, strict=True)
        try:
            rows = [{key: (value or "").strip() for key, value in row.items() if key} for row in reader]
        except csv.Error as error:
            raise TableError(f"{path.name} is not a readable CSV file: {error}.") from error
        except UnicodeDecodeError as error:
            raise TableError(f"{path.name} is not text in UTF-8. Save it as CSV with UTF-8.") from error
        headings = list(reader.fieldnames or [])
    if not rows:
        raise TableError(f"{path.name} has no rows.")
    if len(set(headings)) < len(headings):
        raise TableError(f"{path.name} has two columns with the same name.")
    return rows, headings


def count_in(text: str, place: str) -> int | None:
    if text == STAR:
        return None
    if text.isdecimal():
        return int(text)
    raise TableError(f"The count on {place} should be a whole number or {STAR}, not something else.")


def dimension_from(name: str, labels: list[str], parents: Mapping[str, str]) -> Dimension:
    seen = dict.fromkeys(labels)
    if "" in seen:
        raise TableError(f"Some rows have nothing in the column {name}.")
    groups = set(parents.values())
    leaves = tuple(label for label in seen if label != TOTAL and label not in groups)
    if not leaves:
        raise TableError(f"The column {name} has no categories beside {TOTAL}.")
    dimension = Dimension(name, leaves, dict(parents))
    for label in seen:
        dimension.line(label)
        if label not in dimension.labels:
            raise TableError(f"In {name}, {label} is a group, but none of its parts is in the table.")
    return dimension


def check_size(dimensions: tuple[Dimension, ...]) -> None:
    cells = 1
    for dimension in dimensions:
        cells *= len(dimension.labels)
    if cells > MOST_CELLS:
        raise TableError(
            f"With its margins this table has {cells:,} cells; at most {MOST_CELLS:,} can be made safe at once. "
            "Merge small groups, leave out a dimension, or make one table for each provider."
        )


def read_parents(path: Path) -> dict[str, dict[str, str]]:
    """A hierarchy file has the columns dimension, child and parent."""
    rows, headings = rows_of(path)
    if not {"dimension", "child", "parent"} <= set(headings):
        raise TableError(f"{path.name} should have the columns dimension, child and parent.")
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        known = found.setdefault(row["dimension"], {})
        if known.setdefault(row["child"], row["parent"]) != row["parent"]:
            raise TableError(f"In {path.name}, {row['child']} is in two groups.")
    return found


def read_impossible(path: Path, dimensions: tuple[Dimension, ...]) -> frozenset[Labels]:
    """Combinations that cannot happen by definition; an empty field means any category."""
    rows, headings = rows_of(path)
    unknown = set(headings) - {dimension.name for dimension in dimensions}
    if unknown:
        raise TableError(f"{path.name} has columns that the table does not have: {', '.join(sorted(unknown))}.")
    found: set[Labels] = set()
    for row in rows:
        chosen = [d.leaves_under(row.get(d.name) or TOTAL) for d in dimensions]
        found.update(itertools.product(*chosen))
    return frozenset(found)
