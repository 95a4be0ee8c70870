"""Whose characteristics are written down, at each stage and in each period."""

from collections.abc import Sequence

import numpy as np

from equity.analysis import words
from equity.analysis.compare import NONE, Beside, Frame, Group, tabulate
from equity.model import Counts, Table, caveat, measure
from equity.vocabulary import category_set, characteristics


def completeness(counts: Sequence[Counts], totals: Sequence[float], *, title: str = "", place_name: str = "") -> Table:
    """One row a characteristic: records with a known answer, of all records of that stage and period.

    People of unknown answer are those the source says are unknown, so a characteristic with several answers a
    person (disability) is not counted twice. Promises: known and unknown add up to the records.
    """
    what = measure("completeness")
    groups, x, n = [], [], []
    for one, total in zip(counts, totals, strict=True):
        found = characteristics()[category_set(one.set_code).characteristic]
        groups.append(Group(((found.code, found.code, found.name),), found.name))
        x.append(max(total - one.unknown, 0.0))
        n.append(total)
    table = tabulate(
        what,
        groups,
        np.array(x),
        np.array(n),
        Frame(counts[0].place, period=counts[0].period, reference=NONE),
        beside=Beside(counts[0].source),
    )
    # Characteristics are not compared with each other: each stands alone.
    caveats = (caveat("definition_changes"), *words.source_caveats(table.rows, counts[0].source))
    return words.worded(
        table,
        what,
        title=title,
        place_name=place_name or counts[0].place,
        caveats=caveats,
        sources=(counts[0].source.line,),
    )
