"""A report from a person's own file: protected, unless somebody asks for one that stays inside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from equity.analysis.counting import Wanted
from equity.analysis.passed import Own
from equity.analysis.releasing import Subject, release_all, tallies_of
from equity.analysis.service import analyse
from equity.analysis.shareable import not_shared, shareable
from equity.analysis.standardising import AGE, strata_for
from equity.analysis.visible import least_seen
from equity.analysis.words import listed
from equity.disclosure.records import TableRecord
from equity.disclosure.release import Released
from equity.disclosure.results import mark_for
from equity.disclosure.rules import Rule, rule_named
from equity.disclosure.specification import Chosen
from equity.reading.checking import regroup
from equity.reading.files import OpenFile
from equity.reading.mapping import FileMapping
from equity.reading.populations import Population
from equity.report.document import Report, Result, as_released
from equity.vocabulary import level_for

DEFAULT_RULE = "nhs-mh"
UNITS = {
    "events": "Every row is counted, so a person can be counted more than once.",
    "first": "Each person is counted once, at their first row in a half-year.",
    "persons": "Different persons are counted, exactly, so groups and years do not add up to each other.",
}


@dataclass(frozen=True)
class Protection:
    """Which rule, whom the file is about, and what is out already."""

    rule: str = DEFAULT_RULE
    about: str = ""
    where: Mapping[str, Chosen] = field(default_factory=dict)
    past: Sequence[TableRecord] = ()


EVERYTHING, BY_DEFAULT = Wanted(), Protection()


@dataclass(frozen=True)
class OwnReport:
    """A report; the tables of counts that stand behind it, for the ledger; and why others do not, for nobody else."""

    report: Report
    releases: tuple[Released, ...]
    left_out: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


def own_report(
    file: OpenFile,
    mapping: FileMapping,
    *,
    title: str,
    population: str | None = None,
    wanted: Wanted = EVERYTHING,
    protection: Protection = BY_DEFAULT,
) -> OwnReport:
    """Everything that the file can say under the rule."""
    rule, people = rule_named(protection.rule), population_named(population)
    mapping = in_bands(file, mapping, people)
    if not rule.protects:
        results = as_released(analyse(file, mapping, population=people, wanted=wanted))
        return OwnReport(written(file, mapping, title, results, "", rule), ())
    return protected_report(file, mapping, title, people, wanted, rule, protection)


def protected_report(
    file: OpenFile,
    mapping: FileMapping,
    title: str,
    people: Population | None,
    wanted: Wanted,
    rule: Rule,
    protection: Protection,
) -> OwnReport:
    tallies = tallies_of(file, mapping, with_ages(wanted, mapping, people))
    subject = Subject(protection.about or file.name, mapping.count, protection.where, protection.past)
    releases = release_all(tallies, rule, subject)
    own = Own(releases, tallies, mapping, file.name)
    results = tuple(Result(of.title, of) for of in shareable(own, people, wanted))
    missed = " ".join([*least_seen(own), left_out(releases.left_out, mapping)])
    report = written(file, mapping, title, results, missed.strip(), rule)
    held, said, reasons = releases.held.values(), releases.left_out, releases.reasons
    return OwnReport(report, tuple(held), tuple(said), tuple(reasons))


AGES = "age8"


def in_bands(file: OpenFile, mapping: FileMapping, people: Population | None) -> FileMapping:
    """Single years of age as bands: those that the population has, or eight of our own."""
    age = mapping.characteristics.get(AGE)
    if mapping.kind != "rows" or age is None or age.set_code != "age_single":
        return mapping
    residents = people.for_set(AGE) if people else None
    bands = level_for(age.set_code, residents.set_code) if residents else AGES
    bands = AGES if bands == age.set_code else bands
    regroup(file, AGE, age.set_code, bands)
    return replace(mapping, characteristics={**mapping.characteristics, AGE: replace(age, set_code=bands)})


def with_ages(wanted: Wanted, mapping: FileMapping, people: Population | None) -> Wanted:
    """Each group by age too, where the population gives both together: so that rates can be standardised."""
    if people is None or mapping.kind != "rows":
        return wanted
    asked = {frozenset(chosen) for chosen in wanted.together}
    pairs = [(code, *strata_for(code, mapping.characteristics)[:1]) for code in mapping.characteristics]
    more = [pair for pair in pairs if len(pair) == 2 and frozenset(pair) not in asked and people.crossed(pair)]
    return replace(wanted, by_age=tuple(more))


def written(
    file: OpenFile, mapping: FileMapping, title: str, results: tuple[Result, ...], more: str, rule: Rule
) -> Report:
    unit = UNITS[mapping.count] if mapping.kind == "rows" else "The counts were ready made."
    about = " ".join(part for part in ("What this file says, with what it cannot say.", unit, more) if part)
    return Report(title, file.name, about, results, mark_for(rule))


def left_out(refused: Sequence[str], mapping: FileMapping) -> str:
    """What a reader would miss, and why it is not here."""
    kinds = not_shared(mapping)
    said = (
        [f"Left out, because they are not worked out from counts that can be protected: {listed(kinds)}."]
        if kinds
        else []
    )
    said += [f"Left out: {reason}" for reason in refused]
    return " ".join(said)


def population_named(name: str | None) -> Population | None:
    if name is None:
        return None
    return Population.of_file(Path(name)) if Path(name).is_file() else Population.of_place(name)
