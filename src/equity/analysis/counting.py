"""What to make from a service's own file, and all its cells counted in one plan."""
# ruff: noqa: S608 - names are quoted with `escaped` or `quoted`, values are ours

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from equity.analysis.compare import EVERYONE, REST
from equity.analysis.standardising import Crossed, crossed_of, strata_for
from equity.backends import duckdb_engine
from equity.backends.cells import Cells
from equity.backends.plan import Counter, Dimension, Plan
from equity.model import Count, Counts, Measure, Source, measures
from equity.problem import Problem
from equity.reading.files import OpenFile
from equity.reading.mapping import FileMapping
from equity.reading.populations import Population
from equity.vocabulary import CategorySet, category_set, characteristics

HALF = "case when month(date) between 4 and 9 then year(date) || ' Apr-Sep' when month(date) >= 10 then year(date) || '-' || right(cast(year(date) + 1 as varchar), 2) || ' Oct-Mar' else (year(date) - 1) || '-' || right(cast(year(date) as varchar), 2) || ' Oct-Mar' end"  # noqa: E501
PLACES = ("service", "provider", "area")
ALL = "n"
# The stage that stands beside the population, as different files call it, and the measure that it makes.
REACHED = {"referred": "access", "users": "access", "detained": "detention", "staff": "staff_of_residents"}
# What a row of a staff file is, and what tells so when no column does.
WORKFORCE = {
    "shortlisted": ("appointed",),
    "survey_answers": ("harassed_by_public", "harassed_by_staff", "fair_promotion", "discriminated"),
    "staff": ("disciplined", "trained", "board"),
}
FIRST = ("referred", *WORKFORCE)
OF_EVENTS = ("referrals_not_people", "detentions_not_people")


@dataclass(frozen=True)
class Wanted:
    """What to make from a file. `together` are sets of characteristics, or of one and a place, to cross.

    `by_age` are crossed with age for those who were reached alone, to stand beside residents of the same age.
    """

    reference: str = EVERYONE
    together: tuple[tuple[str, ...], ...] = ()
    every_pair: bool = False
    over_time: bool = True
    by_place: bool = True
    keep_absent: bool = False
    together_by_half: bool = False
    held_even: bool = False
    by_age: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Evidence:
    """A file's cells with what they mean, what is wanted of them and the residents to set beside them."""

    cells: Cells
    mapping: FileMapping
    source: Source
    wanted: Wanted
    population: Population | None = None
    months: Mapping[str, int] = field(default_factory=dict)

    def set_of(self, code: str) -> CategorySet:
        return category_set(self.mapping.characteristics[code].set_code)

    def counts(self, code: str, stage: str, *, cells: Cells | None = None, period: str = "") -> Counts:
        """One stage by one characteristic; a category that nobody is in counts nobody."""
        part, found = cells or self.cells.of(code), self.set_of(code)
        counts = tuple(Count(key, value) for key, value in zip(part.keys[code], column(part, stage), strict=True))
        seen = {count.code for count in counts}
        nobody = tuple(Count(category, 0.0) for category in found.codes if category not in seen)
        return Counts(self.source.title, period, stage, found.code, (*counts, *nobody), self.source)

    def crossed(self, codes: Sequence[str], stage: str) -> Crossed:
        """One stage by several characteristics at once."""
        part = self.cells.of(*codes)
        keys = zip(*(map(str, part.keys[code]) for code in codes), strict=True)
        found = dict(zip(keys, column(part, stage).tolist(), strict=True))
        return crossed_of([self.set_of(code).code for code in codes], found)


def reached_in(stages: Iterable[str]) -> str:
    """Those who were reached, as the file calls them; every row when no column says so."""
    return next((stage for stage in REACHED if stage in stages), "referred")


def reference_at(set_code: str, wanted: str) -> str:
    """The reference that was asked for where these groups have it, else everyone."""
    return wanted if wanted in (EVERYONE, REST) or wanted in category_set(set_code).codes else EVERYONE


def months_of(file: OpenFile, mapping: FileMapping) -> dict[str, int]:
    """In how many months of each half-year anybody was counted: part of a year shows itself here."""
    if not mapping.date:
        return {}
    found = file.connection.execute(f"select {HALF}, count(distinct month(date)) from coded where date is not null group by 1")  # fmt: skip  # noqa: E501
    return {str(half): int(months) for half, months in found.fetchall()}


def own_source(file: OpenFile, mapping: FileMapping) -> Source:
    line = f"Own records: {file.name}."
    return Source(file.name, "", file.name, "", "", line, mapping.rounded_to, is_published=False)


def titled(what: Measure, code: str) -> str:
    return f"{what.question} By {named(code)}"


def named(code: str) -> str:
    """A characteristic or a kind of place, in the middle of a sentence."""
    return characteristics()[code].name.lower() if code in characteristics() else code


def chain(mapping: FileMapping) -> list[Measure]:
    """The share measures whose two stages the file has, or its rows stand for."""
    there = {*mapping.stages, *rows_are(mapping)}
    return [
        as_counted(what, mapping)
        for what in measures().values()
        if what.kind == "share" and what.numerator in there and what.denominator in there
    ]


def as_counted(what: Measure, mapping: FileMapping) -> Measure:
    """The measure without the caveats that are about events, where each person is counted once."""
    if mapping.count == "events":
        return what
    return replace(what, caveats=tuple(name for name in what.caveats if name not in OF_EVENTS))


def rows_are(mapping: FileMapping) -> tuple[str, ...]:
    """What every row counts as when no column says so: a referral, or in a staff file what its columns tell of."""
    if any(stage in mapping.stages for stage in WORKFORCE):
        return ()
    told = tuple(stage for stage, tells in WORKFORCE.items() if any(one in mapping.stages for one in tells))
    has_pay = bool(mapping.pay) or "pay_band" in mapping.characteristics
    return told or (("staff",) if has_pay else ("referred",))


def crossed(mapping: FileMapping, wanted: Wanted) -> list[tuple[str, ...]]:
    pairs = list(combinations(mapping.characteristics, 2)) if wanted.every_pair else []
    there = [*mapping.characteristics, *places_of(mapping)]
    for chosen in wanted.together:
        if unknown := [code for code in chosen if code not in there]:
            raise Problem(f"The file has no {unknown[0]!r} to put together. It has: {', '.join(there)}.")
        if len({*chosen}) < len(chosen):
            raise Problem(f"{', '.join(chosen)}: nothing can be put together with itself.")
    once = {frozenset(chosen): chosen for chosen in reversed((*pairs, *wanted.together))}
    return list(reversed(once.values()))


def counted(file: OpenFile, mapping: FileMapping, wanted: Wanted) -> Cells:
    """All cells of the file in one plan. Persons are counted as different persons, exactly, in every cell."""
    dimensions = [Dimension(name, name) for name in (*mapping.characteristics, *places_of(mapping))]
    dimensions += [Dimension("half", HALF)] if mapping.date else []
    counters = [Counter(ALL, "true"), *(Counter(f"stage_{stage}", f"stage_{stage}") for stage in mapping.stages)]
    if mapping.experience:
        counters += [
            Counter("answers", "experience is not null"),
            Counter("score", "cast(round(experience * 1000) as bigint)", False),
            Counter("squares", "cast(round(experience * experience * 1000000) as bigint)", False),
        ]
    plan = Plan(
        tuple(dimensions),
        tuple(counters),
        tuple(groupings(mapping, wanted)),
        distinct="person" if mapping.count == "persons" else "",
    )
    return duckdb_engine.count(plan, source_rows(mapping), file.connection)


def even_strata(mapping: FileMapping) -> Iterable[tuple[str, ...]]:
    """Each characteristic with what it is held even for: age alone, and with sex where the file has it."""
    for code in mapping.characteristics:
        by = strata_for(code, mapping.characteristics)
        yield from ((code, *by[:many]) for many in range(1, len(by) + 1))


def value_of(mapping: FileMapping, place: str) -> str:
    return {"service": mapping.service, "provider": mapping.provider, "area": mapping.area}[place]


def places_of(mapping: FileMapping) -> list[str]:
    return [place for place in PLACES if value_of(mapping, place)]


def groupings(mapping: FileMapping, wanted: Wanted) -> Iterable[frozenset[str]]:
    """Everyone, each characteristic (and by half-year, and by age), each place, and what is put together."""
    ones = [frozenset({code}) for code in mapping.characteristics]
    many = [frozenset(chosen) for chosen in crossed(mapping, wanted)]
    many += [frozenset(chosen) for chosen in wanted.by_age]
    many += [frozenset(chosen) for chosen in even_strata(mapping)] if wanted.held_even else []
    if "pay_band" in mapping.characteristics:
        many += [frozenset({code, "pay_band"}) for code in mapping.characteristics if code != "pay_band"]
    places = [frozenset({place}) for place in places_of(mapping)]
    by_half = [frozenset(), *ones, *(many if wanted.together_by_half else ())]
    halves = [one | {"half"} for one in by_half] if mapping.date else []
    return dict.fromkeys([frozenset(), *ones, *many, *places, *halves])


def source_rows(mapping: FileMapping) -> str:
    """The rows to count: all of them, or each person's first in its half-year."""
    if mapping.count != "first":
        return "coded"
    return f"(select * from coded qualify row_number() over (partition by person, {HALF} order by date, row_number) = 1) as firsts"  # noqa: E501


def column(cells: Cells, stage: str) -> np.ndarray:
    name = f"stage_{stage}"
    name = ALL if stage == ALL or (stage in FIRST and name not in cells.counts) else name
    return cells.counts[name].astype(float)
