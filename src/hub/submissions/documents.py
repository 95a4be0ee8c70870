"""Figures that are made here rather than in a service: the demonstration's."""

from equity.submission.document import Rows, Submission, Table
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
