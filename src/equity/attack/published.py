"""What an outsider holds: published tables, and what is openly said about how they were made."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

TOTAL = "Total"
STAR = "*"


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
    period: tuple[str, str] | None = None
    by: frozenset[str] = frozenset()


def read_hierarchy(path: Path) -> dict[str, dict[str, str]]:
    parents: dict[str, dict[str, str]] = {}
    rows = csv.DictReader(io.StringIO(text_of(path), newline=""))
    if not {"dimension", "child", "parent"} <= set(rows.fieldnames or ()):
        raise CannotRead(f"{path.name} should have the columns dimension, child and parent.")
    for row in rows:
        parents.setdefault(row["dimension"], {})[row["child"]] = row["parent"]
    return parents


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CannotRead(f"{path.name} is not text in UTF-8.") from None


def read_release(
    path: Path, *, rule: str | None = None, parents: Mapping[str, Mapping[str, str]] | None = None
) -> Published:
    """A released file on its own: the rule is worked out from the numbers unless it is given."""
    dimensions, cells = cells_of(text_of(path))
    convention = convention_named(rule) if rule else likely_convention(cells.values())
    known = {name: dict((parents or {}).get(name, {})) for name in dimensions}
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


def cells_of(text: str) -> tuple[tuple[str, ...], dict[tuple[str, ...], int | None]]:
    """The last column is the number; every other column is a dimension."""
    rows = list(csv.reader(io.StringIO(text)))
    if len(rows) < 2 or len(rows[0]) < 2:
        raise CannotRead("A released table has a line of headings, a column for each dimension, and the numbers last.")
    cells: dict[tuple[str, ...], int | None] = {}
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise CannotRead(f"Line {line} has {len(row)} columns, but the headings have {len(rows[0])}.")
        cells[tuple(row[:-1])] = number_in(row[-1], line)
    return tuple(rows[0][:-1]), cells


def number_in(text: str, line: int) -> int | None:
    if text.strip() == STAR:
        return None
    if text.strip().isdigit():
        return int(text)
    raise CannotRead(f"Line {line} should end in a whole number or {STAR}.")


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
    described = specification["dimensions"]
    return Published(
        name=str(record["id"]),
        dimensions=dimensions,
        cells=cells,
        convention=convention_named(name_of_rule(record)),
        parents={
            **{name: chosen.get("parents", {}) for name, chosen in specification["where"].items()},
            **{name: described[name]["parents"] for name in dimensions},
        },
        covers={
            name: {label: frozenset(codes) for label, codes in described[name]["covers"].items()} for name in dimensions
        },
        where={
            name: Some(frozenset(chosen["codes"]), chosen["all_but"]) for name, chosen in specification["where"].items()
        },
        subject=(specification["population"], specification["measure"]),
        counts_people=specification["counts"] == "people",
        period=tuple(specification["period"]) if specification["period"] else None,
        by=frozenset(specification.get("by", ())),
    )
