"""Places as dots in a funnel: the smaller the place, the further chance alone may put it from the average."""
# ruff: noqa: E501 - a tag reads best on one line

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

import numpy as np

from equity.charts.picture import COLOURS, GRID, INK, SKY, SOFT, STANDING, foot, picture, shape, wrapped
from equity.charts.scale import Scale, scale_for
from equity.disclosure.results import ReleasedTable, insist
from equity.model import Funnel, Row, Table, measure
from equity.stats import funnels

LEFT, TOP, WIDE, HIGH, STEPS, MOST_NAMED = 70, 90, 780, 380, 60, 6
# Room that a letter and a line take, in percent of the plot.
LETTER, LINE, AWAY = 1.05, 4.5, 1.6
BANDS = (("lower998", "upper998", 0.10), ("lower95", "upper95", 0.16))


@dataclass(frozen=True)
class Name:
    """A place's name beside its mark, to the left or the right of it."""

    row: Row
    left: float
    right: float
    y: float
    is_left: bool

    def meets(self, x: float, y: float, width: float = 0.0) -> bool:
        return self.left - 1 < x + width and x < self.right + 1 and abs(self.y - y) < LINE


@dataclass(frozen=True)
class Drawing:
    """Everything in percent of the plot, so that one drawing serves a page and a picture."""

    across: Scale
    up: Scale
    bands: tuple[tuple[str, float], ...]
    average: float
    rows: tuple[Row, ...]
    names: tuple["Name", ...] = ()

    def x(self, row: Row) -> float:
        return self.across.at(row.n or 0)

    def y(self, row: Row) -> float:
        return round(100 - self.up.at(row.value or 0), 2)


def drawing_of(table: Table, funnel: Funnel) -> Drawing:
    rows = tuple(row for row in table.rows if row.value is not None and row.n)
    across = scale_for([row.n for row in rows], from_zero=True)
    smallest = min(row.n or 1 for row in rows)
    n = np.linspace(max(smallest * 0.6, 1), across.high, STEPS)
    limits = funnels.proportion_funnel(n, funnel.average, tau=funnel.tau)
    edges = [100 * float(side[STEPS // 4]) for side in (limits.lower998, limits.upper998)]
    up = scale_for([*(row.value for row in rows), *edges], unit="%", top=100.0)
    bands = tuple(
        (band(across, up, n, getattr(limits, low), getattr(limits, high)), depth) for low, high, depth in BANDS
    )
    bare = Drawing(across, up, bands, round(100 - up.at(100 * funnel.average), 2), rows)
    return replace(bare, names=tuple(names(bare, funnel.own)))


def band(across: Scale, up: Scale, n: np.ndarray, low: np.ndarray, high: np.ndarray) -> str:
    def points(side: np.ndarray) -> list[str]:
        return [f"{across.at(float(x))} {100 - up.at(100 * float(y)):.2f}" for x, y in zip(n, side, strict=True)]

    return "M" + " L".join([*points(high), *reversed(points(low))]) + "Z"


def names(drawn: Drawing, own: str) -> list[Name]:
    """The reader's own place, then the few beyond the limits, the furthest first, where there is room for them."""
    beyond = [row for row in drawn.rows if STANDING[row.compared][0] != "same" or is_own(row, own)]
    beyond.sort(key=lambda row: (not is_own(row, own), -abs(drawn.y(row) - drawn.average)))
    kept: list[Name] = []
    for row in beyond:
        free = next((name for name in sides(drawn, row) if has_room(name, drawn, kept)), None)
        if free and len(kept) < MOST_NAMED:
            kept.append(free)
    return kept


def is_own(row: Row, own: str) -> bool:
    return row.groups[0][1] == own


def sides(drawn: Drawing, row: Row) -> tuple[Name, Name]:
    x, y, width = drawn.x(row), drawn.y(row), LETTER * len(row.label)
    return Name(row, x + AWAY, x + AWAY + width, y, False), Name(row, x - AWAY - width, x - AWAY, y, True)


def has_room(name: Name, drawn: Drawing, kept: Sequence[Name]) -> bool:
    if name.left < 0 or name.right > 100:
        return False
    dots = any(name.meets(drawn.x(row), drawn.y(row)) for row in drawn.rows if row is not name.row)
    return not dots and not any(name.meets(other.left, other.y, other.right - other.left) for other in kept)


def describe(table: Table) -> str:
    return f"{len(table.rows)} places by their size and their share, {measure(table.measure).unit}. {table.sentence}"


def key(table: Table) -> str:
    there = {STANDING[row.compared][0] for row in table.rows}
    said = (("low", "Lower than the funnel"), ("same", "Inside it"), ("high", "Higher than it"))
    marks = "".join(
        f'<span class="k {kind}"><svg width="18" height="18" aria-hidden="true" focusable="false">{mark(kind, "50%", "50%")}</svg>{words}</span>'
        for kind, words in said
        if kind in there
    )
    return f'<p class="key">{marks}</p>'


def mark(kind: str, x: str, y: str) -> str:
    if kind == "high":
        return f'<svg x="{x}" y="{y}" overflow="visible"><rect class="dot" x="-5" y="-5" width="10" height="10" rx="2"/></svg>'
    return f'<circle class="dot" cx="{x}" cy="{y}" r="5.5"/>'


def funnel_html(table: ReleasedTable, funnel: Funnel) -> str:
    """The chart for a page: bands stretch, dots and names keep their shape."""
    insist(table)
    drawn = drawing_of(table, funnel)
    lines = "".join(
        f'<line class="grid" x1="0" x2="100%" y1="{100 - drawn.up.at(tick)}%" y2="{100 - drawn.up.at(tick)}%"/>'
        for tick in drawn.up.ticks
    )
    bands = "".join(f'<path class="funnel" d="{path}" opacity="{depth}"/>' for path, depth in drawn.bands)
    dots = "".join(
        f'<g class="{STANDING[row.compared][0]}">{mark(STANDING[row.compared][0], f"{drawn.x(row)}%", f"{drawn.y(row)}%")}</g>'
        for row in drawn.rows
    )
    said = "".join(
        f'<span class="name{" back" if name.is_left else ""}" style="inset-inline-start:{drawn.x(name.row)}%;inset-block-start:{name.y}%">{escape(name.row.label)}</span>'
        for name in drawn.names
    )
    ticks = "".join(
        f'<span style="inset-block-start:{100 - drawn.up.at(tick)}%">{drawn.up.words(tick)}</span>'
        for tick in drawn.up.ticks
    )
    sizes = "".join(
        f'<span style="inset-inline-start:{drawn.across.at(tick)}%">{drawn.across.words(tick)}</span>'
        for tick in drawn.across.ticks
    )
    plot = (
        f'<svg width="100%" height="100%" aria-hidden="true" focusable="false">{lines}<svg width="100%" height="100%" viewBox="0 0 100 100" preserveAspectRatio="none">{bands}</svg>'
        f'<line class="ref" x1="0" x2="100%" y1="{drawn.average}%" y2="{drawn.average}%"/>{dots}</svg>'
    )
    return (
        f'{key(table)}<div class="scatter" aria-hidden="true"><div class="side">{ticks}</div><div class="field">{plot}{said}</div>'
        f'<div class="axis">{sizes}</div><p class="small">Number of records in each place</p></div>'
    )


def funnel_svg(table: ReleasedTable, funnel: Funnel) -> str:
    """The chart as a picture that stands alone."""
    insist(table)
    drawn = drawing_of(table, funnel)
    bottom = TOP + HIGH
    grid = "".join(
        f'<line x1="{LEFT}" x2="{LEFT + WIDE}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/><text x="{LEFT - 10}" y="{y + 5:.1f}" text-anchor="end" font-size="14" fill="{SOFT}">{drawn.up.words(tick)}</text>'
        for tick in drawn.up.ticks
        for y in (TOP + (100 - drawn.up.at(tick)) / 100 * HIGH,)
    )
    grid += "".join(
        f'<text x="{LEFT + drawn.across.at(tick) / 100 * WIDE:.1f}" y="{bottom + 22}" text-anchor="middle" font-size="14" fill="{SOFT}">{drawn.across.words(tick)}</text>'
        for tick in drawn.across.ticks
    )
    bands = "".join(f'<path d="{path}" fill="{SKY}" opacity="{depth}"/>' for path, depth in drawn.bands)
    middle = TOP + drawn.average / 100 * HIGH
    line = f'<line x1="{LEFT}" x2="{LEFT + WIDE}" y1="{middle:.1f}" y2="{middle:.1f}" stroke="{INK}" stroke-width="2" stroke-dasharray="2 4"/>'
    line += f'<text x="{LEFT + WIDE}" y="{middle - 7:.1f}" text-anchor="end" font-size="14" fill="{INK}">Everyone together {100 * funnel.average:,.1f}%</text>'
    wide = (
        f" The bands allow for the usual differences between places, {100 * funnel.tau:,.1f} points."
        if funnel.tau
        else ""
    )
    feet = [
        "Number of records in each place, across. Bands hold 95 and 99.8 of 100 places in which nothing else is going on.",
        f"Hollow: lower. Square: higher.{wide}",
        f"{table.mark}.",
        *wrapped(table.sources),
    ]
    clip = f'<g transform="translate({LEFT} {TOP}) scale({WIDE / 100} {HIGH / 100})">{bands}</g>'
    return picture(
        table.title,
        describe(table),
        ", ".join(part for part in (measure(table.measure).unit, table.place_name, table.period) if part),
        grid
        + clip
        + line
        + "".join(svg_mark(drawn, row) for row in drawn.rows)
        + "".join(svg_name(name) for name in drawn.names)
        + foot(feet, bottom + 50),
        bottom + 62 + 17 * len(feet),
    )


def svg_mark(drawn: Drawing, row: Row) -> str:
    kind = STANDING[row.compared][0]
    return shape(kind, *in_picture(drawn.x(row), drawn.y(row)), COLOURS[kind], 5)


def svg_name(name: Name) -> str:
    x, y = in_picture(name.right if name.is_left else name.left, name.y)
    anchor = "end" if name.is_left else "start"
    return f'<text x="{x}" y="{y + 4.5}" text-anchor="{anchor}" font-size="13" fill="{INK}">{escape(name.row.label)}</text>'


def in_picture(x: float, y: float) -> tuple[float, float]:
    return round(LEFT + x / 100 * WIDE, 1), round(TOP + y / 100 * HIGH, 1)
