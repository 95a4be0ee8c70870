"""What figures of staff say: who works where, who is appointed, disciplined and trained, and pay. Knows no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from equity.analysis import findings as matters
from equity.analysis import words
from equity.analysis.compare import EVERYONE, NONE, Group, tabulate
from equity.model import Finding, Row, Source, Table, caveat, measure, measures, upper_bands
from equity.problem import Problem
from equity.submission.document import BANDS
from equity.submission.periods import days_of, in_order
from equity.vocabulary import category_set, mapping
from hub.findings.computing import (
    JOINED,
    WORSE,
    Made,
    Result,
    Step,
    access_of,
    code_of,
    of_one_kind,
    population_of,
    recorded_of,
    share_of,
    surer,
    titled,
)
from hub.submissions.rules import UNKNOWN, Figures

STAFF, BESIDE_RESIDENTS, BY_BAND, PAY_GAP = "staff", "staff_of_residents", "workforce_share", "pay_gap"
# Shorter lists for a picture of every band.
COARSE = {"nhs2001": "group5_2001", "census2011": "group5_2021", "census2021": "group5_2021", "pay_band": "pay_cluster"}
LOWER = ("much lower", "lower")

Key = tuple[str, str]


# From what was handed in to figures by characteristic.


def figures_of_staff(figures: Mapping[Key, Figures], crossed: Mapping[Key, Figures]) -> dict[Key, Figures]:
    """Each characteristic with two more stages where it was counted by band: senior or best paid, and everybody's.

    Times do not follow each other at once: the same people would be added up twice.
    """
    found = dict(figures)
    for (period, _), one in crossed.items():
        code, band = sides_of(one)
        if band:
            found[period, code] = with_bands(found.get((period, code)), one, found.get((period, band)))
    return apart(found)


def sides_of(crossed: Figures) -> Key:
    """The characteristic of people and that of their posts, whichever came first; without the second, nothing."""
    first, second = crossed.characteristic.split(JOINED)
    if second in BANDS and first not in BANDS:
        return first, second
    return (second, first) if first in BANDS and second not in BANDS else ("", "")


def by_group_and_band(crossed: Figures) -> tuple[str, str, dict[Key, int]]:
    """Both lists and how many staff of each group are in each band."""
    flipped = crossed.characteristic.split(JOINED)[0] in BANDS
    sets, cells = crossed.set_code.split(JOINED), {}
    for joined, counts in crossed.groups.items():
        first, second = joined.split(JOINED)
        cells[(second, first) if flipped else (first, second)] = counts.get(STAFF, 0)
    return (sets[1], sets[0], cells) if flipped else (sets[0], sets[1], cells)


def with_bands(figures: Figures | None, crossed: Figures, by_band: Figures | None) -> Figures:
    """A characteristic's counts with those in the upper bands, and of all whose band is known."""
    code, _band = sides_of(crossed)
    set_code, band_set, cells = by_group_and_band(crossed)
    if figures is not None and figures.set_code != set_code:
        return figures
    upper = upper_bands()[band_set]
    groups = {group: dict(counts) for group, counts in (figures.groups if figures else {}).items()}
    for group in category_set(set_code).codes:
        mine = {band: people for (one, band), people in cells.items() if one == group}
        counts = groups.setdefault(group, {})
        counts[upper.stage] = sum(mine.get(band, 0) for band in upper.codes)
        counts[upper.inside] = sum(mine.values())
    unknown = _of_unknown_group(cells, by_band, upper.codes)
    if unknown is not None:
        groups.setdefault("not_known", {}).update(dict(zip((upper.stage, upper.inside), unknown, strict=True)))
    return Figures(code, set_code, crossed.period, groups)


def _of_unknown_group(cells: Mapping[Key, int], by_band: Figures | None, upper: Sequence[str]) -> Key | None:
    """Of those in a known band, how many have no known group: everybody there without the known ones."""
    if by_band is None:
        return None
    everybody = {band: counts.get(STAFF, 0) for band, counts in by_band.groups.items() if band not in UNKNOWN}
    known = {band: sum(people for (_, one), people in cells.items() if one == band) for band in everybody}
    left = {band: max(people - known[band], 0) for band, people in everybody.items()}
    return sum(left.get(band, 0) for band in upper), sum(left.values())


def apart(figures: Mapping[Key, Figures]) -> dict[Key, Figures]:
    """Newest first, and none that ends where one that is kept begins."""
    kept: list[str] = []
    for period in reversed(in_order(list({period for period, _ in figures}))):
        is_next = any(
            (" " in one) == (" " in period) and " " in one and (days_of(one)[0] - days_of(period)[1]).days == 1
            for one in kept
        )
        if not is_next:
            kept.append(period)
    return {key: one for key, one in figures.items() if key[0] in kept}


# What they say.


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
    source = Source("own", "", name, "", "", f"Figures of its staff that {name} handed in.", is_published=False)
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
        is_clear=is_clear and made.is_clear,
        years=max(made.years, 1.0),
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


# At every pay band.


def bands_of(name: str, crossed: Figures, source: Source, place: str) -> Made | None:
    """Each group's share of the staff at every band, beside its share of all staff and of residents."""
    set_code, band_set, cells = by_group_and_band(crossed)
    code, band = sides_of(crossed)
    coarse, bands = COARSE.get(set_code, set_code), COARSE.get(band_set, band_set)
    cells = _coarser(cells, (set_code, coarse), (band_set, bands))
    at = {
        one: float(sum(people for (_, other), people in cells.items() if other == one))
        for one in category_set(bands).codes
    }
    everybody = sum(at.values())
    if not everybody:
        return None
    upper = _upper(band_set, bands)
    residents = _of_residents(place, code, coarse)
    tables = {
        group.code: _one_group(name, crossed.period, (code, group), (band, bands), cells, at, residents)
        for group in category_set(coarse)
        if any(cells.get((group.code, one)) for one in at)
    }
    rows = tuple(row for table in tables.values() for row in table.rows if row.n)
    named = tuple(code_of(row) for row in rows if row.compared in LOWER and row.groups[1][1] in upper)
    table = replace(
        next(iter(tables.values())),
        code=f"{BY_BAND}-{code}-{band}", title=titled(measure(BY_BAND), code), set_code=JOINED.join((coarse, bands)),
        rows=rows, reference=NONE, reference_value=None, place_name=name, period=crossed.period,
        caveats=(*map(caveat, ("not_why", "apart_from_band", "one_day")), caveat("grouping", set=category_set(coarse).name)),
        sources=(source.line,), sentence="No group has a clearly smaller share of the upper bands than of all staff.",
    )  # fmt: skip
    return Made(
        table.code, table, _about_bands(table, rows, named, tables), JOINED.join((code, band)), named, None,
        days_of(crossed.period)[1], 1.0, surer(table),
        beside={code_of(row): float(one.reference_value or 0) for one in tables.values() for row in one.rows},
    )  # fmt: skip


def _coarser(cells, *ways):
    found: dict[Key, int] = {}
    for key, people in cells.items():
        moved = tuple(
            code if before == after else _way(before, after)[code]
            for code, (before, after) in zip(key, ways, strict=True)
        )
        found[moved] = found.get(moved, 0) + people
    return found


def _way(before, after):
    way = mapping(before, after)
    assert way is not None
    return way


def _upper(band_set: str, bands: str) -> set[str]:
    codes = upper_bands()[band_set].codes
    return {code if band_set == bands else _way(band_set, bands)[code] for code in codes}


def _of_residents(place: str, code: str, set_code: str) -> Mapping[str, float]:
    """Each group's share of residents in per cent, where a census counts them in this list."""
    people = population_of(place, code) if place else None
    try:
        found = people.at(set_code) if people else None
    except Problem:
        return {}
    if found is None:
        return {}
    known = {count.code: count.value or 0.0 for count in found.known()}
    return {group: 100 * value / sum(known.values()) for group, value in known.items()}


def _one_group(name, period, group_of, band_of, cells, at, residents) -> Table:
    """One group at each band, compared with its share of all other staff."""
    (code, group), (band, bands), what = group_of, band_of, measure(BY_BAND)
    x = np.array([float(cells.get((group.code, one), 0)) for one in at])
    n = np.array(list(at.values()))
    broad = f"{group.label}: {words.spoken(100 * x.sum() / n.sum())}% of all staff"
    if group.code in residents:
        broad += f", {words.spoken(residents[group.code])}% of residents"
    groups = [
        Group(((code, group.code, group.label), (band, one.code, one.label)), one.label, broad)
        for one in category_set(bands)
    ]
    return tabulate(what, groups, x, n, set_code="", reference=EVERYONE, place=name, period=period)


def _about_bands(
    table: Table, rows: Iterable[Row], named: Sequence[str], tables: Mapping[str, Table]
) -> Finding | None:
    if not named:
        return None
    mine = [row for row in rows if code_of(row) in named]
    said = [
        f"{row.groups[0][2]}: {words.spoken(row.value)} of every 100 staff in {row.label}, and "
        f"{words.spoken(tables[row.groups[0][1]].reference_value)} of every 100 of all staff."
        for row in sorted(mine, key=lambda row: -abs(row.people_missing or 0))[:3]
    ]
    people = sum(abs(row.people_missing or 0) for row in mine)
    where = words.where_and_when(table.place_name, table.period)
    return Finding(
        " ".join(said),
        f"About {max(round(people), 1)} more people of these groups would be there at their share of all staff. {where}.",
        (), table.code, people,
    )  # fmt: skip


# Pay.


def pay_gap_of(name: str, code: str, period: str, gaps: Sequence, source: Source) -> Made:
    """How far each group's pay lies below that of the largest, as it was worked out where the pay is known."""
    what, found = measure(PAY_GAP), category_set(gaps[0].set_code)
    by_code = {gap.code: gap for gap in gaps}
    reference = found.label(gaps[0].reference)
    blank = tabulate(
        what,
        [Group(((code, one.code, one.label),), one.label, one.broad) for one in found],
        np.full(len(found), np.nan),
        np.array([float(by_code[one.code].people) if one.code in by_code else np.nan for one in found]),
        set_code=found.code, reference=NONE, place=name, period=period,
    )  # fmt: skip
    rows = tuple(_paid(row, by_code.get(code_of(row))) for row in blank.rows)
    behind = [row for row in rows if row.lower95 is not None and row.lower95 > 0]
    named = tuple(code_of(row) for row in behind)
    table = replace(
        blank, code=f"{PAY_GAP}-{code}", title=f"{titled(what, code)}, beside {reference}", rows=rows, place_name=name,
        caveats=(*map(caveat, what.caveats), caveat("not_why"), caveat("grouping", set=found.name)),
        sources=(source.line,), sentence=_no_gap(rows, reference),
    )  # fmt: skip
    return Made(
        table.code, table, _about_pay(table, behind, reference, by_code), code, named, None, days_of(period)[1],
        1.0, ("Look at each pay band by itself, and at who works part time.",), people=0.0,
        beside=dict.fromkeys((code_of(row) for row in rows), 0.0),
        medians={gap.code: gap.median for gap in gaps},
    )  # fmt: skip


def _paid(row: Row, gap) -> Row:
    if gap is None:
        return replace(row, n=None, reason="Too few people, or none, to compare pay.")
    if gap.code == gap.reference:
        return replace(row, value=0.0, reason="The group that the others are compared with.")
    return replace(row, value=gap.mean, lower95=gap.low, upper95=gap.high)


def _no_gap(rows: Sequence[Row], reference: str) -> str:
    ahead = [row for row in rows if row.upper95 is not None and row.upper95 < 0]
    if ahead:
        names = words.listed([words.people_of(row) for row in ahead])
        return f"No group's mean pay is clearly below that of {reference}. It is above it for {names}."
    return f"No group's mean pay is clearly below that of {reference}."


def _about_pay(table: Table, behind: Sequence[Row], reference: str, gaps: Mapping) -> Finding | None:
    if not behind:
        return None
    names = words.listed([f"{words.people_of(row)} ({words.spoken(row.value)}%)" for row in behind[:3]])
    medians = words.listed(
        [f"{words.spoken(gaps[code_of(row)].median)}% for {words.people_of(row)}" for row in behind[:3]]
    )
    weight = sum((row.n or 0) * (row.value or 0) / 100 for row in behind)
    return Finding(
        f"Mean hourly pay is below that of {reference} for {names}.",
        f"The gap of the median is {medians}. {words.where_and_when(table.place_name, table.period)}.",
        (), table.code, weight,
    )  # fmt: skip
