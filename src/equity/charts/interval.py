"""One dot and interval a group, in the source's fixed order, with everyone as a dotted line."""
# ruff: noqa: E501 - a tag reads best on one line

from collections.abc import Sequence
from html import escape
from itertools import groupby

from equity.charts.funnel import funnel_html, funnel_svg
from equity.charts.picture import COLOURS, GRID, INK, SOFT, STANDING, WIDTH, foot, picture, shape, wrapped
from equity.charts.scale import Scale, scale_for
from equity.disclosure.results import ReleasedTable, insist
from equity.model import Row, Table, measure

ROW, LEFT, RIGHT = 30, 250, 190


def scale_of(table: Table) -> Scale:
    what = measure(table.measure)
    values = [side for row in table.rows for side in (row.lower95, row.upper95)] + [table.reference_value]
    percent = what.kind == "share"
    return scale_for(values, unit="%" if percent else "", top=100.0 if percent else None)


def value_words(row: Row, percent: bool) -> tuple[str, str]:
    """The value and its range in words; the reason when there is none."""
    if row.value is None:
        return "–", row.reason or "not known"
    digits = 2 if measure(row.measure).kind == "index" else 0 if abs(row.value) >= 1000 else 1
    unit = "%" if percent else ""
    low, high = row.lower95 or 0.0, row.upper95 or 0.0
    return f"{row.value:,.{digits}f}{unit}", f"({low:,.{digits}f} to {high:,.{digits}f})"


def by_broad(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    return [(broad, list(members)) for broad, members in groupby(rows, key=lambda row: row.broad)]


def describe(table: Table) -> str:
    """The chart in one sentence, for those who do not see it."""
    what = measure(table.measure)
    return f"{len(table.rows)} groups with 95% intervals, {what.unit}. {table.sentence}"


def interval_html(table: ReleasedTable) -> str:
    """The chart for a page: words are HTML, marks are SVG placed by percent, so one drawing serves phone and wall."""
    insist(table)
    if table.funnel:
        return funnel_html(table, table.funnel)
    scale, percent = scale_of(table), measure(table.measure).kind == "share"
    parts = [key(table), axis(scale)]
    for broad, rows in by_broad(table.rows):
        parts.append(f"<h3>{escape(broad)}</h3>" if broad else "")
        parts += [html_row(row, scale, percent, table.reference_value) for row in rows]
    parts.append(axis(scale))
    parts.append(f'<p class="small">The scale starts at {scale.words(scale.low)}.</p>' if scale.low > 0 else "")
    return "".join(parts)


def key(table: Table) -> str:
    if table.reference == "none":
        return ""
    marks = "".join(
        f'<span class="k {kind}"><svg width="34" height="16" aria-hidden="true" focusable="false">{mark(kind, "9%", "91%", "50%", 8)}</svg>{words}</span>'
        for kind, words in (
            ("low", f"Lower than {reference(table)}"),
            ("same", "Could be the same"),
            ("high", "Higher"),
        )
        if any(STANDING[row.compared][0] == kind for row in table.rows)
    )
    line = ""
    if table.reference_value is not None:
        line = (
            '<span class="k"><svg width="12" height="18" aria-hidden="true" focusable="false"><line class="ref" x1="6" x2="6" y1="0" y2="18"/></svg>'
            f"{capital(reference(table))}: {table.reference_value:,.1f}{'%' if measure(table.measure).kind == 'share' else ''}</span>"
        )
    return f'<p class="key">{marks}{line}</p>'


def reference(table: Table) -> str:
    if table.reference == "everyone":
        return "everyone together"
    if table.reference == "rest":
        return "everyone else"
    return next((row.label for row in table.rows if row.groups[0][1] == table.reference), table.reference)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def axis(scale: Scale) -> str:
    ticks = "".join(
        f'<span style="inset-inline-start:{scale.at(tick)}%">{scale.words(tick)}</span>' for tick in scale.ticks
    )
    return f'<div class="axis" aria-hidden="true">{ticks}</div>'


def html_row(row: Row, scale: Scale, percent: bool, everyone: float | None) -> str:
    kind, words = STANDING[row.compared]
    value, between = value_words(row, percent)
    grid = "".join(
        f'<line class="grid" x1="{scale.at(tick)}%" x2="{scale.at(tick)}%" y1="0" y2="34"/>' for tick in scale.ticks
    )
    line = (
        f'<line class="ref" x1="{scale.at(everyone)}%" x2="{scale.at(everyone)}%" y1="0" y2="34"/>'
        if everyone is not None
        else ""
    )
    dot = ""
    if row.value is not None and row.lower95 is not None and row.upper95 is not None:
        dot = mark(kind, f"{scale.at(row.lower95)}%", f"{scale.at(row.upper95)}%", f"{scale.at(row.value)}%", 17)
    said = f'<i class="w">{words}</i>' if words and kind != "same" else ""
    return (
        f'<div class="row {kind}"><span class="g">{escape(row.label)}</span><svg height="34" aria-hidden="true" focusable="false">{grid}{line}{dot}</svg>'
        f'<span class="num"><b>{value}</b> {escape(between)} {said}</span></div>'
    )


def mark(kind: str, low: str, high: str, middle: str, y: int) -> str:
    """Hollow for lower, a square for higher, a full dot otherwise: shape says it as well as colour."""
    line = f'<line class="wh" x1="{low}" x2="{high}" y1="{y}" y2="{y}"/>'
    if kind == "high":
        return (
            line
            + f'<svg x="{middle}" y="{y}" overflow="visible"><rect class="dot" x="-6" y="-6" width="12" height="12" rx="2"/></svg>'
        )
    return line + f'<circle class="dot" cx="{middle}" cy="{y}" r="6.5"/>'


def interval_svg(table: ReleasedTable) -> str:
    """The chart as a picture that stands alone, with its title, description, source and numbers inside."""
    insist(table)
    if table.funnel:
        return funnel_svg(table, table.funnel)
    scale, percent = scale_of(table), measure(table.measure).kind == "share"
    span = WIDTH - LEFT - RIGHT
    body, y = [], 92
    for broad, rows in by_broad(table.rows):
        if broad:
            body.append(
                f'<text x="20" y="{y + 19}" font-weight="700" fill="{SOFT}" font-size="15">{escape(broad)}</text>'
            )
            y += ROW
        for row in rows:
            body.append(svg_row(row, y, scale, span, percent))
            y += ROW
    grid = "".join(
        f'<line x1="{place(scale, tick, span)}" x2="{place(scale, tick, span)}" y1="88" y2="{y}" stroke="{GRID}"/>'
        f'<text x="{place(scale, tick, span)}" y="{y + 20}" text-anchor="middle" font-size="14" fill="{SOFT}">{scale.words(tick)}</text>'
        for tick in scale.ticks
    )
    line = ""
    if table.reference_value is not None:
        x = place(scale, table.reference_value, span)
        line = f'<line x1="{x}" x2="{x}" y1="84" y2="{y}" stroke="{INK}" stroke-width="2" stroke-dasharray="2 4"/>'
        line += f'<text x="{x}" y="78" text-anchor="middle" font-size="14" fill="{INK}">{capital(reference(table))} {table.reference_value:,.1f}</text>'
    lines = foot_lines(table, scale)
    return picture(
        table.title,
        describe(table),
        ", ".join(part for part in (measure(table.measure).unit, table.period) if part),
        grid + line + "".join(body) + foot(lines, y + 48),
        y + 60 + 17 * len(lines),
    )


def foot_lines(table: ReleasedTable, scale: Scale) -> list[str]:
    start = [f"The scale starts at {scale.words(scale.low)}."] if scale.low > 0 else []
    return [
        " ".join(["Lines are 95% intervals. Hollow: lower. Square: higher.", *start]),
        f"{table.mark}.",
        *wrapped(table.sources),
    ]


def place(scale: Scale, value: float, span: float) -> float:
    return round(LEFT + scale.at(value) / 100 * span, 1)


def svg_row(row: Row, y: int, scale: Scale, span: float, percent: bool) -> str:
    kind, _ = STANDING[row.compared]
    value, between = value_words(row, percent)
    middle, colour = y + 14, COLOURS[kind]
    text = f'<text x="20" y="{middle + 5}" font-size="15" fill="{INK}">{escape(row.label)}</text>'
    text += f'<text x="{WIDTH - RIGHT + 18}" y="{middle + 5}" font-size="15" fill="{INK}"><tspan font-weight="700">{value}</tspan> {escape(between) if row.value is not None else ""}</text>'
    if row.value is None or row.lower95 is None or row.upper95 is None:
        return text
    low, high, dot = (place(scale, side, span) for side in (row.lower95, row.upper95, row.value))
    line = f'<line x1="{low}" x2="{high}" y1="{middle}" y2="{middle}" stroke="{colour}" stroke-width="3"/>'
    return text + line + shape(kind, dot, middle, colour)
