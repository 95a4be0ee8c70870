"""Each group's share of the staff at every pay band, beside its share of all staff and of residents."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from equity.analysis import findings as matters
from equity.analysis import words
from equity.analysis.compare import NONE, Frame, Group, tabulate
from equity.model import Finding, Row, Source, Table, caveat, measure, upper_bands
from equity.problem import Problem
from equity.submission.periods import days_of
from equity.vocabulary import category_set, mapping
from hub.findings.computing import JOINED, Made, code_of, population_of, surer, titled
from hub.findings.workforce.figures import Key, by_group_and_band, sides_of
from hub.submissions.rules import Figures

MEASURE = "workforce_share"
# Shorter lists for a picture of every band.
COARSE = {"nhs2001": "group5_2001", "census2011": "group5_2021", "census2021": "group5_2021", "pay_band": "pay_cluster"}
LOWER = ("much lower", "lower")


def bands_of(name: str, crossed: Figures, source: Source, place: str) -> Made | None:
    """A row for each group at each band. The upper bands in which a group's share is clearly lower are named."""
    set_code, band_set, cells = by_group_and_band(crossed)
    code, band = sides_of(crossed)
    coarse, bands = COARSE.get(set_code, set_code), COARSE.get(band_set, band_set)
    cells = _coarser(cells, (set_code, coarse), (band_set, bands))
    at = {one.code: _people_in(cells, one.code) for one in category_set(bands)}
    if not any(at.values()):
        return None
    residents = _of_residents(place, code, coarse)
    tables = {
        group.code: _one_group(name, crossed.period, (code, group), (band, bands), cells, at, residents)
        for group in category_set(coarse)
        if any(cells.get((group.code, one)) for one in at)
    }
    rows = tuple(row for table in tables.values() for row in table.rows if row.n)
    named = _named(rows, _upper(band_set, bands))
    table = replace(
        next(iter(tables.values())),
        code=f"{MEASURE}-{code}-{band}",
        title=titled(measure(MEASURE), code),
        set_code=JOINED.join((coarse, bands)),
        rows=rows,
        reference=NONE,
        reference_value=None,
        caveats=_caveats(coarse),
        sources=(source.line,),
        sentence="No group has a clearly smaller share of the upper bands than of all staff.",
    )
    found, both, ends = _about(table, named, tables), JOINED.join((code, band)), days_of(crossed.period)[1]
    made = Made(table.code, table, found, both, named, None, ends, 1.0, surer(table))
    return replace(made, beside=_shares_of_all(tables))


def _people_in(cells, band):
    return float(sum(people for (_, other), people in cells.items() if other == band))


def _named(rows, upper):
    return tuple(code_of(row) for row in rows if row.compared in LOWER and row.groups[1][1] in upper)


def _caveats(set_code):
    said = tuple(caveat(one) for one in ("not_why", "apart_from_band", "one_day"))
    return (*said, caveat("grouping", set=category_set(set_code).name))


def _shares_of_all(tables):
    return {code_of(row): float(one.reference_value or 0) for one in tables.values() for row in one.rows}


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
    (code, group), (band, bands), what = group_of, band_of, measure(MEASURE)
    x = np.array([float(cells.get((group.code, one), 0)) for one in at])
    n = np.array(list(at.values()))
    broad = f"{group.label}: {words.spoken(100 * x.sum() / n.sum())}% of all staff"
    if group.code in residents:
        broad += f", {words.spoken(residents[group.code])}% of residents"
    groups = [
        Group(((code, group.code, group.label), (band, one.code, one.label)), one.label, broad)
        for one in category_set(bands)
    ]
    return tabulate(what, groups, x, n, Frame(name, period=period))


def _about(table: Table, named: Sequence[str], tables: Mapping[str, Table]) -> Finding | None:
    if not named:
        return None
    mine = [row for row in table.rows if code_of(row) in named]
    missed = {group: _missing(row for row in mine if row.groups[0][1] == group) for group in tables}
    most = sorted((group for group in tables if missed[group]), key=lambda group: -missed[group])[:3]
    said = " ".join(_said([row for row in mine if row.groups[0][1] == group], tables[group]) for group in most)
    people = _missing(mine)
    where = words.where_and_when(table.place_name, table.period)
    detail = f"{matters.about(people)} more people of these groups would be there at their share of all staff."
    return Finding(said, f"{detail} {where}.", (), table.code, people)


def _missing(rows) -> float:
    return sum(abs(row.people_missing or 0) for row in rows)


def _said(rows: Sequence[Row], table: Table) -> str:
    """One group: its share of the upper bands in which it is lower, and of all staff."""
    there = [f"{words.spoken(row.value)} in {row.label}" for row in rows]
    everywhere = f"{words.spoken(table.reference_value)} of every 100 staff"
    return f"{rows[0].groups[0][2]}: {everywhere}, and of every 100 only {words.listed(there)}."
