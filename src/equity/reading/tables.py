"""The published figures that ship with the engine, as counts."""

from collections import defaultdict
from functools import cache

from equity.content import read_rows, read_toml
from equity.model import Count, Counts, Source, State
from equity.model.counts import pooled
from equity.problem import Problem

ACTIVITY = {"talking_therapies": "talking_therapies.csv", "detentions": "detentions.csv"}


class NoSuchTable(Problem):
    """The engine does not ship this figure."""


@cache
def sources() -> dict[str, Source]:
    found = {}
    for code, item in read_toml("tables", "sources.toml").items():
        found[code] = Source(
            code,
            str(item["publisher"]),
            str(item["title"]),
            str(item["edition"]),
            str(item["licence"]),
            str(item["line"]),
            int(item.get("rounded_to", 1)),
            int(item.get("suppressed_below", 0)),
        )
    return found


@cache
def places() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in read_rows("tables", "places.csv")}


def place_name(code: str) -> str:
    return places()[code]["name"] if code in places() else code


@cache
def activity_rows() -> dict[tuple[str, str, str, str], tuple[Count, ...]]:
    found: dict[tuple[str, str, str, str], list[Count]] = defaultdict(list)
    for file in ACTIVITY.values():
        for row in read_rows("tables", file):
            value = float(row["count"]) if row["count"] else None
            found[row["place"], row["period"], row["stage"], row["set"]].append(
                Count(row["code"], value, State(row["state"]))
            )
    return {key: tuple(counts) for key, counts in found.items()}


def activity(place: str, period: str, stage: str, set_code: str) -> Counts:
    """Published counts of one stage in one year."""
    counts = activity_rows().get((place, period, stage, set_code))
    if counts is None:
        raise NoSuchTable(f"There is no {stage} by {set_code} for {place_name(place)} in {period}.")
    source = sources()["detentions" if stage == "detained" else "talking_therapies"]
    return Counts(place, period, stage, set_code, counts, source)


def activity_over(place: str, periods: tuple[str, ...], stage: str, set_code: str) -> Counts:
    return pooled([activity(place, period, stage, set_code) for period in periods])


def total(place: str, period: str, stage: str) -> float:
    """The published total, which rounded parts need not add up to."""
    return activity(place, period, stage, "total").counts[0].value or 0.0


def periods_of(place: str, stage: str, set_code: str) -> tuple[str, ...]:
    return tuple(
        sorted(
            period for where, period, what, which in activity_rows() if (where, what, which) == (place, stage, set_code)
        )
    )


@cache
def population_rows() -> dict[tuple[str, str, str], tuple[tuple[Count, ...], str, str]]:
    counts: dict[tuple[str, str, str], list[Count]] = defaultdict(list)
    about: dict[tuple[str, str, str], tuple[str, str]] = {}
    for row in read_rows("tables", "population.csv"):
        key = (row["place"], row["year"], row["set"])
        counts[key].append(Count(row["code"], float(row["count"])))
        about[key] = (row["base"], row["source"])
    return {key: (tuple(found), *about[key]) for key, found in counts.items()}


def population(place: str, set_code: str, *, year: str = "2021") -> Counts:
    """Residents of the boroughs that a place serves, with their base and census."""
    boroughs = places()[place]["boroughs"].split(";") if place in places() else [place]
    parts = []
    for borough in boroughs:
        if (borough, year, set_code) not in population_rows():
            raise NoSuchTable(f"There is no {year} population by {set_code} for {place_name(borough)}.")
        counts, base, source = population_rows()[borough, year, set_code]
        parts.append(Counts(place, year, "population", set_code, counts, sources()[source], base=base))
    return pooled(parts)


CENSUS_DAYS = {"2011": 2011.235, "2021": 2021.219}


def population_in(place: str, period: str, set_code: str = "nhs2001") -> Counts:
    """Residents in the middle of a financial year, on the straight line between two censuses; from 2021 the last one."""  # noqa: E501
    middle = int(period[:4]) + 0.75
    early = population(place, "census2011", year="2011").at(set_code)
    late = population(place, "census2021").at(set_code)
    share = min(max((middle - CENSUS_DAYS["2011"]) / (CENSUS_DAYS["2021"] - CENSUS_DAYS["2011"]), 0.0), 1.0)
    between = tuple(
        Count(code, (early.by_code[code].value or 0) * (1 - share) + (late.by_code[code].value or 0) * share)
        for code in late.by_code
        if code in early.by_code
    )
    return Counts(
        place,
        period,
        "population",
        set_code,
        between,
        late.source,
        base="all ages, between the censuses of 2011 and 2021",
        notes=late.notes,
    )
