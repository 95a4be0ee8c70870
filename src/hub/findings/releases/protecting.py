"""A service's exact counts through the engine's gate: what comes out may be published. Knows no database.

Only here do exact counts and what may leave meet. Figures, ranges and sentences are worked out afterwards, from what
came out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

from equity.analysis import passed, shareable
from equity.analysis.counting import Wanted
from equity.analysis.over_time import over_time
from equity.analysis.releasing import (
    EFFORT,
    Cut,
    Releases,
    Subject,
    Tallies,
    as_shared,
    described,
    given,
    totals_of,
    widest_first,
)
from equity.disclosure.advice import with_advice
from equity.disclosure.gate import Refused, Request, release
from equity.disclosure.release import Released
from equity.disclosure.results import ReleasedSeries, ReleasedTable, worked_out_from
from equity.disclosure.rules import rule_named
from equity.disclosure.specification import Chosen, period_of
from equity.disclosure.table import TOTAL, TableError
from equity.model import Source, Table, measure
from equity.model.counts import pooled
from equity.problem import Problem
from equity.reading.mapping import Coded, FileMapping, StageRule
from equity.reading.populations import Population
from equity.submission.periods import days_of
from hub.findings import computing
from hub.submissions.rules import Figures

RULE = "nhs-mh"
MOST_YEARS = 4  # Before the newest: each may take up to a minute.


class CannotPublishError(Exception):
    """Said in words that tell what would make it safe."""


@dataclass(frozen=True)
class Service:
    """Whose counts these are, in words and as the ledger tells people apart."""

    name: str
    organisation: str
    part: str = ""
    counts: str = "people"
    place: str = ""
    of_staff: bool = False

    @property
    def people(self):
        return f"{'staff' if self.of_staff else 'people'} of {self.organisation}"

    def subject(self, past):
        where = {"department": Chosen(frozenset({self.part}))} if self.part else {}
        kind = "persons" if self.counts == "people" else "events"
        return Subject(self.people, kind, where, past)


@dataclass(frozen=True)
class Protected:
    """A result that may leave, with the tables behind it and when they are about."""

    table: ReleasedTable
    released: tuple[Released, ...]
    period: str
    unknown_is_hidden: bool
    # The years before it that can be shown, and it; nothing where there are none.
    series: ReleasedSeries | None = None


def protect(
    service: Service,
    figures: Mapping[tuple[str, str], Figures],
    *,
    wanted: str,
    characteristic: str,
    past: Sequence[Mapping] = (),
) -> Protected:
    """The table of one measure, made safe together with everything in `past`, or `CannotPublishError`."""
    held = computing.of_one_kind(figures)
    if wanted != "completeness":
        held = {code: periods for code, periods in held.items() if code == characteristic}
    if not held:
        raise CannotPublishError("The figures it was made from are not there any more.")
    newest = _protected(service, held, wanted, characteristic, past)
    if wanted == "completeness":
        return newest
    return _through_time(newest, list(_before(service, held, wanted, characteristic, past)))


def _protected(service, held, wanted, characteristic, past):
    try:
        own = _Own(service, held, past)
        return own.completeness() if wanted == "completeness" else own.share(wanted, characteristic)
    except Problem as problem:
        raise CannotPublishError(str(problem)) from problem


# The years before.


def _before(service, held, wanted, characteristic, past):
    """Each earlier year that passes the gate, too. One that does not is left out of the chart over time.

    Years do not overlap with each other, nor by a part with anything about this service that is out already: whoever
    held both could take one half-year from the other.
    """
    periods = held[characteristic]
    newest = computing.newest_year(list(periods))
    out = [record["specification"] for record in past if record["specification"]["population"] == service.people]
    for year in _years_before(list(periods), len(newest))[:MOST_YEARS]:
        if any(_is_cut(_days(year), period_of(*one["period"])) for one in out if one["period"]):
            continue
        some = {characteristic: {period: periods[period] for period in year}}
        try:
            yield _protected(service, some, wanted, characteristic, past)
        except CannotPublishError:
            continue


def _years_before(periods, length):
    """Whole years, newest first: as many half-years as the newest has, each following the other."""
    left, found = periods[: len(periods) - length], []
    while left:
        year = computing.newest_year(left)
        left = left[: len(left) - len(year)]
        if len(year) == length:
            found.append(year)
    return found


def _is_cut(days, other):
    overlap = max(days[0], other[0]) <= min(days[1], other[1])
    return overlap and days != other


def _days(year):
    return days_of(year[0])[0], days_of(year[-1])[1]


def _through_time(newest: Protected, earlier: Sequence[Protected]) -> Protected:
    """The chart over time of the groups that the finding names, worked out from what passed the gate alone."""
    named = computing.named_in(newest.table)
    each = [newest, *(made for made in earlier if _shows_any(made.table, named))]
    if len(each) == 1:
        return newest
    released = tuple(one for made in each for one in made.released)
    tables = [_dated(made.table, made.period) for made in reversed(each)]
    series = over_time(tables, title=newest.table.title, groups=named)
    return replace(newest, released=released, series=worked_out_from(released, series))


def _shows_any(table, named):
    return any(row.value is not None for row in table.rows if computing.code_of(row) in named)


def _dated(table, period):
    """The same figures with the time that they are about beside each."""
    plain = Table(**{one.name: getattr(table, one.name) for one in fields(Table)})
    return replace(plain, period=period, rows=tuple(replace(row, period=period) for row in plain.rows))


class _Own:
    """One service's counts of the newest year, and what the gate made of them so far."""

    def __init__(self, service, held, past):
        self.service, self.held, self.past = service, held, past
        self.made = Releases(rule_named(RULE))
        self.source = Source("own", "", service.name, "", "", "", is_published=False)
        self.stages = tuple(dict.fromkeys(stage for code in held for stage in _stages(held[code])))
        self.tallies = Tallies({}, self.stages)

    def share(self, wanted, characteristic):
        what = measure(wanted)
        rate = what.kind == "rate"
        stages = [what.numerator] if rate else [what.numerator, what.denominator]
        if not {*stages} <= {*self.stages}:
            raise CannotPublishError("The figures it was made from are not there any more.")
        for stage in widest_first(stages):
            self.through_the_gate(characteristic, stage)
        if rate:
            people = Population.of_place(self.service.place)
            results = shareable.access(self.as_own(), people, characteristic, Wanted())
        else:
            results = shareable.by_characteristic(self.as_own(), what, characteristic, Wanted())
        return self.protected(results, characteristic)

    def completeness(self):
        stage = "staff" if self.service.of_staff else self.stages[0]
        for code in self.held:
            self.through_the_gate(code, stage)
        return self.protected(shareable.completeness_at(self.as_own(), stage), next(iter(self.held)))

    def protected(self, results, characteristic):
        table = next(iter(results), None)
        if table is None:
            raise CannotPublishError("Nothing is left that could be shown.")
        released = tuple(self.made.held.values())
        hidden = any(shareable.unknown_is_hidden(one) for one in released)
        return Protected(table, released, self.period_of(characteristic), hidden)

    def through_the_gate(self, code, stage):
        cut = Cut((code,))
        table = given(as_shared(self.counts(code, stage)), code).table()
        everyone = table.counts[(TOTAL,)]
        if everyone is not None and self.made.rule.is_small(everyone):
            raise CannotPublishError(f"{described(cut, stage)}: there are too few people altogether to show anything.")
        subject = self.service.subject(self.past)
        specification = replace(subject.specification(cut, stage), period=self.days_of(code))
        request = Request(table, self.made.rule, specification, effort=EFFORT, assumed=totals_of(table, specification))
        known = [*self.made.records(), *self.past]
        try:
            with with_advice(request, known):
                self.made.held[cut.axes, stage] = release(request, known)
        except (Refused, TableError) as problem:
            raise CannotPublishError(f"{described(cut, stage)}: {problem}") from problem

    def counts(self, code, stage):
        periods = self.held[code]
        return pooled([
            computing.counts_of(self.service.name, periods[period], stage, self.source)
            for period in self.year_of(code)
        ])  # fmt: skip

    def year_of(self, code):
        return computing.newest_year(list(self.held[code]))

    def days_of(self, code):
        return _days(self.year_of(code))

    def period_of(self, code):
        year = self.year_of(code)
        return " to ".join(dict.fromkeys((year[0], year[-1])))

    def as_own(self):
        lists = {code: next(iter(periods.values())).set_code for code, periods in self.held.items()}
        mapping = FileMapping(
            {code: Coded("", set_code) for code, set_code in lists.items()},
            {stage: StageRule("") for stage in self.stages},
            kind="counts",
        )
        return passed.Own(self.made, self.tallies, mapping, self.service.name)


def _stages(periods):
    newest = periods[list(periods)[-1]]
    return list(next(iter(newest.groups.values()), {}))
