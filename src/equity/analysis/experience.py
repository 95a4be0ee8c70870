"""Mean scores by group."""

from dataclasses import replace

import numpy as np

from equity.analysis import words
from equity.analysis.compare import NONE, Frame, Group, number, tabulate
from equity.analysis.counting import Evidence, titled
from equity.model import Row, Table, caveat, measure
from equity.stats import means

FEWEST = 5


def experience(own: Evidence, code: str) -> Table:
    """Mean scores by group, with Student's t interval where at least five answered."""
    part, found, what = own.cells.of(code), own.set_of(code), measure("experience")
    n, total, squares = (part.counts[name].astype(float) for name in ("answers", "score", "squares"))
    wide, wider = (means.mean_from_sums(n, total / 1000, squares / 1e6, confidence=level) for level in (0.95, 0.998))
    places = {key: place for place, key in enumerate(part.keys[code]) if n[place]}
    nobody = np.zeros(len(found))
    name = own.source.title
    groups = [Group(((code, one.code, one.label),), one.label, one.broad) for one in found]
    blank = tabulate(what, groups, nobody, nobody, Frame(name, set_code=found.code, reference=NONE))
    everyone = float(total.sum() / 1000 / n.sum()) if n.sum() else None
    return replace(
        blank,
        code=f"experience-{code}",
        title=titled(what, code),
        rows=tuple(with_mean(row, places.get(row.groups[0][1]), n, wide, wider) for row in blank.rows),
        reference_value=everyone,
        sentence=f"The mean score is {words.spoken(everyone)}." if everyone is not None else "Nobody answered.",
        caveats=tuple(caveat(name) for name in what.caveats),
        sources=(own.source.line,),
    )


def with_mean(row: Row, place: int | None, n: np.ndarray, wide: means.Mean, wider: means.Mean) -> Row:
    if place is None:
        return replace(row, n=0.0, x=None, reason="Nobody of this group answered.")
    found = replace(row, n=float(n[place]), x=None, value=number(wide.value[place]), reason="")
    if n[place] < FEWEST:
        return replace(found, reason="Too few answers for an interval.")
    low, high, lower, higher = (number(side[place]) for side in (wide.lower, wide.upper, wider.lower, wider.upper))
    return replace(found, lower95=low, upper95=high, lower998=lower, upper998=higher)
