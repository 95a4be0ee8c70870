"""What a release is about, in a form that machines compare."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from equity.disclosure.table import TableError

OLDEST = 120
BAND = re.compile(r"^(?:aged? )?(\d{1,3})(?: ?(?:-|–|to) ?(\d{1,3})| ?(\+|and over|or over))?$", re.IGNORECASE)
UNDER = re.compile(r"^under (\d{1,3})$", re.IGNORECASE)


@dataclass(frozen=True)
class Chosen:
    """Some categories of a dimension that is not in the table, or all but some; and which lie within which."""

    codes: frozenset[str]
    all_but: bool = False
    parents: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"codes": sorted(expand(self.codes)), "all_but": self.all_but, "parents": dict(self.parents)}


@dataclass(frozen=True)
class Specification:
    """
    Whom a table counts. Two releases with the same population and measure are about the same people.

    `counts` says what one is: a person, who may be counted in several periods, or an event, which happens once.
    `by` is said of a table that is safe from anybody who knows its totals exactly: the characteristics it divides
    people by. Such tables tell each other nothing unless they share one.
    """

    population: str = ""
    measure: str = ""
    counts: str = "people"
    period: tuple[str, str] | None = None
    where: Mapping[str, Chosen] = field(default_factory=dict)
    by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.counts not in ("people", "events"):
            raise TableError("A table counts people or events.")
        if self.period and not date.fromisoformat(self.period[0]) <= date.fromisoformat(self.period[1]):
            raise TableError("A period starts before it ends.")

    def as_json(self) -> dict[str, Any]:
        return {
            "population": self.population,
            "measure": self.measure,
            "counts": self.counts,
            "period": list(self.period) if self.period else None,
            "where": {name: chosen.as_json() for name, chosen in sorted(self.where.items())},
            "by": list(self.by),
        }

    def meets(self, other: Specification) -> bool:
        """Whether what one table tells can bear on the other."""
        if (self.population, self.measure) != (other.population, other.measure):
            return False
        if self.by and other.by and not {*self.by} & {*other.by}:
            return False
        if self.period is None or other.period is None:
            return True
        return max(self.period[0], other.period[0]) <= min(self.period[1], other.period[1])


def expand(codes: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*(ages_in(code) for code in codes))


def ages_in(label: str) -> frozenset[str]:
    """Single years of age for an age band, so that bands that overlap are known to; any other label is its own code."""
    under, band = UNDER.match(label), BAND.match(label)
    if under:
        return years(0, int(under[1]) - 1)
    if not band:
        return frozenset({label})
    first = int(band[1])
    last = OLDEST if band[3] else int(band[2] or first)
    return years(first, last) if first <= last else frozenset({label})


def years(first: int, last: int) -> frozenset[str]:
    return frozenset(f"{year} years" for year in range(first, last + 1))


def parse_where(text: str) -> tuple[str, Chosen]:
    """`provider=A|B` or `provider!=A`."""
    match = re.fullmatch(r"([^=!]+)(!?=)(.+)", text)
    if not match:
        raise TableError("Say which people with NAME=VALUE, NAME=VALUE|VALUE or NAME!=VALUE.")
    return match[1].strip(), Chosen(frozenset(part.strip() for part in match[3].split("|")), match[2] == "!=")
