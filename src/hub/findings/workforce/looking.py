"""What figures of staff say: who works where, who is appointed, disciplined and trained, and pay. Knows no database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from equity.analysis import findings as matters
from equity.analysis import words
from equity.model import Finding, Row, Source, measure, measures
from equity.submission.document import BANDS
from equity.submission.periods import days_of
from hub.findings.computing import (
    WORSE,
    Made,
    Result,
    Step,
    access_of,
    code_of,
    of_one_kind,
    recorded_of,
    share_of,
)
from hub.findings.workforce.bands import bands_of
from hub.findings.workforce.figures import STAFF, Key, sides_of
from hub.findings.workforce.pay import pay_gap_of
from hub.submissions.rules import Figures

BESIDE_RESIDENTS = "staff_of_residents"


def look_at_staff(
    name: str,
    figures: Mapping[Key, Figures],
    crossed: Mapping[Key, Figures],
    pay: Mapping[Key, Sequence],
    *,
    place: str = "",
    step: Step = lambda done, of: None,
) -> Result:
    """Every table, those in which somebody stands out first. `figures` as `figures_of_staff` gives them."""
    source = Source("own", "", name, "", "", f"Figures of staff that {name} handed in.", is_published=False)
    plans = list(_plans(name, figures, crossed, pay, source, place))
    found = []
    for number, plan in enumerate(plans, start=1):
        made = plan()
        found += [_kept(made)] if made else []
        step(number, len(plans))
    found.sort(key=lambda made: (not made.is_clear, -made.finding.weight))
    return Result(tuple(found), len(found))


def _plans(name, figures, crossed, pay, source, place):
    held = of_one_kind(figures)
    for code, periods in held.items():
        if code in BANDS:
            continue
        stages = {stage for one in periods.values() for counts in one.groups.values() for stage in counts}
        for what in measures().values():
            if what.kind == "share" and {what.numerator, what.denominator} <= stages:
                yield lambda what=what, code=code, periods=periods: likely(share_of(name, what, code, periods, source))
        if place and STAFF in stages:
            yield lambda code=code, periods=periods: access_of(
                name, code, periods, source, place, measured=BESIDE_RESIDENTS
            )
    for one in _newest(crossed).values():
        if sides_of(one)[1]:
            yield lambda one=one: bands_of(name, one, source, place)
    for code, (period, gaps) in _newest_pay(pay).items():
        yield lambda code=code, period=period, gaps=gaps: pay_gap_of(name, code, period, gaps, source)
    yield lambda: _recorded(name, held, source)


def _newest(crossed: Mapping[Key, Figures]) -> dict[str, Figures]:
    return {code: crossed[period, code] for period, code in sorted(crossed, key=lambda key: days_of(key[0]))}


def _newest_pay(pay):
    return {code: (period, pay[period, code]) for period, code in sorted(pay, key=lambda key: days_of(key[0]))}


def _recorded(name, held, source):
    """Whose characteristics are known, of all staff."""
    of_all = {
        code: {
            period: replace(one, groups={group: {STAFF: at.get(STAFF, 0)} for group, at in one.groups.items()})
            for period, one in periods.items()
        }
        for code, periods in held.items()
        if any(STAFF in at for one in periods.values() for at in one.groups.values()) and code not in BANDS
    }
    return recorded_of(name, of_all, source)() if of_all else None


def _kept(made: Made) -> Made:
    """Under a name of its own, also when nothing in it is clear; what is counted on one day is never half a year's."""
    finding, is_clear = made.finding, made.finding is not None
    if finding is None:
        where = words.where_and_when(made.table.place_name, made.table.period)
        finding = Finding(made.table.sentence, f"{where}.", (), made.table.code, 0.0)
    return replace(
        made,
        code=f"staff-{made.code}",
        finding=finding,
        is_clear=is_clear,
        years=max(made.years, 1.0),
        surer=tuple(one.replace("another half-year", "another year") for one in made.surer),
    )


def likely(made: Made | None) -> Made | None:
    """With how many times as likely it is for the groups it is about as for everyone together."""
    made = _of_a_majority(made) if made and made.finding is None else made
    if made is None or made.finding is None:
        return made
    rows = [row for row in made.table.rows if code_of(row) in made.named and row.ratio is not None][:2]
    if not rows:
        return made
    said = words.listed([f"{times(row)} for {words.people_of(row)}" for row in rows])
    detail = f"{made.finding.detail} Beside everyone together it is {said}."
    return replace(made, finding=replace(made.finding, detail=detail))


def _of_a_majority(made: Made) -> Made:
    """Of staff, the larger half is spoken of as well: most of them are women in many services."""
    table, what = made.table, measure(made.table.measure)
    rows = [row for row in table.rows if row.compared in WORSE[what.better]]
    if not rows:
        return made
    people = sum(abs(row.people_missing or 0) for row in rows)
    value = words.capital(what.says.format(value=words.spoken(table.reference_value)))
    finding = Finding(
        f"{value}. It is {WORSE[what.better][-1]} for {matters.by_value(rows)}.",
        f"{matters.about(people)} {what.missing}. {words.where_and_when(table.place_name, table.period)}.",
        matters.most_relevant(table), table.code, people,
    )  # fmt: skip
    return replace(made, finding=finding, named=tuple(code_of(row) for row in rows))


def times(row: Row) -> str:
    span = ""
    if row.ratio_lower95 is not None and row.ratio_upper95 is not None:
        span = f" ({words.spoken(row.ratio_lower95, 2)} to {words.spoken(row.ratio_upper95, 2)})"
    return f"{words.spoken(row.ratio, 2)} times as likely{span}"
