"""The engine's work on figures: tables, what matters in them, and how they moved. Knows no database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

import numpy as np

from equity.analysis import findings as matters
from equity.analysis import words
from equity.analysis.compare import Frame, compare
from equity.analysis.completeness import completeness
from equity.analysis.over_time import over_time
from equity.analysis.together import Cross, crossed_table
from equity.content import read_toml
from equity.model import Count, Counts, Finding, Measure, Row, Series, Source, Table, measure, measures
from equity.model.counts import pooled
from equity.problem import Problem
from equity.reading import tables
from equity.report.published import KINDS, published_report
from equity.submission.periods import days_of, in_order
from equity.vocabulary import category_set, characteristics
from hub.submissions.rules import Figures

MOST = 12
WORSE = {"lower": ("much higher", "higher"), "higher": ("much lower", "lower"), "neither": ("much lower", "lower")}
MUCH_UNKNOWN, FEW = 0.1, 100
FEW_IN_BOTH, TOO_FEW = 10, "Too few people in both groups to say anything."
JOINED = "+"  # Between the two codes, where two characteristics are looked at together.


@dataclass(frozen=True)
class Made:
    """A table that says something, with how it moved."""

    code: str
    table: Table
    finding: object
    characteristic: str
    named: tuple[str, ...]
    series: Series | None
    ends_on: date
    years: float
    surer: tuple[str, ...] = field(default=())
    # Said where the rows are in words alone.
    people: float | None = None
    # Of staff, tables that say nothing clear are kept too; and what stands beside a row, by its code.
    is_clear: bool = True
    beside: Mapping[str, float] = field(default_factory=dict)
    medians: Mapping[str, float] = field(default_factory=dict)

    @property
    def what(self) -> Measure:
        return measure(self.table.measure)

    @property
    def missing(self) -> float:
        if self.people is not None:
            return self.people
        return sum(abs(row.people_missing or 0) for row in self.table.rows if code_of(row) in self.named)

    @property
    def is_very_sure(self) -> bool:
        return any(row.compared.startswith("much") for row in self.table.rows if code_of(row) in self.named)


@dataclass(frozen=True)
class Result:
    made: tuple[Made, ...]
    looked_at: int


Step = Callable[[int, int], None]


# A service's own figures.


def look_at_service(
    name: str, figures: Mapping[tuple[str, str], Figures], *, place: str = "", step: Step = lambda done, of: None
) -> Result:
    """Everything that counts handed in can say, the few things that matter first."""
    source = Source("own", "", name, "", "", f"Figures that {name} handed in.", is_published=False)
    by_characteristic = of_one_kind({key: one for key, one in figures.items() if JOINED not in key[1]})
    crossed = of_one_kind({key: one for key, one in figures.items() if JOINED in key[1]})
    plans = [
        *_plans(name, by_characteristic, source, place),
        *_plans_of_two(name, crossed, source),
        recorded_of(name, by_characteristic, source),
    ]
    found, looked_at = [], 0
    for number, plan in enumerate(plans, start=1):
        made = plan()
        looked_at += made is not None
        if made is not None and made.finding is not None:
            found.append(made)
        step(number, len(plans))
    found.sort(key=lambda made: -made.finding.weight)
    return Result(tuple(found[:MOST]), looked_at)


def of_one_kind(figures):
    """For each characteristic its periods: half-years where there are any, and in one list of groups, the newest."""
    halves = any(" " in period for period, _code in figures)
    found: dict[str, dict[str, Figures]] = {}
    for (period, code), one in figures.items():
        if (" " in period) == halves:
            found.setdefault(code, {})[period] = one
    for code, periods in found.items():
        newest = periods[in_order(list(periods))[-1]].set_code
        found[code] = {
            period: periods[period] for period in in_order(list(periods)) if periods[period].set_code == newest
        }
    return found


def _plans(name, by_characteristic, source, place):
    for code, periods in by_characteristic.items():
        stages = {stage for one in periods.values() for counts in one.groups.values() for stage in counts}
        for what in measures().values():
            if what.kind == "share" and {what.numerator, what.denominator} <= stages:
                yield lambda what=what, code=code, periods=periods: share_of(name, what, code, periods, source)
        if place and "referred" in stages:
            yield lambda code=code, periods=periods: access_of(name, code, periods, source, place)


def _plans_of_two(name, crossed, source):
    for code, periods in crossed.items():
        stages = {stage for one in periods.values() for counts in one.groups.values() for stage in counts}
        for what in measures().values():
            if what.kind == "share" and {what.numerator, what.denominator} <= stages:
                yield lambda what=what, code=code, periods=periods: two_together(name, what, code, periods, source)


def two_together(name, what, code, periods, source):
    """What being in two groups at once adds to what each of them alone would give."""
    year, chosen = newest_year(list(periods)), tuple(code.split(JOINED))
    sets = [category_set(one) for one in periods[year[0]].set_code.split(JOINED)]
    parts = [
        [(kind, one.code, full_name(one.broad, one.label)) for one in found]
        for kind, found in zip(chosen, sets, strict=True)
    ]

    def table_of(some):
        x, n = (
            _crossed_counts(parts, [periods[one] for one in some], stage)
            for stage in (what.numerator, what.denominator)
        )
        table = crossed_table(what, Cross(chosen, parts, x, n), Frame(name, period=_span(some)), source.line)
        return replace(table, set_code=periods[year[0]].set_code, rows=tuple(_or_too_few(row) for row in table.rows))

    if not _crossed_counts(parts, [periods[one] for one in year], what.denominator).any():
        return None
    table = table_of(year)
    flat = replace(table, rows=tuple(_as_one(row) for row in table.rows))
    made = _made(f"{what.code}-{code}", flat, [_like(flat, table_of([one])) for one in periods], code, year)
    worse = [row for row in table.rows if code_of(row) in made.named and _is_worse(row, table, what)]
    named = tuple(code_of(row) for row in worse)
    return replace(made, named=named, finding=_of_two(table, what, worse, chosen))


def _is_worse(row, table, what):
    """Not only off what the two alone would give, but on the worse side of everyone together, too."""
    gap = (row.value or 0) - (table.reference_value or 0)
    return gap > 0 if what.better == "lower" else gap < 0


def _as_one(row):
    """A pair of groups as one group with a joined code."""
    return replace(row, groups=((JOINED.join(kind for kind, _code, _label in row.groups), code_of(row), row.label),))


def _like(table, other):
    """Another period's table with a row for each pair of this one; nobody was in a pair that it lacks."""
    there = {code_of(row): _as_one(row) for row in other.rows}
    nobody = {"x": 0.0, "n": 0.0, "value": None, "lower95": None, "upper95": None}
    rows = tuple(there.get(code_of(row)) or replace(row, period=other.period, **nobody) for row in table.rows)
    return replace(other, rows=rows)


def _crossed_counts(parts, each, stage):
    counts = np.zeros([len(part) for part in parts])
    places = [{code: place for place, (_kind, code, _label) in enumerate(part)} for part in parts]
    for figures in each:
        for joined, values in figures.groups.items():
            first, second = joined.split(JOINED)
            counts[places[0][first], places[1][second]] += values.get(stage, 0)
    return counts


def _span(periods):
    return periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"


def full_name(broad, label):
    """'Black Caribbean' for Caribbean under Black."""
    first = broad.split(" or ")[0].split(",")[0]
    is_short = first in ("Black", "White") and label in ("Caribbean", "African", "British", "Irish")
    return f"{first} {label}" if is_short else label


def _or_too_few(row):
    """Of so few people in both groups nothing is said, and that plainly."""
    if (row.n or 0) >= FEW_IN_BOTH:
        return row
    nothing = {"value": None, "lower95": None, "upper95": None, "people_missing": None}
    return replace(row, **nothing, compared="not comparable", reason=TOO_FEW)


def _of_two(table, what, rows, chosen):
    if not rows:
        return None
    which = "higher" if what.better == "lower" else "lower"
    people = sum(abs(row.people_missing or 0) for row in rows)
    names = words.listed([f"{words.people_of(row)} ({words.spoken(row.value)})" for row in rows[:3]])
    both = words.listed([characteristics()[one].name.lower() for one in chosen])
    return Finding(
        f"{what.name} is {which} than {both} would each give alone among {names}.",
        f"{matters.about(people)} people beyond what each alone explains. "
        f"{words.where_and_when(table.place_name, table.period)}.",
        matters.most_relevant(table),
        table.code,
        people * max(matters.SURE[row.compared] for row in rows),
    )


def counts_of(name: str, figures: Figures, stage: str, source: Source) -> Counts:
    counts = tuple(Count(code, float(at.get(stage, 0))) for code, at in figures.groups.items())
    return Counts(name, figures.period, stage, figures.set_code, counts, source)


def newest_year(periods: Sequence[str]) -> list[str]:
    """The last two half-years that follow each other, or the last year."""
    last = list(periods)[-2:]
    if len(last) == 2 and " " in last[0] and (days_of(last[1])[0] - days_of(last[0])[1]).days == 1:
        return last
    return last[-1:]


def share_of(name, what, code, periods, source):
    year = newest_year(list(periods))

    def of(some):
        each = [
            [counts_of(name, periods[period], stage, source) for period in some]
            for stage in (what.numerator, what.denominator)
        ]
        return pooled(each[0]), pooled(each[1])

    try:
        table = compare(what, *of(year), title=titled(what, code), place_name=name)
        each = [compare(what, *of([period]), place_name=name) for period in periods]
    except Problem:
        return None
    return _made(f"{what.code}-{code}", table, each, code, year)


def access_of(name, code, periods, source, place, *, measured="access"):
    what, year = measure(measured), newest_year(list(periods))
    people = population_of(place, code)
    if people is None:
        return None
    try:
        numerator = pooled([counts_of(name, periods[period], what.numerator, source) for period in year])
        table = compare(what, numerator, people, title=titled(what, code), place_name=name)
        each = [
            compare(what, counts_of(name, periods[one], what.numerator, source), people, place_name=name)
            for one in periods
        ]
    except Problem:
        return None
    return _made(f"{what.code}-{code}", table, each, code, year)


POPULATIONS = {
    "ethnicity": "census2021",
    "religion": "religion",
    "disability": "disability",
    "sexual_orientation": "sexual_orientation",
}


def population_of(place: str, characteristic: str) -> Counts | None:
    try:
        return tables.population(place, POPULATIONS[characteristic])
    except (KeyError, Problem):
        return None


def recorded_of(name, by_characteristic, source):
    def plan():
        counts, totals = [], []
        year: list[str] = []
        for periods in by_characteristic.values():
            year = newest_year(list(periods))
            stage = next(iter(next(iter(periods[year[0]].groups.values()), {"referred": 0})))
            one = pooled([counts_of(name, periods[period], stage, source) for period in year])
            if one.total:
                counts.append(one)
                totals.append(one.total)
        if not counts:
            return None
        table = completeness(counts, totals, title="Whose characteristics are written down", place_name=name)
        return _made("completeness", table, _recorded_each(name, by_characteristic, source), "", year)

    return plan


def _recorded_each(name, by_characteristic, source):
    """The same for every period for which everything was sent."""
    common = set.intersection(*(set(periods) for periods in by_characteristic.values()))
    found = []
    for period in in_order(list(common)):
        figures = [periods[period] for periods in by_characteristic.values()]
        stages = [next(iter(next(iter(one.groups.values()), {"referred": 0}))) for one in figures]
        counts = [counts_of(name, one, stage, source) for one, stage in zip(figures, stages, strict=True)]
        if all(one.total for one in counts):
            found.append(completeness(counts, [one.total for one in counts], place_name=name))
    return found


def titled(what: Measure, code: str) -> str:
    return f"{what.question} By {characteristics()[code].name.lower()}"


def _made(code: str, table: Table, each: Sequence[Table], characteristic: str, periods: Sequence[str]) -> Made:
    finding = matters.finding_of(table)
    named = named_in(table)
    series = None
    if finding is not None and len(each) > 1:
        series = over_time(each, title=table.title, groups=named)
    first, last = days_of(periods[0])[0], days_of(periods[-1])[1]
    years = round(((last - first).days + 1) / 365.25, 2)
    return Made(code, table, finding, characteristic, named, series, last, years, surer(table))


def named_in(table: Table) -> tuple[str, ...]:
    """The groups that a table's finding is about."""
    if table.measure == "completeness":
        return tuple(row.groups[0][1] for row in table.rows if row.value is not None and row.value < 75 and row.n)
    everyone = sum(row.n or 0 for row in table.rows)
    worse = WORSE[measure(table.measure).better]
    return tuple(
        code_of(row)
        for row in table.rows
        if row.compared in worse and (row.n or 0) < everyone / 2 and matters.survives_doubt(row)
    )


def code_of(row: Row) -> str:
    """A group's code; of two characteristics together, both codes."""
    return JOINED.join(code for _kind, code, _label in row.groups)


def surer(table: Table) -> tuple[str, ...]:
    """What would make a finding surer, in the order in which it would help."""
    said = []
    known, unknown = sum(row.x or 0 for row in table.rows), max((row.n_unknown for row in table.rows), default=0.0)
    if known and unknown / (known + unknown) > MUCH_UNKNOWN and table.measure != "completeness":
        said.append("Ask everybody, and write it down: far too many people have no known answer.")
    if any(0 < (row.n or 0) < FEW for row in table.rows) and measure(table.measure).kind == "share":
        said.append("Wait for another half-year: some groups are small, and more people would narrow their range.")
    if any("all ages" in row.population_source for row in table.rows):
        said.append("Compare with residents of the ages that the service is for, when such figures are out.")
    if table.is_published:
        said.append("Use the service's own counts, which are not rounded.")
    if table.measure == "completeness":
        said.append("Look at one month's new records after staff were told why it is asked.")
    return tuple(said or ["Look again when the next figures are in: what lasts is surer than what was seen once."])


# Published figures.


@cache
def look_at_published(report: str) -> Result:
    """What figures that are public already say. They travel with the engine, so once for each process is enough."""
    described = read_toml("reports", f"{report}.toml")["section"]
    results = [one for one in published_report(report).results if isinstance(one.of, Table)]
    sections = [section for section in described if not section["kind"].endswith("_over_time")]
    found = [
        _made_of_published(result.of, section)
        for result, section in zip(results, sections, strict=True)
        if matters.finding_of(result.of) is not None
    ]
    found.sort(key=lambda made: -made.finding.weight)
    return Result(tuple(found), len(sections))


def _made_of_published(table: Table, section: Mapping) -> Made:
    periods = list(section["periods"])
    characteristic = "" if section["kind"] == "completeness" else category_set(table.set_code).characteristic
    each = published_years(section)
    return _made(table.code, table, each, characteristic, periods)


def published_years(section: Mapping) -> list[Table]:
    """The same table for every year that the publisher has."""
    if section["kind"] == "rate":
        return []
    sets = section["sets"] if section["kind"] == "completeness" else [section["set"]]
    stage = "referred" if section["kind"] == "completeness" else measure(section["measure"]).numerator
    years = [set(tables.periods_of(section["place"], stage, set_code)) for set_code in sets]
    one = KINDS[section["kind"]]
    found = []
    for period in sorted(set.intersection(*years)):
        if not _is_whole(section["place"], period):
            continue
        try:
            found.append(one({**section, "periods": [period]}))
        except Problem:
            continue
    return found


def _is_whole(place: str, period: str) -> bool:
    """A provider that ended or merged within a year has only a part of it."""
    until = tables.places()[place]["valid_to"]
    return not until or days_of(period)[1].isoformat() <= until
