"""Characteristics put together, and for two what is left after each alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from equity.analysis import words
from equity.analysis.compare import Array, Frame, Group, in_words, number, tabulate
from equity.analysis.counting import Evidence, column, named
from equity.model import Measure, Row, Table, caveat
from equity.stats import crossing, multiple

Part = tuple[str, str, str]
ALONE = "what the two alone would give"


@dataclass(frozen=True)
class Cross:
    """The counts of some characteristics together: `x` and `n` have an axis for each, in the order of `parts`."""

    chosen: Sequence[str]
    parts: Sequence[Sequence[Part]]
    x: Array
    n: Array


def together(own: Evidence, what: Measure, chosen: Sequence[str]) -> Table:
    """Every cell of the cross. For two, each cell's excess over what the two alone would give, with its interval."""
    parts = [members(own, code) for code in chosen]
    x, n = (crossed_counts(own, parts, chosen, stage) for stage in (what.numerator, what.denominator))
    return crossed_table(what, Cross(chosen, parts, x, n), Frame(own.source.title), own.source.line)


def crossed_table(what: Measure, cross: Cross, frame: Frame, line: str) -> Table:
    """The same from ready-made counts."""
    chosen, x, n = cross.chosen, cross.x, cross.n
    groups = [Group(cell, " and ".join(part[2] for part in cell), cell[0][2]) for cell in product(*cross.parts)]
    table = tabulate(what, groups, x.ravel(), n.ravel(), frame)
    names = words.listed([named(code) for code in chosen])
    caveats: tuple[str, ...] = (caveat("not_why"), caveat("many", count=len(groups)))
    if len(chosen) == 2:
        table = with_excess(table, crossing.excess_over_additive(x, n), what)
        caveats = (*caveats, caveat("excess", names=names))
    worded = words.worded(
        replace(table, rows=tuple(row for row in table.rows if row.n)),
        what,
        title=f"{what.question} By {names} together",
        place_name=frame.place,
        caveats=caveats,
        sources=(line,),
    )
    return replace(worded, code=f"{what.code}-{'-x-'.join(chosen)}")


def members(own: Evidence, code: str) -> list[Part]:
    """The categories of a characteristic, or the places of a kind, as (kind, code, label)."""
    if code in own.mapping.characteristics:
        return [(code, category.code, category.label) for category in own.set_of(code)]
    return [(code, str(key), str(key)) for key in sorted(map(str, own.cells.of(code).keys[code]))]


def crossed_counts(own: Evidence, parts: list[list[Part]], chosen: Sequence[str], stage: str) -> Array:
    cells = own.cells.of(*chosen)
    places = [{part[1]: place for place, part in enumerate(found)} for found in parts]
    counts = np.zeros([len(found) for found in parts])
    for *keys, count in zip(*(cells.keys[code] for code in chosen), column(cells, stage), strict=True):
        where = tuple(place.get(str(key)) for key, place in zip(keys, places, strict=True))
        if None not in where:
            counts[where] = count
    return counts


def with_excess(table: Table, excess: crossing.Excess, what: Measure) -> Table:
    p = multiple.benjamini_hochberg(excess.p.ravel())
    found = zip(
        table.rows, excess.excess.ravel(), excess.lower.ravel(), excess.upper.ravel(), excess.p.ravel(), p, strict=True
    )
    return replace(table, rows=tuple(excess_row(*one, per=what.per) for one in found))


def excess_row(row: Row, excess: float, low: float, high: float, p: float, adjusted: float, *, per: float) -> Row:
    return replace(
        row,
        reference=ALONE,
        difference=number(excess * per),
        difference_lower95=number(low * per),
        difference_upper95=number(high * per),
        p=number(p),
        p_adjusted=number(adjusted),
        compared=in_words(excess, 0.0, adjusted, own=False),
        people_missing=number(-excess * (row.n or 0)),
    )
