"""The same table year after year, and how the gap between groups moves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from equity.analysis import words
from equity.analysis.compare import as_array
from equity.model import Line, Point, Row, Series, Table, Usual, caveat, measure
from equity.stats import charts_over_time, noticing, proportions, strata

FEWEST_PERIODS = 8
# A control chart may be drawn from fewer, with provisional limits (Making Data Count asks for 12 to 20).
FEWEST_FOR_LIMITS, SETTLED = 6, 12


@dataclass(frozen=True)
class Gap:
    """Has a group's gap to the reference changed between the first and the last period?"""

    label: str
    first: float
    last: float
    p: float


def over_time(tables: Sequence[Table], *, title: str, show: str = "value", groups: Sequence[str] = ()) -> Series:
    """Lines of a measure's value, or of its ratio to the reference, through tables of the same groups.

    With show="control" each line is a control chart: its usual ups and downs, and whether it changed or is noise.
    Half-years become one by themselves where there are enough of them to show what is usual.
    """
    first, show = tables[0], "control" if show == "value" and are_many_halves(tables) else show
    wanted = [row.groups[0][1] for row in first.rows if not groups or row.groups[0][1] in groups]
    lines = tuple(line_of(code, [row_of(table, code) for table in tables], show) for code in wanted)
    unit = "times the reference" if show == "ratio" else measure(first.measure).unit
    said = [said for table in tables for said in table.caveats if "%" not in said]
    caveats = tuple(dict.fromkeys((*less_safe(tables), *provisional(lines), *to_notice(tables, show), *said)))
    return Series(
        f"{first.code}-{'control' if show == 'control' else 'over-time'}",
        title,
        first.measure,
        unit,
        first.place_name,
        tuple(table.period for table in tables),
        lines,
        changed(lines) if show == "control" else moved(lines, show),
        caveats,
        tuple(dict.fromkeys(line for table in tables for line in table.sources)),
        words.reference_words(first) if show == "ratio" else "",
        all(table.is_published for table in tables),
    )


def less_safe(tables: Sequence[Table]) -> list[str]:
    """Periods in which far more people than usual had no known group."""
    shares = [unknown_share(table) for table in tables]
    usual = float(np.median(shares))
    return [
        caveat("unknown_rising", period=table.period, share=words.spoken(100 * share))
        for table, share in zip(tables, shares, strict=True)
        if share > 0.10 and share > 1.5 * usual
    ]


def unknown_share(table: Table) -> float:
    known = sum(row.x or 0 for row in table.rows)
    unknown = table.rows[0].n_unknown if table.rows else 0.0
    return unknown / (known + unknown) if known + unknown else 0.0


def row_of(table: Table, code: str) -> Row:
    return next(row for row in table.rows if row.groups[0][1] == code)


def line_of(code: str, rows: Sequence[Row], show: str) -> Line:
    points = tuple(point_of(row, show) for row in rows)
    x, n = as_array([point.x for point in points]), as_array([point.n for point in points])
    usable = ~np.isnan(x) & (n > 0) & (x <= n)
    rising = strata.trend(x[usable], n[usable]).p if usable.sum() > 2 and show != "ratio" else np.nan
    usual = usual_of(points, usable) if show == "control" else None
    fewest = FEWEST_FOR_LIMITS if show == "control" else FEWEST_PERIODS
    return Line(
        code,
        words.full_label(rows[0]),
        points,
        None if np.isnan(rising) else rising,
        special(points, usable, fewest),
        usual,
    )


def are_many_halves(tables: Sequence[Table]) -> bool:
    return len(tables) >= FEWEST_FOR_LIMITS and all(words.is_half(table.period) for table in tables)


def usual_of(points: Sequence[Point], usable: np.ndarray) -> Usual | None:
    """Mean and limits of an XmR chart, which takes the usual ups and downs from the series itself."""
    if usable.sum() < FEWEST_FOR_LIMITS:
        return None
    chart = charts_over_time.xmr(as_array([point.value for point in points])[usable])
    return Usual(chart.mean, max(float(chart.lower[0]), 0.0), float(chart.upper[0]))


def provisional(lines: Sequence[Line]) -> list[str]:
    counts = [sum(point.value is not None for point in line.points) for line in lines if line.usual]
    return [caveat("provisional", count=max(counts))] if counts and max(counts) < SETTLED else []


def changed(lines: Sequence[Line]) -> str:
    """Change or noise, for each line: the only question a control chart answers."""
    known = [line for line in lines if line.usual]
    change = [f"{line.label} ({words.listed(list(line.special))})" for line in known if line.special]
    noise = [line.label for line in known if not line.special]
    if not known:
        return "There are too few periods to tell change from noise."
    parts = [f"More than noise: {words.listed(change)}."] if change else []
    parts += [f"No more than the usual ups and downs (noise): {words.listed(noise)}."] if noise else []
    return " ".join(parts)


NOTICED, POINTS = "share", 5


def to_notice(tables: Sequence[Table], show: str) -> list[str]:
    """How long a service of this size would need to notice a change in a share."""
    first = tables[0]
    if show == "ratio" or measure(first.measure).kind != NOTICED or first.measure == "completeness":
        return []
    a_year = 2 if words.is_half(first.period) else 1
    people = {
        row.label: float(np.mean([row_of(t, row.groups[0][1]).n or 0 for t in tables])) * a_year for row in first.rows
    }
    shares = [table.reference_value for table in tables if table.reference_value]
    counted = {label: n for label, n in people.items() if n > 0}
    if not shares or len(counted) < 2:
        return []
    return [notice_line(float(np.mean(shares)) / 100, counted)]


def notice_line(share: float, people: dict[str, float]) -> str:
    later = share + POINTS / 100 if share < 0.5 else share - POINTS / 100
    smallest = min(people, key=lambda label: people[label])
    everyone = sum(people.values())
    return caveat(
        "notice",
        people=words.rounded(everyone),
        points=POINTS,
        years=words.years(noticing.years_needed(share, later, people_a_year=everyone)),
        group=smallest,
        few=words.rounded(people[smallest]),
        long=words.years(noticing.years_needed(share, later, people_a_year=people[smallest])),
    )


def point_of(row: Row, show: str) -> Point:
    if show == "ratio":
        return Point(row.period, row.ratio, row.ratio_lower95, row.ratio_upper95, row.x, row.n)
    return Point(row.period, row.value, row.lower95, row.upper95, row.x, row.n)


def special(points: Sequence[Point], usable: np.ndarray, fewest: int) -> tuple[str, ...]:
    """Periods with special cause on an XmR chart, which takes the usual ups and downs from the series itself.

    A p-chart would flag nearly every point where thousands are counted. Fewer than eight periods show no usual.
    """
    if usable.sum() < fewest:
        return ()
    kept = [point for point, keep in zip(points, usable, strict=True) if keep]
    flags = charts_over_time.xmr(as_array([point.value for point in kept])).special
    return tuple(point.period for point, flag in zip(kept, flags, strict=True) if flag)


def moved(lines: Sequence[Line], show: str) -> str:
    """Which lines went up or down from the first to the last period, by more than their intervals."""
    up, down = [], []
    for line in lines:
        first, last = line.points[0], line.points[-1]
        if None in (first.low, first.high, last.low, last.high):
            continue
        if last.low > first.high:  # type: ignore[operator]
            up.append(from_to(line, show))
        elif last.high < first.low:  # type: ignore[operator]
            down.append(from_to(line, show))
    if not up and not down:
        return "From the first year to the last no line moved by more than chance could."
    parts = [f"It {verb} for {words.listed(names)}" for verb, names in (("went up", up), ("went down", down)) if names]
    return ". ".join(parts) + "."


def from_to(line: Line, show: str) -> str:
    decimals = 2 if show == "ratio" else None
    return f"{line.label} ({words.spoken(line.points[0].value, decimals)} to {words.spoken(line.points[-1].value, decimals)})"  # noqa: E501


def gap_change(first: Row, first_reference: Row, last: Row, last_reference: Row) -> Gap:
    """Change of a gap in shares between two periods, by a normal test on the difference of differences."""
    rows = (first, first_reference, last, last_reference)
    x, n = as_array([row.x for row in rows]), as_array([row.n for row in rows])
    p = proportions.share(x, n)
    variance = float((p * (1 - p) / n).sum())
    early, late = p[0] - p[1], p[2] - p[3]
    from_chance = float(2 * ndtr(-abs(late - early) / np.sqrt(variance))) if variance > 0 else np.nan
    return Gap(words.full_label(first), float(100 * early), float(100 * late), from_chance)
