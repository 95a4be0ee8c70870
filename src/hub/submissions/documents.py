"""Figures that are made here rather than in a service: the demonstration's."""

from dataclasses import replace

from equity.submission.bands import tables_by_band
from equity.submission.document import Paid, PayGap, Rows, Submission, Table
from equity.vocabulary import Unknown, category_set


def from_lists(stages, lists, periods):
    """`lists` are a list's code -> a group's code -> for each period a count for each stage."""
    tables, totals = [], {}
    for number, period in enumerate(periods):
        for set_code, groups in lists.items():
            everybody = (*category_set(set_code).codes, *map(str, Unknown))
            nobody = (0,) * len(stages)
            counts = {code: tuple(groups[code][number]) if code in groups else nobody for code in everybody}
            tables.append(Table(period, category_set(set_code).characteristic, set_code, counts))
            totals.setdefault(period, tuple(map(sum, zip(*counts.values(), strict=True))))
    return Submission("people", tuple(stages), totals, tuple(tables), Rows(), "made up, as an example")


def of_staff(row, periods):
    """The same of staff: `by_band` are a list's code -> a group's code -> for each period a count for each band."""
    made = from_lists(row["stages"], row["lists"], periods)
    tables, crossed = list(made.tables), []
    for number, period in enumerate(periods):
        for set_code, groups in row["by_band"].items():
            of_period = {code: counts[number] for code, counts in groups.items()}
            everybody, pairs = tables_by_band(period, set_code, row["bands"], of_period, row["stages"])
            crossed.append(pairs)
        tables.append(everybody)
    pay = [_pay_gap(periods[-1], set_code, of) for set_code, of in row["pay"].items()]
    return replace(made, tables=tuple(tables), crossed=tuple(crossed), pay=tuple(pay))


def _pay_gap(period, set_code, of):
    groups = {code: Paid(people, *shares) for code, (people, *shares) in of["groups"].items()}
    return PayGap(period, category_set(set_code).characteristic, set_code, of["reference"], groups)
