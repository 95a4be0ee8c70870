"""The published tables behind the demonstration, for a ledger: everybody who attacks a release may hold them."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from equity.content import read_toml
from equity.disclosure.ledger import KnownTable
from equity.disclosure.rules import Rule, rules
from equity.disclosure.specification import Specification
from equity.model import Counts, Source, State, measure
from equity.reading import tables
from equity.vocabulary import category_set


def known_tables(name: str = "demo") -> Iterator[KnownTable]:
    """One table for each place, year, stage and list of categories that the report shows."""
    described: Mapping[str, Any] = read_toml("reports", f"{name}.toml")
    keys = dict.fromkeys(key for section in described["section"] for key in keys_of(section))
    for place, period, stage, set_code in keys:
        if (place, period, stage, set_code) in tables.activity_rows():
            yield known_table(tables.activity(place, period, stage, set_code))


def keys_of(section: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    what = measure(section["measure"])
    stages = ("referred",) if what.code == "completeness" else (what.numerator, what.denominator)
    sets = section.get("sets", (section.get("from_set", section.get("set")), "nhs2001"))
    for period in section["periods"]:
        yield from ((section["place"], period, stage, set_code) for stage in stages for set_code in sets)


def known_table(counts: Counts) -> KnownTable:
    shown = {
        one.code: None if one.value is None else int(one.value)
        for one in counts.counts
        if one.state in (State.COUNTED, State.SUPPRESSED)
    }
    about = Specification(tables.place_name(counts.place), counts.stage, "events", days_of(counts.period))
    name = category_set(counts.set_code).characteristic
    return KnownTable(counts.source.publisher, counts.source.line, rule_of(counts.source), about, name, shown)


def rule_of(source: Source) -> Rule:
    """The rule that rounds and hides as the publisher does."""
    found = (
        rule
        for rule in rules().values()
        if rule.rounds_to == source.rounded_to and rule.hides_up_to == source.suppressed_below - 1
    )
    return next(found)


def days_of(period: str) -> tuple[date, date]:
    """An NHS year such as 2022-23."""
    year = int(period[:4])
    return date(year, 4, 1), date(year + 1, 3, 31)
