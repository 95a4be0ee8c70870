"""What a release is about, in a form that machines compare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from equity.disclosure.ages import ages_in, not_understood
from equity.disclosure.records import ChosenRecord, SpecificationRecord
from equity.disclosure.table import Dimension, TableError, plain

Period = tuple[date, date]


@dataclass(frozen=True)
class Chosen:
    """Some categories of a dimension that is not in the table, or all but some; and which lie within which."""

    codes: frozenset[str]
    all_but: bool = False
    parents: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> ChosenRecord:
        return {"codes": sorted(expand(self.codes)), "all_but": self.all_but, "parents": dict(self.parents)}


@dataclass(frozen=True)
class Specification:
    """
    Whom a table counts. Two releases with the same population and measure are about the same people: capitals and
    spaces make no difference, in these and in the names of what limits whom.

    `counts` says what one is: a person, who may be counted in several periods, or an event, which happens once.
    `by` is said of a table that is safe from anybody who knows its totals exactly: the characteristics it divides
    people by. Such tables tell each other nothing unless they share one.
    """

    population: str = ""
    measure: str = ""
    counts: str = "people"
    period: Period | None = None
    where: Mapping[str, Chosen] = field(default_factory=dict)
    by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.counts not in ("people", "events"):
            raise TableError("A table counts people or events.")
        if self.period and self.period[0] > self.period[1]:
            raise TableError("A period starts before it ends.")
        where = {plain(name): chosen for name, chosen in self.where.items()}
        if len(where) < len(self.where):
            raise TableError("The same dimension limits twice whom the table counts.")
        object.__setattr__(self, "where", where)

    def as_json(self) -> SpecificationRecord:
        return {
            "population": self.population,
            "measure": self.measure,
            "counts": self.counts,
            "period": [day.isoformat() for day in self.period] if self.period else None,
            "where": {name: chosen.as_json() for name, chosen in sorted(self.where.items())},
            "by": list(self.by),
        }

    def meets(self, other: Specification) -> bool:
        """Whether what one table tells can bear on the other."""
        if plain(self.population) != plain(other.population) or plain(self.measure) != plain(other.measure):
            return False
        if self.by and other.by and not {*map(plain, self.by)} & {*map(plain, other.by)}:
            return False
        if self.period is None or other.period is None:
            return True
        return max(self.period[0], other.period[0]) <= min(self.period[1], other.period[1])


def expand(codes: Iterable[str]) -> frozenset[str]:
    """Codes as all releases write them: age bands as single years."""
    return frozenset().union(*(ages_in(code) for code in codes))


def check_ages(specification: Specification, dimensions: Iterable[Dimension]) -> None:
    """Two bands that overlap are only seen to when both can be read."""
    named = {name: sorted(chosen.codes) for name, chosen in specification.where.items()}
    for name, labels in [*((one.name, one.leaves) for one in dimensions), *named.items()]:
        unread = not_understood(name, labels)
        if unread:
            raise TableError(
                f"In {name}, {', '.join(unread[:5])} cannot be read as ages, so nobody would see that other ages "
                "overlap with it. Write ages like 18-64, 65+ or under 18."
            )


def period_of(first: str, last: str) -> Period:
    return day_of(first), day_of(last)


def day_of(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise TableError(f"{text} is not a day. Write year-month-day, such as 2025-04-01.") from None


def people_where(texts: Iterable[str]) -> dict[str, Chosen]:
    """Several that leave people out of one dimension leave them all out; anything else may be said once of each."""
    found: dict[str, Chosen] = {}
    for text in texts:
        name, chosen = parse_where(text)
        before = found.get(plain(name), Chosen(frozenset(), all_but=chosen.all_but))
        if plain(name) in found and not (before.all_but and chosen.all_but):
            raise TableError(f"Say once which {name} is meant, with {name}=VALUE|VALUE.")
        found[plain(name)] = Chosen(before.codes | chosen.codes, chosen.all_but)
    return found


def parse_where(text: str) -> tuple[str, Chosen]:
    """`provider=A|B` or `provider!=A`."""
    match = re.fullmatch(r"([^=!]+)(!?=)(.+)", text)
    codes = frozenset(filter(None, (part.strip() for part in match[3].split("|")))) if match else frozenset()
    if not match or not codes or not match[1].strip():
        raise TableError("Say which people with NAME=VALUE, NAME=VALUE|VALUE or NAME!=VALUE.")
    return match[1].strip(), Chosen(codes, match[2] == "!=")
