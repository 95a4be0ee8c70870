"""The people who work here: who stands at each pay band, and who is paid less."""
# ruff: noqa: S608 - names are ours

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from equity.analysis import words
from equity.analysis.compare import NONE, Frame, Group, number, tabulate
from equity.analysis.counting import Evidence
from equity.model import Row, Source, Table, caveat, measure
from equity.reading.files import OpenFile
from equity.stats.means import median_gap, pay_gap_limits
from equity.vocabulary import characteristics

FEWEST_PAID = 5


def band_shares(own: Evidence, code: str) -> Table:
    """Each group's share of the staff with a known group, at every pay band in turn."""
    what, bands, source = measure("workforce_share"), own.set_of("pay_band"), own.source
    found, part = own.set_of(code), own.cells.of(code, "pay_band")
    counts = {
        (band, key): float(n)
        for band, key, n in zip(part.keys["pay_band"], part.keys[code], part.counts["n"], strict=True)
    }
    groups, x, n = [], [], []
    for band in bands:
        staff = sum(counts.get((band.code, category.code), 0.0) for category in found)
        for category in found:
            pair = (("pay_band", band.code, band.label), (code, category.code, category.label))
            groups.append(Group(pair, category.label, band.label))
            x.append(counts.get((band.code, category.code), 0.0))
            n.append(staff)
    table = tabulate(
        what, groups, np.array(x), np.array(n), Frame(source.title, reference=NONE)
    )  # fmt: skip
    kept = tuple(row for row in table.rows if row.n)
    title = f"{what.question} By {characteristics()[code].name.lower()}"
    return finished(table, kept, f"workforce-share-{code}", title, "Each band adds up to all its staff.", source)


def pay_gap(file: OpenFile, own: Evidence, code: str) -> Table:
    """Mean gap in pay of each group to a reference group (the largest, unless one is chosen), in percent.

    The value is the mean gap and the median gap stands in the note. Limits by drawing the people again (seeded).
    Promises: 0 for the reference; nothing below five people.
    """
    paid = paid_by_group(file, code)
    found, what, source, reference = own.set_of(code), measure("pay_gap"), own.source, own.wanted.reference
    known = [key for key in paid if key in found.codes]
    chosen = reference if reference in known else max(known, key=lambda key: len(paid[key]), default="")
    blank = tabulate(
        what,
        [Group(((code, one.code, one.label),), one.label, one.broad) for one in found],
        np.full(len(found), np.nan),
        np.array([float(len(paid.get(one.code, ()))) for one in found]),
        Frame(source.title, set_code=found.code, reference=NONE),
    )
    rows = []
    for row in blank.rows:
        group, other = paid.get(row.groups[0][1], np.array([])), paid.get(chosen, np.array([]))
        rows.append(with_gap(row, group, other, is_reference=row.groups[0][1] == chosen))
    label = found.label(chosen) if chosen in found.codes else "nobody"
    title = f"{what.question} By {characteristics()[code].name.lower()}, beside {label}"
    clear = [words.people_of(row) for row in rows if row.lower95 is not None and row.lower95 > 0]
    said = f"Mean pay is lower than that of {label} for {words.listed(clear)}." if clear else "No pay gap is clear."
    return finished(blank, tuple(rows), f"pay-gap-{code}", title, said, source)


def paid_by_group(file: OpenFile, code: str) -> dict[str, np.ndarray]:
    rows = file.connection.execute(
        f"select {code}, list(pay order by row_number) from coded where pay > 0 group by 1 order by 1"
    ).fetchall()
    return {key: np.array(values, dtype=np.float64) for key, values in rows}


def with_gap(row: Row, own: np.ndarray, other: np.ndarray, *, is_reference: bool) -> Row:
    """A row with its gap; only a reason where there are too few people."""
    if is_reference:
        return replace(row, value=0.0, reason="The reference.")
    if len(own) < FEWEST_PAID or len(other) < FEWEST_PAID:
        return replace(row, reason="Too few people to compare pay.")
    mean, median = pay_gap_limits(other, own), median_gap(other, own)[1]
    wider = pay_gap_limits(other, own, confidence=0.998)
    return replace(
        row,
        value=number(np.float64(mean.value)),
        lower95=mean.lower,
        upper95=mean.upper,
        lower998=wider.lower,
        upper998=wider.upper,
        reason=f"The median gap is {words.spoken(median)}%.",
    )


def finished(table: Table, rows: Sequence[Row], code: str, title: str, sentence: str, source: Source) -> Table:
    return replace(
        table,
        rows=tuple(rows),
        code=code,
        title=title,
        sentence=sentence,
        caveats=(caveat("not_why"),),
        sources=(source.line,),
    )
