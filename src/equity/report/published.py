"""Make a report from the published tables that ship with the engine, as content/equity/reports describes it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from equity.analysis.compare import EVERYONE, compare
from equity.analysis.completeness import completeness
from equity.analysis.over_time import over_time
from equity.analysis.recorded_places import ethnicity_recorded
from equity.analysis.represented import represented
from equity.content import read_toml
from equity.model import Counts, Series, Table, measure
from equity.reading import tables
from equity.report.document import Report, as_released, mark_of

Section = Mapping[str, Any]


def published_report(name: str = "demo") -> Report:
    """The report that a description asks for, from figures that are already public."""
    described: Mapping[str, Any] = read_toml("reports", f"{name}.toml")
    sections = described["section"]
    made = as_released(KINDS[section["kind"]](section) for section in sections)
    results = tuple(replace(one, title=section["title"]) for one, section in zip(made, sections, strict=True))
    return Report(described["title"], described["place"], described["about"], results, mark_of(results))


def counts_of(section: Section, stage: str, periods: tuple[str, ...]) -> Counts:
    set_code = section.get(
        "from_set", "nhs2001" if section["set"].startswith("group5") and stage != "detained" else section["set"]
    )
    return tables.activity_over(section["place"], periods, stage, set_code)


def share(section: Section, periods: tuple[str, ...] = ()) -> Table:
    what = measure(section["measure"])
    years = periods or tuple(section["periods"])
    return compare(
        what,
        counts_of(section, what.numerator, years),
        counts_of(section, what.denominator, years),
        by=section["set"],
        reference=section.get("reference", EVERYONE),
        title=section["title"],
        place_name=tables.place_name(section["place"]),
    )


def rate(section: Section, periods: tuple[str, ...] = ()) -> Table:
    what = measure(section["measure"])
    years = periods or tuple(section["periods"])
    if "population" in section:
        people = tables.population(section["place"], section["population"])
    else:
        people = tables.population_in(section["place"], years[0], section["set"])
    return compare(
        what,
        counts_of(section, what.numerator, years),
        people,
        by=section.get("by", section["set"]),
        reference=section.get("reference", EVERYONE),
        title=section["title"],
        place_name=tables.place_name(section["place"]),
    )


def recorded(section: Section, periods: tuple[str, ...] = ()) -> Table:
    place, period = section["place"], (periods or tuple(section["periods"]))[0]
    counts = [tables.activity(place, period, "referred", set_code) for set_code in section["sets"]]
    totals = [tables.total(place, period, "referred")] * len(counts)
    return completeness(counts, totals, title=section["title"], place_name=tables.place_name(place))


def recorded_by_place(section: Section) -> Table:
    return ethnicity_recorded(section["periods"][0], own=section["place"], title=section["title"])


def representation(section: Section) -> Table:
    people = tables.population(section["place"], section["population"])
    counted = counts_of(section, "referred", tuple(section["periods"]))
    return represented(counted, people, title=section["title"], place_name=tables.place_name(section["place"]))


def year_by_year(one: Callable[[Section, tuple[str, ...]], Table]) -> Callable[[Section], Series]:
    def made(section: Section) -> Series:
        each = [one(section, (period,)) for period in section["periods"]]
        return over_time(
            each, title=section["title"], show=section.get("show", "value"), groups=section.get("groups", ())
        )

    return made


KINDS: dict[str, Callable[[Section], Table | Series]] = {
    "share": share,
    "rate": rate,
    "completeness": recorded,
    "completeness_by_place": recorded_by_place,
    "representation": representation,
    "share_over_time": year_by_year(share),
    "rate_over_time": year_by_year(rate),
    "completeness_over_time": year_by_year(recorded),
}
