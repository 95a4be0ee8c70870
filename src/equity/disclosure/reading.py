"""Reads counts, hierarchies and impossible combinations from CSV files, and checks them once."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from equity.disclosure.ages import band_of
from equity.disclosure.margins import check_totals
from equity.disclosure.table import STAR, TOTAL, Dimension, Labels, Table, TableError, build_table, plain

MOST_CELLS = 12_000
LARGEST = 1_000_000_000
Row = tuple[int, dict[str, str]]


def read_table(path: Path, *, count: str, hierarchy: Path | None = None, impossible: Path | None = None) -> Table:
    """One row a cell, a column for each dimension. Margins are used where they are given, and worked out where not."""
    rows, headings = rows_of(path)
    if count not in headings:
        raise TableError(f"{path.name} has no column called {count}. Its columns are {', '.join(headings)}.")
    names = [heading for heading in headings if heading != count]
    if not names:
        raise TableError(f"{path.name} needs at least one column beside {count}, such as ethnicity or age.")
    parents = read_parents(hierarchy, names) if hierarchy else {}
    dimensions = tuple(dimension_from(name, [row[name] for _, row in rows], parents.get(name, {})) for name in names)
    check_size(dimensions)
    given: dict[Labels, int | None] = {}
    for line, row in rows:
        labels = tuple(row[name] for name in names)
        if labels in given:
            raise TableError(f"Line {line} of {path.name} repeats the cell {', '.join(labels)}.")
        given[labels] = count_in(row[count], f"line {line} of {path.name}")
    never = read_impossible(impossible, dimensions) if impossible else frozenset()
    table = build_table(dimensions, given, count_name=count, impossible=never)
    check_totals(table, given)
    return table


def rows_of(path: Path) -> tuple[list[Row], list[str]]:
    """Each row with the line it ends on, in the words that are published."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file, strict=True)
        try:
            lines = [(reader.line_num, [tidied(cell) for cell in row]) for row in reader if any(row)]
        except csv.Error as error:
            raise TableError(f"{path.name} is not a readable CSV file: {error}.") from error
        except UnicodeDecodeError as error:
            raise TableError(f"{path.name} is not text in UTF-8. Save it as CSV with UTF-8.") from error
    if len(lines) < 2:
        raise TableError(f"{path.name} has no rows.")
    headings = lines[0][1]
    rows = [(line, row_under(headings, cells, f"Line {line} of {path.name}")) for line, cells in lines[1:]]
    named = [heading for heading in headings if heading]
    if len({plain(heading) for heading in named}) < len(named):
        raise TableError(f"{path.name} has two columns with the same name.")
    return rows, named


def row_under(headings: list[str], cells: list[str], where: str) -> dict[str, str]:
    """An empty column without a heading is left by many spreadsheets, and says nothing."""
    if any(cells[len(headings) :]):
        raise TableError(f"{where} has more values than there are columns. Write numbers without commas: 1234.")
    padded = [*cells, *[""] * (len(headings) - len(cells))]
    if any(cell and not heading for heading, cell in zip(headings, padded, strict=False)):
        raise TableError(f"{where} has a value in a column without a name. Name that column or take it out.")
    found = {heading: cell for heading, cell in zip(headings, padded, strict=False) if heading}
    return {heading: TOTAL if plain(cell) == plain(TOTAL) else cell for heading, cell in found.items()}


def tidied(text: str) -> str:
    """Without spare spaces, and so that no spreadsheet runs it as a formula."""
    words = " ".join(text.split())
    return f"'{words}" if words.startswith(("=", "+", "-", "@")) else words


def count_in(text: str, place: str) -> int | None:
    if text == STAR:
        return None
    if not text.isdecimal():
        raise TableError(f"The count on {place} should be a whole number or {STAR}, not something else.")
    if len(text) > 20 or int(text) > LARGEST:
        raise TableError(f"The count on {place} is larger than {LARGEST:,}, which cannot be made safe.")
    return int(text)


def dimension_from(name: str, labels: Iterable[str], parents: Mapping[str, str]) -> Dimension:
    seen = dict.fromkeys(labels)
    if "" in seen:
        raise TableError(f"Some rows have nothing in the column {name}.")
    groups = set(parents.values())
    leaves = in_order((label for label in seen if label != TOTAL and label not in groups), parents)
    if not leaves:
        raise TableError(f"The column {name} has no categories beside {TOTAL}.")
    dimension = Dimension(name, leaves, dict(parents))
    for label in seen:
        dimension.line(label)
        if label not in dimension.labels:
            raise TableError(f"In {name}, {label} is a group, but none of its parts is in the table.")
    check_names(dimension)
    return dimension


def check_names(dimension: Dimension) -> None:
    """Capitals may tell a group from its parts, but nothing else."""
    known: dict[str, str] = {}
    for label in dimension.labels:
        other = known.setdefault(plain(label), label)
        if other not in dimension.line(label):
            raise TableError(f"In {dimension.name}, {other} and {label} look like one category. Write it one way.")


def in_order(labels: Iterable[str], parents: Mapping[str, str]) -> tuple[str, ...]:
    """As the hierarchy has them, then by age, number and name: rows sorted by their counts would tell hidden ones."""
    places = {label: place for place, label in enumerate(parents)}
    return tuple(sorted(labels, key=lambda label: (places.get(label, len(places)), natural(label))))


def natural(label: str) -> tuple[tuple[int, int], list[str | int], str]:
    """Numbers inside a name count as numbers, so that ward 10 comes after ward 2."""
    pieces = re.split(r"(\d+)", plain(label))
    numbered: list[str | int] = [int(piece) if place % 2 else piece for place, piece in enumerate(pieces)]
    return band_of(label) or (999, 999), numbered, label


def check_size(dimensions: tuple[Dimension, ...]) -> None:
    cells = 1
    for dimension in dimensions:
        cells *= len(dimension.labels)
    if cells > MOST_CELLS:
        raise TableError(
            f"With its margins this table has {cells:,} cells; at most {MOST_CELLS:,} can be made safe at once. "
            "Merge small groups, leave out a dimension, or make one table for each provider."
        )


def read_parents(path: Path, names: Iterable[str]) -> dict[str, dict[str, str]]:
    """A hierarchy file has the columns dimension, child and parent. Each of its dimensions is a column of the table."""
    rows, headings = rows_of(path)
    if not {"dimension", "child", "parent"} <= set(headings):
        raise TableError(f"{path.name} should have the columns dimension, child and parent.")
    columns = {plain(name): name for name in names}
    found: dict[str, dict[str, str]] = {}
    for line, row in rows:
        name, child, parent = row["dimension"], row["child"], row["parent"]
        if plain(name) not in columns:
            raise TableError(
                f"{path.name} has groups for {name or 'nothing'}, which is not a column of the table. "
                f"Its columns are {', '.join(columns.values())}."
            )
        if not child or not parent or child == TOTAL:
            raise TableError(f"Line {line} of {path.name} should say which category is in which group.")
        known = found.setdefault(columns[plain(name)], {})
        if known.setdefault(child, parent) != parent:
            raise TableError(f"In {path.name}, {child} is in two groups.")
    return found


def read_impossible(path: Path, dimensions: tuple[Dimension, ...]) -> frozenset[Labels]:
    """Combinations that cannot happen by definition; an empty field means any category."""
    rows, headings = rows_of(path)
    unknown = set(headings) - {dimension.name for dimension in dimensions}
    if unknown:
        raise TableError(f"{path.name} has columns that the table does not have: {', '.join(sorted(unknown))}.")
    found: set[Labels] = set()
    for _, row in rows:
        chosen = [d.leaves_under(row.get(d.name) or TOTAL) for d in dimensions]
        found.update(itertools.product(*chosen))
    return frozenset(found)
