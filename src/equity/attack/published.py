"""What an outsider holds: published tables, and what is openly said about how they were made."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from equity.attack.totals import TOTAL, disguised_total

STAR = "*"
LARGEST = 1_000_000_000


class CannotRead(ValueError):  # noqa: N818
    """A file is not a released table."""


@dataclass(frozen=True)
class Convention:
    """What anyone may know of a rule: its rounding, the smallest count shown, and the values it promises to hide."""

    name: str
    step: int
    smallest_shown: int
    promised_up_to: int

    def range_of(self, shown: int) -> tuple[int, int]:
        """The true counts that would be shown like this. Only a declared impossible cell is shown as nothing."""
        if self.step == 1 or shown == 0:
            return shown, shown
        slack = self.step // 2
        return max(shown - slack, self.smallest_shown), shown + slack


CONVENTIONS = {
    convention.name: convention
    for convention in (
        Convention("nhs-mh", step=5, smallest_shown=5, promised_up_to=4),
        Convention("hes-plus-zero", step=5, smallest_shown=8, promised_up_to=7),
        Convention("additive", step=1, smallest_shown=5, promised_up_to=5),
    )
}


@dataclass(frozen=True)
class Some:
    """A set of codes, or everything but a set of codes."""

    codes: frozenset[str]
    all_but: bool = False


@dataclass(frozen=True)
class Published:
    """One released table, as its readers see it."""

    name: str
    dimensions: tuple[str, ...]
    cells: Mapping[tuple[str, ...], int | None]
    convention: Convention
    parents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    covers: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    where: Mapping[str, Some] = field(default_factory=dict)
    subject: tuple[str, str] = ("", "")
    counts_people: bool = True
    period: tuple[date, date] | None = None
    by: frozenset[str] = frozenset()


def read_hierarchy(path: Path) -> dict[str, dict[str, str]]:
    """The group of each category, for each dimension by its plain name."""
    parents: dict[str, dict[str, str]] = {}
    rows = csv.DictReader(io.StringIO(text_of(path), newline=""))
    rows.fieldnames = [heading.strip() for heading in rows.fieldnames or ()]
    if not {"dimension", "child", "parent"} <= {*rows.fieldnames}:
        raise CannotRead(f"{path.name} should have the columns dimension, child and parent.")
    for row in rows:
        known = parents.setdefault(plain(label_in(row["dimension"] or "")), {})
        child, parent = label_in(row["child"] or ""), label_in(row["parent"] or "")
        if known.setdefault(child, parent) != parent:
            raise CannotRead(f"In {path.name}, {child} is in two groups.")
    for known in parents.values():
        check_it_ends(known, path.name)
    return parents


def check_it_ends(parents: Mapping[str, str], where: str) -> None:
    for label in parents:
        above, steps = label, 0
        while above in parents and above != TOTAL:
            above, steps = parents[above], steps + 1
            if steps > len(parents):
                raise CannotRead(f"In {where}, {label} is inside itself.")


def plain(name: str) -> str:
    """Capitals and spare spaces make no other name of it."""
    return " ".join(name.casefold().split())


def label_in(text: str) -> str:
    """As it reads: without the apostrophe that keeps a spreadsheet from running it, and a total called so."""
    words = " ".join(text.split())
    if words[:1] == "'" and words[1:2] in set("=+-@"):
        words = words[1:]
    return TOTAL if plain(words) == plain(TOTAL) else words


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CannotRead(f"{path.name} is not text in UTF-8.") from None


def read_release(
    path: Path, *, rule: str | None = None, parents: Mapping[str, Mapping[str, str]] | None = None
) -> Published:
    """A released file on its own: the rule is worked out from the numbers unless it is given."""
    dimensions, cells = cells_of(text_of(path), label_in)
    convention = convention_named(rule) if rule else likely_convention(cells.values())
    known = {name: dict((parents or {}).get(name, {})) for name in dimensions}
    for place, name in enumerate(dimensions):
        label = disguised_total(cells, place, known[name])
        if label:
            raise CannotRead(
                f"In {path.name}, {label} looks like the total of {name}. If it is everybody, call it {TOTAL}. If it "
                f"is a group, or a category of its own, say so with --hierarchy: {name},{label},{TOTAL}."
            )
    return Published(path.name, dimensions, cells, convention, known)


def convention_named(name: str) -> Convention:
    try:
        return CONVENTIONS[name]
    except KeyError:
        raise CannotRead(f"There is no rule called {name}. The rules are {', '.join(CONVENTIONS)}.") from None


def likely_convention(values: Iterable[int | None]) -> Convention:
    """Numbers that all end in 0 or 5 were rounded; whether 5 itself is among them tells the two rules apart."""
    shown = [value for value in values if value]
    if any(value % 5 for value in shown):
        return CONVENTIONS["additive"]
    return CONVENTIONS["nhs-mh" if 5 in shown or not shown else "hes-plus-zero"]


Cells = dict[tuple[str, ...], int | None]


def cells_of(text: str, read: Callable[[str], str] = str) -> tuple[tuple[str, ...], Cells]:
    """The last column is the number; every other column is a dimension."""
    reader = csv.reader(io.StringIO(text))
    rows = [(reader.line_num, row) for row in reader if row]
    headings = rows[0][1] if rows else []
    if len(rows) < 2 or len(headings) < 2:
        raise CannotRead("A released table has a line of headings, a column for each dimension, and the numbers last.")
    dimensions = tuple(plain(read(heading)) for heading in headings[:-1])
    if len(set(dimensions)) < len(dimensions):
        raise CannotRead("Two columns have the same name.")
    cells: Cells = {}
    for line, row in rows[1:]:
        if len(row) != len(headings):
            raise CannotRead(f"Line {line} has {len(row)} columns, but the headings have {len(headings)}.")
        labels = tuple(map(read, row[:-1]))
        if labels in cells:
            raise CannotRead(f"Line {line} repeats the cell {', '.join(labels)}.")
        cells[labels] = number_in(row[-1], line)
    return dimensions, cells


def number_in(text: str, line: int) -> int | None:
    if text.strip() == STAR:
        return None
    if not text.strip().isdecimal():
        raise CannotRead(f"Line {line} should end in a whole number or {STAR}.")
    if len(text.strip()) > 20 or int(text) > LARGEST:
        raise CannotRead(f"The number on line {line} is larger than {LARGEST:,}, which cannot be attacked.")
    return int(text)


def in_ledger(releases: Iterable[Mapping[str, object]]) -> list[Published]:
    """Every table that left the partnership: withdrawn ones too, for what was seen cannot be unseen."""
    return [from_record(record) for record in releases if name_of_rule(record) in CONVENTIONS]


def name_of_rule(record: Mapping[str, object]) -> str:
    rule = record["rule"]
    assert isinstance(rule, dict)
    return str(rule["name"])


def from_record(record: Mapping[str, object]) -> Published:
    specification = record["specification"]
    assert isinstance(specification, dict)
    dimensions, cells = cells_of(str(record["published"]))
    described = {plain(name): one for name, one in specification["dimensions"].items()}
    where = {plain(name): chosen for name, chosen in specification["where"].items()}
    days = [date.fromisoformat(day) for day in specification["period"] or ()]
    return Published(
        name=str(record["id"]),
        dimensions=dimensions,
        cells=cells,
        convention=convention_named(name_of_rule(record)),
        parents={
            **{name: chosen.get("parents", {}) for name, chosen in where.items()},
            **{name: described[name]["parents"] for name in dimensions},
        },
        covers={
            name: {label: frozenset(codes) for label, codes in described[name]["covers"].items()} for name in dimensions
        },
        where={name: Some(frozenset(chosen["codes"]), chosen["all_but"]) for name, chosen in where.items()},
        subject=(plain(specification["population"]), plain(specification["measure"])),
        counts_people=specification["counts"] == "people",
        period=(days[0], days[1]) if days else None,
        by=frozenset(map(plain, specification.get("by", ()))),
    )
