"""Places beside each other: is one further from the average than chance would put it?"""

from dataclasses import replace

import numpy as np

from equity.analysis import words
from equity.analysis.compare import as_array
from equity.model import Compared, Funnel, Row, Table, caveat
from equity.stats import funnels

FEWEST_PLACES = 5


def with_funnel(table: Table, *, own: str = "") -> Table:
    """Funnel limits around the average of a table of shares; where places differ by more than chance, wider ones.

    The same table when there are fewer than five places or nothing to compare.
    """
    x, n = as_array([row.x for row in table.rows]), as_array([row.n for row in table.rows])
    usable = (n > 0) & (x <= n)
    if usable.sum() < FEWEST_PLACES or x[usable].sum() in (0, n[usable].sum()):
        return table
    average, spread = float(x[usable].sum() / n[usable].sum()), funnels.overdispersion(x[usable], n[usable])
    funnel = Funnel(average, spread.tau if spread.is_clear else 0.0, spread.phi, spread.p, own)
    rows = tuple(judged(row, funnel) if fine else row for row, fine in zip(table.rows, usable, strict=True))
    return replace(table, rows=rows, funnel=funnel)


def judged(row: Row, funnel: Funnel) -> Row:
    """Lower or higher than chance alone (or the usual differences between places) would put it."""
    limits = limits_at(np.array([row.n or 0.0]), funnel)
    return replace(row, compared=standing((row.x or 0.0) / (row.n or 1.0), limits))


def standing(share: float, limits: funnels.FunnelLimits) -> Compared:
    if share < limits.lower95[0]:
        return "much lower" if share < limits.lower998[0] else "lower"
    if share > limits.upper95[0]:
        return "much higher" if share > limits.upper998[0] else "higher"
    return "about the same"


def limits_at(n: np.ndarray, funnel: Funnel) -> funnels.FunnelLimits:
    return funnels.proportion_funnel(n, funnel.average, tau=funnel.tau)


def funnel_caveats(table: Table) -> tuple[str, ...]:
    if table.funnel is None:
        return ()
    tau = table.funnel.tau
    wide = caveat("overdispersed", points=words.spoken(100 * tau)) if tau else ""
    return tuple(said for said in (caveat("funnel"), wide) if said)
