"""Pay gaps as employers worked them out where the pay is known. No pay is here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from equity.analysis import words
from equity.analysis.compare import NONE, Frame, Group, tabulate
from equity.model import Finding, Row, Source, Table, caveat, measure
from equity.submission.periods import days_of
from equity.vocabulary import category_set
from hub.findings.computing import Made, code_of, titled

MEASURE = "pay_gap"
SURER = ("Look at each pay band by itself, and at who works part time.",)


def pay_gap_of(name: str, code: str, period: str, gaps: Sequence, source: Source) -> Made:
    """How far each group's pay lies below that of one of them."""
    by_code = {gap.code: gap for gap in gaps}
    blank = _blank(name, code, period, gaps[0].set_code, by_code)
    rows = tuple(_paid(row, by_code.get(code_of(row))) for row in blank.rows)
    reference = next(row for row in rows if code_of(row) == gaps[0].reference)
    behind = [row for row in rows if row.lower95 is not None and row.lower95 > 0]
    table = replace(
        blank,
        code=f"{MEASURE}-{code}",
        title=f"{titled(measure(MEASURE), code)}, beside {words.people_of(reference)}",
        rows=rows,
        caveats=_caveats(gaps[0].set_code),
        sources=(source.line,),
        sentence=_nobody_behind(rows, words.people_of(reference)),
    )
    finding, named = _about(table, behind, words.people_of(reference), by_code), tuple(map(code_of, behind))
    made = Made(table.code, table, finding, code, named, None, days_of(period)[1], 1.0, SURER, people=0.0)
    # Nought is where pay is the same, so the line that others are compared with stands there.
    nought, medians = {code_of(row): 0.0 for row in rows}, {gap.code: gap.median for gap in gaps}
    return replace(made, beside=nought, medians=medians)


def _blank(name, code, period, set_code, by_code) -> Table:
    """A row for each group of the list, with nothing but how many people were paid."""
    found = category_set(set_code)
    groups = [Group(((code, one.code, one.label),), one.label, one.broad) for one in found]
    x = np.full(len(found), np.nan)
    n = np.array([float(by_code[one.code].people) if one.code in by_code else np.nan for one in found])
    return tabulate(measure(MEASURE), groups, x, n, Frame(name, period=period, set_code=set_code, reference=NONE))


def _caveats(set_code):
    said = tuple(caveat(one) for one in (*measure(MEASURE).caveats, "not_why"))
    return (*said, caveat("grouping", set=category_set(set_code).name))


def _paid(row: Row, gap) -> Row:
    if gap is None:
        return replace(row, n=None, reason="Too few people, or none, to compare pay.")
    if gap.code == gap.reference:
        return replace(row, value=0.0, reason="The group that the others are compared with.")
    return replace(row, value=gap.mean, lower95=gap.low, upper95=gap.high)


def _nobody_behind(rows: Sequence[Row], reference: str) -> str:
    ahead = [row for row in rows if row.upper95 is not None and row.upper95 < 0]
    more = f" It is above it for {words.listed([words.people_of(row) for row in ahead])}." if ahead else ""
    return f"No group's mean pay is clearly below that of {reference}.{more}"


def _about(table: Table, behind: Sequence[Row], reference: str, gaps: Mapping) -> Finding | None:
    if not behind:
        return None
    most = sorted(behind, key=lambda row: -(row.value or 0))[:3]
    names = words.listed([f"{words.people_of(row)} ({words.spoken(row.value)}%)" for row in most])
    medians = words.listed([f"{words.spoken(gaps[code_of(row)].median)}% for {words.people_of(row)}" for row in most])
    weight = sum((row.n or 0) * (row.value or 0) / 100 for row in behind)
    return Finding(
        f"Mean hourly pay is below that of {reference} for {names}.",
        f"The gap of the median is {medians}. {words.where_and_when(table.place_name, table.period)}.",
        (),
        table.code,
        weight,
    )
